import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { launchStandIn, lookOn, type StandIn } from '../harness/electron/stand-in.ts'
import { makeFolder } from '../harness/folder.ts'
import { endAllPrograms, eventually } from '../harness/program.ts'

/** The stand-in is worth what it refuses: each of Electron's rules bites on who breaks it. */
const folder = makeFolder()
let desktop: StandIn

beforeAll(async () => {
  buildIfNeeded()
  desktop = await lookOn(launchStandIn(['--demo']))
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

/** What a window says against being made like this. */
const objection = (webPreferences: Record<string, unknown>): Promise<string> =>
  desktop.evaluate(({ BrowserWindow }, preferences) => {
    try {
      new BrowserWindow({ webPreferences: preferences })
      return 'nothing'
    } catch (error) {
      return String(error)
    }
  }, webPreferences)

/** What a preload written here tells the page, by title, once the page is there. */
async function toldBy(preload: string): Promise<string> {
  const path = folder.path('preload.cjs')
  writeFileSync(path, `const { contextBridge } = require('electron')\n${preload}`)
  await desktop.evaluate(async ({ BrowserWindow }, file) => {
    await new BrowserWindow({ webPreferences: { preload: file } }).loadURL(
      'truebook://app/popout.html',
    )
  }, path)
  const page = await eventually('its page', () =>
    desktop.pages().find((one) => !one.isClosed() && one.url().endsWith('/popout.html')),
  )
  await page.waitForLoadState()
  const told = await page.evaluate<string>('JSON.stringify(window.told)')
  await page.close()
  return told
}

const caught = (statement: string): string =>
  `let told = 'nothing'; try { ${statement} } catch (error) { told = error.message }
   contextBridge.exposeInMainWorld('told', told)`

describe('the stand-in for Electron', () => {
  it.each([
    { nodeIntegration: true },
    { contextIsolation: false },
    { sandbox: false },
    { webSecurity: false },
    { webviewTag: true },
  ])('makes no window that is not safe: %j', async (preferences) => {
    expect(await objection(preferences)).toMatch(/isolated, sandboxed pages/)
  })

  it.each(['file:///etc/hostname', 'unknown://app/index.html'])(
    'shows no page from %s',
    async (address) => {
      const told = await desktop.evaluate(async ({ BrowserWindow }, url) => {
        const window = new BrowserWindow()
        const why = await window.loadURL(url).then(
          () => 'nothing',
          (error: unknown) => String(error),
        )
        window.destroy()
        return why
      }, address)
      expect(told).toMatch(/is no standard scheme of the app/)
    },
  )

  it.each(['fs', 'node:child_process', './other.cjs', '@orpc/client'])(
    'lets no preload require %s',
    async (name) => {
      expect(await toldBy(caught(`require('${name}')`))).toBe(`"module not found: ${name}"`)
    },
  )

  it('lets no port and nothing else that cannot be copied cross the bridge', async () => {
    for (const value of ['new MessageChannel().port1', 'new WeakMap()']) {
      const told = await toldBy(caught(`contextBridge.exposeInMainWorld('it', { of: ${value} })`))
      expect([value, told]).toEqual([value, '"An object could not be cloned."'])
    }
  })

  it('lets values and functions cross, as copies and as calls', async () => {
    const told = await toldBy(`
      const kept = { n: 1, list: [true, null, 'x'], twice: (n) => n * 2 }
      contextBridge.exposeInMainWorld('told', kept)`)
    expect(JSON.parse(told)).toEqual({ n: 1, list: [true, null, 'x'] })
  })

  it('keeps what may only come before the app is ready before it', async () => {
    const told = await desktop.evaluate(({ app, protocol }) => {
      const attempts = [
        () => app.enableSandbox(),
        () => protocol.registerSchemesAsPrivileged([{ scheme: 'late' }]),
        () => app.setPath('userData', '/nowhere/at/all'),
      ]
      return attempts.map((attempt) => {
        try {
          attempt()
          return 'nothing'
        } catch (error) {
          return error instanceof Error ? error.message : ''
        }
      })
    })
    expect(told).toEqual([
      expect.stringContaining('before ready'),
      expect.stringContaining('before ready'),
      expect.stringContaining('does not exist'),
    ])
  })
})
