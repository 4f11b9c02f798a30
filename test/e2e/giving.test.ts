import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { D } from '#shared/money.ts'
import type { GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { scenes } from '../harness/scene.ts'
import { until, written, type Screen } from '../harness/screen.ts'
import { SHELLS, type Shell } from '../harness/shells.ts'
import type { Workstation } from '../harness/workstation.ts'

const MSFT = 272093
const { begin: beginScene, end } = scenes()
let gateway: GatewayProgram
let workstation: Workstation
let screen: Screen

beforeAll(buildIfNeeded)
afterEach(endAllPrograms)
afterAll(end)

/** A workstation at rest, whose latest fill is TREND's purchase of 11 MSFT. */
async function begin(shell: Shell, story: string): Promise<void> {
  ;({ gateway, workstation, screen } = await beginScene(shell, story))
  await trade({ symbol: 'MSFT', side: 'buy', quantity: 11, orderRef: 'TREND:given' })
  await until(() => screen.row('fills', 0).textContent()).toMatch(/MSFT.*Buy.*11.*431\.50.*TREND/)
}

type Trade = { readonly symbol: string; readonly side: string; readonly quantity: number }
const trade = (order: Trade & { readonly orderRef: string }) =>
  gateway.tell('/fill', { ...order, price: '431.5' })

/** What a strategy holds of MSFT, by the core. */
async function held(strategy: string): Promise<InstanceType<typeof D>> {
  const rows = await workstation.client.positions.list({})
  const row = rows.find((one) => one.conId === MSFT && one.strategy === strategy)
  return new D(row?.quantity ?? 0)
}

const shown = (strategy: string) => screen.cell(`${strategy}|${MSFT}`, 'quantity')
const becomes = (strategy: string, quantity: { toFixed: () => string }) =>
  until(() => shown(strategy)).toBe(written(quantity.toFixed()))

const menuItem = (name: string) => screen.page.getByRole('menuitem', { name })
const dialog = () => screen.page.getByRole('dialog', { name: /another strategy/ })
const toast = (text: RegExp) =>
  screen.page.getByRole('status', { name: 'Messages' }).locator('.toast').filter({ hasText: text })

async function differed(): Promise<number> {
  return (await workstation.client.book.refold({})).differed
}

describe.each(SHELLS)('giving to another strategy, in the %s', (shell) => {
  it('moves a fill and takes it back, and a holding, as the history tells', async () => {
    await begin(shell, 'giving')
    await screen.filter('MSFT')
    const [trend, carry] = [await held('TREND'), await held('CARRY')]

    await screen.row('fills', 0).locator('[data-column="1"]').click({ button: 'right' })
    await menuItem('Give to another strategy…').click()
    await dialog().getByLabel('To strategy').fill('TREND')
    await dialog().getByText('It belongs to that strategy already').waitFor()
    await dialog().getByLabel('To strategy').fill('CARRY')
    const effects = dialog().getByRole('table', { name: 'Before and after' })
    await effects.waitFor()
    expect(await effects.getByRole('row', { name: /^CARRY/ }).textContent()).toContain(
      written(carry.plus(11).toFixed()),
    )
    expect([await held('TREND'), await held('CARRY')]).toEqual([trend, carry])
    await dialog().getByRole('button', { name: 'Give 1 fill' }).click()
    await becomes('TREND', trend.minus(11))
    await becomes('CARRY', carry.plus(11))
    await until(() => screen.row('fills', 0).textContent()).toContain('CARRY')
    expect(await differed()).toBe(0)

    await toast(/Gave 1 fill to CARRY/)
      .getByRole('button', { name: 'Undo' })
      .click()
    await becomes('TREND', trend)
    await becomes('CARRY', carry)
    expect(await differed()).toBe(0)

    await screen.page.locator(`[id="positions:TREND|${MSFT}:symbol"]`).click({ button: 'right' })
    await menuItem('Transfer to another strategy…').click()
    await dialog().getByLabel('To strategy').fill('unattributed')
    await dialog().getByLabel('Quantity').fill('1')
    await effects.waitFor()
    await dialog().getByRole('button', { name: 'Transfer' }).click()
    await becomes('TREND', trend.minus(1))

    await screen.page.keyboard.press('Alt+4')
    await screen.page.getByText('History', { exact: true }).first().click()
    const writtenRows = screen.page.getByRole('table', { name: 'Written by command' })
    await writtenRows.getByRole('row', { name: /Re-attribution.*TREND → CARRY.*undone/ }).waitFor()
    await writtenRows
      .getByRole('row', { name: /Transfer/ })
      .getByRole('button', { name: 'Undo' })
      .click()
    await until(() => held('TREND')).toEqual(trend)
    const journal = screen.page.getByRole('table', { name: 'Journal' })
    await journal.getByRole('row', { name: /reconcile\.undo undone/ }).waitFor()
    await journal.getByRole('row', { name: /attribution\.apply given/ }).waitFor()
    expect(screen.noise).toEqual([])
    await screen.close()
  })

  it('moves several fills together, chosen by the keyboard, with one undo', async () => {
    await begin(shell, 'several')
    await trade({ symbol: 'MSFT', side: 'sell', quantity: 4, orderRef: 'CARRY:out' })
    await trade({ symbol: 'MSFT', side: 'buy', quantity: 7, orderRef: '' })
    await until(() => screen.row('fills', 0).textContent()).toMatch(/Buy.*7.*Unattributed/)
    await screen.filter('MSFT')
    const owners = ['TREND', 'CARRY', 'MEANREV', 'UNATTRIBUTED']
    const now = () => Promise.all(owners.map(held))
    const holdings = async () => (await now()).map((quantity) => quantity.toFixed())
    const before = await holdings()
    const [trend, carry, meanrev, unattributed] = await now()

    const { keyboard } = screen.page
    await screen.page.locator('[data-focus="fills"]').focus()
    await keyboard.press('Control+Home')
    for (const key of ['Space', 'ArrowDown', 'Space', 'ArrowDown', 'Space'])
      await keyboard.press(key)
    await screen.button('Give 3 to strategy…').click()
    await dialog().getByText('They belong to Unattributed, CARRY, TREND.').waitFor()
    await dialog().getByLabel('To strategy').fill('CARRY')
    await dialog().getByRole('button', { name: 'Give 2 fills' }).waitFor()
    await dialog().getByLabel('To strategy').fill('MEANREV')
    const effects = dialog().getByRole('table', { name: 'Before and after' })
    await dialog().getByRole('button', { name: 'Give 3 fills' }).waitFor()
    expect(await effects.getByRole('row').count()).toBe(1 + owners.length)
    expect(await effects.getByRole('row', { name: /^MEANREV/ }).textContent()).toContain(
      written(meanrev!.plus(14).toFixed()),
    )
    expect(await holdings()).toEqual(before)
    await dialog().getByRole('button', { name: 'Give 3 fills' }).click()
    const moved = [trend!.minus(11), carry!.plus(4), meanrev!.plus(14), unattributed!.minus(7)]
    await until(holdings).toEqual(moved.map((quantity) => quantity.toFixed()))
    expect(await screen.button(/^Give \d+ to strategy/).count()).toBe(0)
    expect(await differed()).toBe(0)

    await toast(/Gave 3 fills to MEANREV/)
      .getByRole('button', { name: 'Undo' })
      .click()
    await until(holdings).toEqual(before)
    expect(await differed()).toBe(0)
    const [undone, given] = await workstation.client.attribution.history({})
    expect([undone?.fills, undone?.undoes, given?.fills]).toEqual([3, given?.command, 3])
    expect(screen.noise).toEqual([])
    await screen.close()
  })

  it('offers the rows chosen in the menu, and not what a filter hides', async () => {
    await begin(shell, 'menu')
    await trade({ symbol: 'AAPL', side: 'buy', quantity: 3, orderRef: 'TREND:menu' })
    await until(() => screen.row('fills', 0).textContent()).toMatch(/AAPL.*Buy.*3/)
    const cell = (index: number) => screen.row('fills', index).locator('[data-column="1"]')
    await cell(0).click({ modifiers: ['Control'] })
    await cell(1).click({ modifiers: ['Control'] })
    await cell(1).click({ button: 'right' })
    await menuItem('Give 2 fills to another strategy…').click()
    await dialog().getByText('They belong to TREND.').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await screen.page.locator('[data-filter="fills"]').fill('AAPL')
    await screen.button('Give 1 to strategy…').waitFor()
    await screen.page.locator('[data-filter="fills"]').fill('nothing of that kind')
    await until(() => screen.button(/^Give \d+ to strategy/).count()).toBe(0)
    await screen.close()
  })

  it('shows what the core does by itself, and has it done', async () => {
    await begin(shell, 'jobs')
    await screen.page.getByRole('button', { name: 'Jobs' }).click()
    const jobs = screen.page.getByRole('dialog', { name: 'Jobs' })
    const snapshot = jobs.getByRole('listitem', { name: 'Snapshot', exact: true })
    expect(await snapshot.textContent()).toMatch(/next (at \d\d:\d\d|in \d+ s)/)
    await snapshot.getByRole('button', { name: 'Run now' }).click()
    await until(() => snapshot.textContent()).toMatch(/done in \d+ ms.*1 done, 0 failed/)
    const settings = { values: { snapshotSeconds: 60 } }
    await workstation.client.settings.change(settings)
    await until(() => snapshot.textContent()).toMatch(/next in \d+ s/)
    await gateway.tell('/stop-listening', { seconds: 60 })
    await gateway.tell('/disconnect', { how: 'rst' })
    await until(screen.pill).toMatch(/^(Retry in \d+ s|Not connected)$/)
    await snapshot.getByRole('button', { name: 'Run now' }).click()
    await snapshot.getByText('Connect to TWS or Gateway first.').waitFor()
    const { journal } = workstation.client
    const outcomes = async () => (await journal.list({ limit: 3 })).map(({ outcome }) => outcome)
    await until(outcomes).toEqual(['refused', 'changed', 'done'])
    await screen.close()
  })
})
