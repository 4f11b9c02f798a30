import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { openChromium } from '../harness/chromium.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram, type GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { openScreen, until, type Screen } from '../harness/screen.ts'
import { startWorkstation, type Workstation } from '../harness/workstation.ts'

const folder = makeFolder()
const dataDir = folder.dataDir('kept')
const file = join(dataDir, 'workspace.json')
let browser: Browser
let gateway: GatewayProgram

beforeAll(async () => {
  buildIfNeeded()
  browser = await openChromium()
  gateway = await startGatewayProgram(folder.path('record.jsonl'), ['--master-client-id', '7'])
})
afterAll(async () => {
  await endAllPrograms()
  await browser.close()
  folder.remove()
})

/** Runs the program from its start to its end, on a port of its own each time. */
async function oneRun(look: (screen: Screen, workstation: Workstation) => Promise<void>) {
  const flags = ['--port', String(gateway.port), '--client-id', '7', '--data-dir', dataDir]
  const workstation = await startWorkstation(flags)
  const screen = await openScreen(browser, workstation.url)
  await until(() => screen.rowCount('positions')).toBeGreaterThan(0)
  await look(screen, workstation)
  expect(screen.noise).toEqual([])
  await screen.close()
  expect((await workstation.stop()).code).toBe(0)
}

const groups = (screen: Screen) => screen.page.getByRole('tab', { selected: true }).count()
const message = (screen: Screen, text: string) =>
  screen.page.getByRole('status', { name: 'Messages' }).getByText(text)
const namesOf = (kind: string) =>
  readdirSync(dataDir).filter((name) => name.startsWith(`workspace.${kind}.`))

describe('the layout of a trader', () => {
  it('is there again after a restart, on another port and in another browser', async () => {
    await oneRun(async (screen, workstation) => {
      expect(await groups(screen)).toBe(2)
      await screen.page.locator('[data-focus="fills"]').focus()
      await screen.page.keyboard.press('Alt+Shift+ArrowDown')
      await until(() => groups(screen)).toBe(3)
      await until(async () => (await workstation.client.workspace.load()).document).toBeTruthy()
    })
    await oneRun((screen) => until(() => groups(screen)).toBe(3))
  })

  it('gives way to the last good one when the file is damaged, which is kept', async () => {
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -40))
    await oneRun(async (screen) => {
      await message(screen, 'The saved layout is damaged; the last good one is shown').waitFor()
      await until(() => groups(screen)).toBe(3)
    })
    expect(namesOf('unreadable')).toHaveLength(1)
  })

  it('is left to the newer program that wrote it', async () => {
    const newer = JSON.stringify({ version: 99, panes: ['of', 'a', 'later', 'day'] })
    writeFileSync(file, newer)
    await oneRun(async (screen) => {
      await message(screen, 'The saved layout was written by a newer Truebook').waitFor()
      await until(() => groups(screen)).toBe(3)
    })
    const [kept = ''] = namesOf('newer')
    expect(readFileSync(join(dataDir, kept), 'utf8')).toBe(newer)
  })
})
