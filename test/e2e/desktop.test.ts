import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { launchStandIn, lookOn, type StandIn } from '../harness/electron/stand-in.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram, type GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms, eventually } from '../harness/program.ts'
import { until } from '../harness/screen.ts'
import { connect, readyUrl, type Workstation } from '../harness/workstation.ts'

/** The desktop window's own rules, on the stand-in; what it shows is other specs' business. */
const folder = makeFolder()
const dataDir = folder.dataDir('books')
const ORIGIN = 'https://app.truebook.test'
const TWO_DISPLAYS = JSON.stringify([
  [0, 0, 1920, 1040],
  [1920, 0, 1280, 984],
])
let gateway: GatewayProgram
let desktop: StandIn
let workstation: Workstation
let page: Page

const flags = (): string[] => [
  ...['--port', String(gateway.port), '--client-id', '7', '--data-dir', dataDir],
]

beforeAll(async () => {
  buildIfNeeded()
  gateway = await startGatewayProgram(folder.path('record.jsonl'), ['--master-client-id', '7'])
  // The window was last seen on a third display, which has gone.
  const bounds = { x: 3300, y: 40, width: 1000, height: 700 }
  writeFileSync(join(dataDir, 'window.json'), JSON.stringify({ bounds }))
  const program = launchStandIn(flags(), { STAND_IN_DISPLAYS: TWO_DISPLAYS })
  desktop = await lookOn(program)
  workstation = await connect(await readyUrl(program), program)
  page = await desktop.mainPage()
  await connected()
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

const pill = () => page.locator('.pill').textContent()
const connected = () => eventually('it is connected', async () => (await pill()) === 'Connected')
const windowCount = () =>
  desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
const complaints = (about: RegExp): number =>
  desktop.program.stderr.filter((line) => about.test(line)).length

/** A fill executed now is on the screen: the window is live, from the core to the table. */
async function isLive(quantity: number): Promise<void> {
  await gateway.tell('/fill', {
    ...{ symbol: 'MSFT', side: 'buy', quantity, price: '431.5', orderRef: 'TREND:alive' },
  })
  const grid = page.locator('[data-focus="fills"]')
  await grid.getByText(String(quantity), { exact: true }).first().waitFor({ timeout: 20_000 })
}

describe('the page of the desktop window', () => {
  it('gets the bridge, which is one function, and nothing else of Electron or Node', async () => {
    const seen = await page.evaluate(`({
      bridge: Object.entries(window.truebook).map(([name, value]) => name + ': ' + typeof value),
      isFrozen: Object.isFrozen(window.truebook),
      leaks: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer']
        .filter((name) => name in window),
      isSecure: window.isSecureContext,
    })`)
    const bridge = ['openPort: function']
    expect(seen).toEqual({ bridge, isFrozen: true, leaks: [], isSecure: true })
  })

  it('comes from the program’s own scheme, and asks nobody else for anything', async () => {
    const [url, strays] = await desktop.evaluate(({ BrowserWindow, desktop: { strays } }) => [
      BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
      strays,
    ])
    expect([url, strays]).toEqual(['truebook://app/index.html', []])
  })

  it('may connect nowhere, run no script that is not its own and hold no frame', async () => {
    const refused = await page.evaluate<string[]>(`(async () => {
      const told = []
      document.addEventListener('securitypolicyviolation',
        (event) => told.push(event.effectiveDirective))
      await fetch('/index.html').catch(() => undefined)
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      script.remove()
      const frame = document.createElement('iframe')
      frame.src = '/index.html'
      document.body.append(frame)
      await new Promise((resolve) => setTimeout(resolve, 300))
      frame.remove()
      return told.sort()
    })()`)
    expect(refused).toEqual(['connect-src', 'frame-src', 'script-src-elem'])
  })

  it('may put text on the clipboard, and is refused every other permission', async () => {
    const states = await page.evaluate(`Promise.all(
      ['clipboard-write', 'clipboard-read', 'geolocation', 'notifications', 'camera', 'midi'].map(
        async (name) => name + ': ' + (await navigator.permissions.query({ name })).state))`)
    expect(states).toEqual([
      'clipboard-write: granted',
      ...['clipboard-read', 'geolocation', 'notifications', 'camera', 'midi'].map(
        (name) => `${name}: denied`,
      ),
    ])
    const foreign = await desktop.evaluate(({ desktop: { permissions } }) =>
      permissions.check?.(null, 'clipboard-sanitized-write', 'https://example.com/', {
        isMainFrame: true,
      }),
    )
    expect(foreign).toBe(false)
  })

  it('stays where it is, whatever it is told to go to', async () => {
    await page.evaluate('window.isSame = true')
    for (const address of ['https://example.com/', '/assets/other.html']) {
      await page.evaluate(`location.href = '${address}'`)
    }
    await eventually('every attempt is refused', () => complaints(/refused going elsewhere/) >= 2)
    expect([page.url(), await page.evaluate('window.isSame')]).toEqual([
      ...[`${ORIGIN}/index.html`, true],
    ])
    await connected()
  })

  it('opens no window but the pop-out page, which shares its core', async () => {
    const refused = ['https://example.com/', '/index.html', 'about:blank']
    const opened = await page.evaluate(
      `${JSON.stringify(refused)}.map((address) => window.open(address))`,
    )
    expect([opened, complaints(/refused a window/)]).toEqual([[null, null, null], 3])
    expect(await windowCount()).toBe(1)
    await page.evaluate(`window.popOut = window.open('/popout.html', 'one', 'left=9000,top=0')`)
    await until(windowCount).toBe(2)
    await until(() =>
      page.evaluate('window.popOut.location.pathname + window.popOut.document.readyState'),
    ).toBe('/popout.htmlcomplete')
    await page.evaluate(`popOut.document.body.append('moved here'); 0`)
    const popOut = desktop.pages().find((one) => one.url().includes('/popout.html'))!
    await popOut.getByText('moved here').waitFor()
    await isLive(101)
    await page.evaluate('popOut.close()')
    await until(windowCount).toBe(1)
  })
})

describe('the port of the desktop window', () => {
  it('is opened anew when a message was cut in the middle, and a snapshot follows', async () => {
    await page.addInitScript(`{
      const post = MessagePort.prototype.postMessage
      MessagePort.prototype.postMessage = function (message, ...more) {
        // React's own ports carry no text.
        const isCut = window.cutNext === true && typeof message === 'string'
        if (isCut) window.cutNext = false
        post.call(this, isCut ? message.slice(0, message.length / 2) : message, ...more)
      }
    }`)
    await page.reload()
    await connected()
    const before = complaints(/A port of the screen was closed/)
    await page.evaluate('window.cutNext = true')
    await eventually(
      'the port is closed',
      () => complaints(/A port of the screen was closed/) > before,
    )
    await connected()
    await isLive(202)
  })

  it('is refused to every page that is not the main window’s own', async () => {
    const before = complaints(/refused a port/)
    await desktop.evaluate(async ({ BrowserWindow }) => {
      const [main] = BrowserWindow.getAllWindows() as unknown as {
        options: Electron.BrowserWindowConstructorOptions
      }[]
      const other = new BrowserWindow({ webPreferences: main!.options.webPreferences! })
      await other.loadURL('truebook://app/index.html')
    })
    await eventually('it is refused', () => complaints(/refused a port/) > before)
    const closed = await desktop.evaluate(({ BrowserWindow, ipcMain }) => {
      const sender = BrowserWindow.getAllWindows()[0]!.webContents
      const ours = 'truebook://app'
      const frames = [null, { origin: 'https://example.com' }, { origin: ours, parent: {} }]
      return frames.map((frame) => {
        let isClosed = false
        const port = { close: () => void (isClosed = true) }
        const senderFrame = frame && { parent: null, ...frame }
        ipcMain.emit('truebook:port', { sender, senderFrame, ports: [port] })
        return isClosed
      })
    })
    expect(closed).toEqual([true, true, true])
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[1]?.destroy())
    await until(windowCount).toBe(1)
  })
})

describe('the desktop window', () => {
  it('opens on a display there is when its own has gone', async () => {
    const bounds = await desktop.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBounds(),
    )
    expect(bounds).toEqual({ x: 460, y: 170, width: 1000, height: 700 })
  })

  it('comes forward when the program is started a second time on the same books', async () => {
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize())
    const second = launchStandIn(flags())
    expect(await second.ended).toEqual({ code: 0, signal: null })
    expect(second.stderr.join()).toContain('Truebook is running on these books already')
    await until(() =>
      desktop.evaluate(({ BrowserWindow }) => {
        const window = BrowserWindow.getAllWindows()[0]
        return [window?.isMinimized(), window?.isFocused()]
      }),
    ).toEqual([false, true])
  })

  it('has a menu and a tray icon that say how the link stands and reconnect it', async () => {
    await connected()
    const tray = () => desktop.evaluate(({ desktop: { trays } }) => trays[0]?.toolTip)
    await until(tray).toBe('Truebook · SIMULATED · connected')
    const before = complaints(/"event":"caught-up"/)
    await desktop.evaluate(({ Menu }) => {
      const [own] = Menu.getApplicationMenu()?.items ?? []
      const items = own?.submenu as unknown as Electron.MenuItemConstructorOptions[]
      const reconnect = items.find(({ label }) => label === 'Reconnect to TWS')
      ;(reconnect as { click: () => void }).click()
    })
    await eventually('it connects anew', () => complaints(/"event":"caught-up"/) > before)
    await connected()
  })

  it('is loaded again when it crashes, and the core goes on meanwhile', async () => {
    const { since } = await workstation.link()
    const crash = async () => {
      const before = complaints(/The screen crashed/)
      await desktop.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      )
      await eventually('it crashes', () => complaints(/The screen crashed/) > before)
    }
    await page.evaluate("void window.open('/popout.html', 'panel')")
    await until(windowCount).toBe(2)
    for (let times = 0; times < 3; times += 1) {
      await crash()
      await until(windowCount).toBe(1)
      page = await desktop.mainPage()
      await connected()
    }
    await isLive(303)
    expect((await workstation.link()).since).toBe(since)
    await crash()
    await eventually('the trader is asked', () =>
      desktop.evaluate(({ desktop: { asked } }) => asked.length === 1),
    )
    await desktop.evaluate(({ desktop: { answer } }) => answer?.(0))
    page = await desktop.mainPage()
    await isLive(404)
  })

  it('tells the trader through the system when the link stays lost', async () => {
    await gateway.tell('/stop-listening', { seconds: 34 })
    await gateway.tell('/disconnect', { how: 'rst' })
    const told = () =>
      desktop.evaluate(({ desktop: { notifications } }) => notifications.map(({ title }) => title))
    await expect.poll(told, { timeout: 60_000 }).toEqual(['Link lost', 'Link is back'])
  })

  it('ends in order, and remembers where its window stood', async () => {
    await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.maximize())
    expect(await desktop.stop()).toEqual({ code: 0, signal: null })
    const again = launchStandIn(flags())
    desktop = await lookOn(again)
    await until(() =>
      desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMaximized()),
    ).toBe(true)
    await desktop.stop()
  })
})
