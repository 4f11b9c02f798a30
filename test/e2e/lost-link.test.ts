import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { differencesOnScreen } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import type { GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { scenes } from '../harness/scene.ts'
import { differencesInTable, until, type Screen } from '../harness/screen.ts'
import { SHELLS, type Shell } from '../harness/shells.ts'
import type { Workstation } from '../harness/workstation.ts'

const { begin: beginScene, end } = scenes()
let gateway: GatewayProgram
let workstation: Workstation
let screen: Screen

beforeAll(buildIfNeeded)
afterEach(endAllPrograms)
afterAll(end)

const POLLING = ['--poll-executions-seconds', '1']
const MASTER = ['--master-client-id', '7']

async function begin(shell: Shell, story: string, flags = MASTER): Promise<void> {
  const wanted = { gateway: flags, workstation: POLLING }
  ;({ gateway, workstation, screen } = await beginScene(shell, story, wanted))
}

const fill = (orderRef: string, quantity: number) =>
  gateway.tell('/fill', { symbol: 'MSFT', side: 'buy', quantity, price: '431.5', orderRef })

async function equalsTheRecord(): Promise<void> {
  const book = expectedBook(await gateway.record())
  await until(() => differencesOnScreen(workstation.client, book, 'derived')).toEqual([])
  await until(() => differencesInTable(screen, workstation.client, book)).toEqual([])
}

describe.each(SHELLS)('a gateway that goes away, in the %s', (shell) => {
  it('leaves the last values with their time, and all that happened meanwhile comes', async () => {
    await begin(shell, 'gone')
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

describe.each(SHELLS)('a client id that is not the master, in the %s', (shell) => {
  it('says that it polls and how to change that, and gets the fills of others', async () => {
    await begin(shell, 'polling', [])
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
