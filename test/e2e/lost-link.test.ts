import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from 'playwright-core'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { openChromium } from '../harness/chromium.ts'
import { differencesOnScreen } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram, type GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { differencesInTable, openScreen, until, type Screen } from '../harness/screen.ts'
import { startWorkstation, type Workstation } from '../harness/workstation.ts'

const folder = makeFolder()
let browser: Browser
let gateway: GatewayProgram
let workstation: Workstation
let screen: Screen

beforeAll(async () => {
  buildIfNeeded()
  browser = await openChromium()
})
afterEach(endAllPrograms)
afterAll(async () => {
  await endAllPrograms()
  await browser.close()
  folder.remove()
})

async function begin(name: string, flags: readonly string[]): Promise<void> {
  gateway = await startGatewayProgram(folder.path(`${name}.jsonl`), flags)
  workstation = await startWorkstation([
    ...['--port', String(gateway.port), '--client-id', '7', '--data-dir', folder.dataDir(name)],
    ...['--poll-executions-seconds', '1'],
  ])
  screen = await openScreen(browser, workstation.url)
  await workstation.opened()
  await gateway.hush()
}

const fill = (orderRef: string, quantity: number) =>
  gateway.tell('/fill', { symbol: 'MSFT', side: 'buy', quantity, price: '431.5', orderRef })

async function equalsTheRecord(): Promise<void> {
  const book = expectedBook(await gateway.record())
  await until(() => differencesOnScreen(workstation.client, book, 'derived')).toEqual([])
  await until(() => differencesInTable(screen, workstation.client, book)).toEqual([])
}

describe('a gateway that goes away', () => {
  it('leaves the last values with their time, and all that happened meanwhile comes', async () => {
    await begin('gone', ['--master-client-id', '7'])
    await until(screen.pill).toBe('Connected')
    await equalsTheRecord()
    await gateway.tell('/stop-listening', { seconds: 6 })
    await gateway.tell('/disconnect', { how: 'rst' })
    await until(screen.pill).toMatch(/^(Retry in \d+ s|Not connected)$/)
    expect(await screen.page.locator('.pill').getAttribute('class')).toContain('bad')
    await screen.page
      .getByText(/Nothing listens|connection to TWS broke|TWS closed/)
      .first()
      .waitFor()
    await until(() => screen.page.locator('.status-bar').textContent()).toMatch(
      /as of \d\d:\d\d:\d\d/,
    )
    expect(await screen.page.locator('.dock.stale').count()).toBe(1)
    expect(await screen.rowCount('positions')).toBeGreaterThanOrEqual(30)
    await fill('TREND:while-away', 11)
    await fill('CARRY:while-away', 12)
    await gateway.tell('/advance', { seconds: 6 })
    await until(screen.pill).toBe('Connected')
    await equalsTheRecord()
    await until(() => screen.page.locator('.dock.stale').count()).toBe(0)
    expect(screen.noise).toEqual([])
    await screen.close()
  })
})

describe('a client id that is not the master', () => {
  it('says that it polls and how to change that, and gets the fills of others', async () => {
    await begin('polling', [])
    const banner = screen.banner('Polling.')
    await banner.waitFor()
    expect(await banner.textContent()).toMatch(
      /are fetched every 1 s\. For instant ones set Master Client ID to 7 in TWS/,
    )
    await fill('MEANREV/7', 13)
    await until(() => screen.row('fills', 0).textContent()).toMatch(/MSFT.*Buy.*13.*431\.50/)
    await equalsTheRecord()
    await banner.getByRole('button', { name: 'Dismiss' }).click()
    await until(() => banner.count()).toBe(0)
    expect(screen.noise).toEqual([])
    await screen.close()
  })
})
