import type { Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import type { GatewayProgram } from '../harness/gateway.ts'
import { eventually } from '../harness/program.ts'
import { scenes } from '../harness/scene.ts'
import { until, type Screen } from '../harness/screen.ts'
import { SHELLS, type Shell } from '../harness/shells.ts'
import type { Workstation } from '../harness/workstation.ts'

const { begin: beginScene, end } = scenes()
let gateway: GatewayProgram
let workstation: Workstation
let screen: Screen

beforeAll(buildIfNeeded)
afterAll(end)

async function begin(shell: Shell): Promise<void> {
  ;({ gateway, workstation, screen } = await beginScene(shell, 'settling'))
  await workstation.client.book.confirmOpening({})
  await eventually('both sides agree, the cash included', async () => {
    const run = await workstation.client.reconcile.run({})
    return run.outcome === 'agrees' && run.worth !== null
  })
}

const reconcile = () => workstation.client.reconcile.run({})
const grid = () => screen.page.locator('[data-focus="breaks"]')
const row = (words: RegExp) => grid().getByRole('row').filter({ hasText: words })
const drawer = () => screen.page.getByRole('dialog')
const press = (name: string | RegExp, within: Locator = drawer()) =>
  within.getByRole('button', { name, exact: typeof name === 'string' }).click()
const unexplained = () =>
  screen.page
    .locator('.nav-line div')
    .filter({ hasText: 'Unexplained' })
    .locator('dd')
    .textContent()

/** The broker tells every amount in cents: of many, some hundredths stay. */
const NOTHING = /^[+\u2212]?0\.0\d$/

/** Reconciles by the key of the table, and waits until the run is over. */
async function reconcileByKey(): Promise<void> {
  const { lastRun } = await workstation.client.reconcile.state({})
  await grid().focus()
  await screen.page.keyboard.press('r')
  await until(async () => (await workstation.client.reconcile.state({})).lastRun?.id).not.toBe(
    lastRun?.id,
  )
}

describe.each(SHELLS)('settling, in the %s', (shell) => {
  beforeAll(() => begin(shell))

  it('shows a deposit as a break of cash, with its cause and what is unexplained', async () => {
    await screen.page.keyboard.press('Alt+2')
    await until(unexplained).toMatch(NOTHING)
    await gateway.tell('/deposit', { amount: 5000, currency: 'USD' })
    await reconcileByKey()
    const usd = row(/USD/)
    await usd.waitFor()
    expect(await usd.textContent()).toMatch(/Cash.*5,000\.00.*depositpossible.*Book as deposit…/)
    await until(unexplained).toMatch(/^\+(5,000\.0\d|4,999\.9\d)$/)
  })

  it('books it by clicks, and the next run agrees', async () => {
    await row(/USD/).getByText('Book as deposit…').click()
    await drawer().getByText('5000 USD is a round amount: a deposit, perhaps.').first().waitFor()
    await press('Book as deposit')
    const preview = drawer().getByRole('region', { name: 'Preview' })
    await preview.getByText('+5,000.00').waitFor()
    expect(await preview.textContent()).toContain('UnallocatedDeposit+5,000.00USD')
    await press('Settle')
    await until(() => drawer().count()).toBe(0)
    await screen.page.getByText('Settled: Book as deposit (USD, Cash).').waitFor()
    expect((await reconcile()).outcome).toBe('agrees')
    await until(() => row(/USD/).textContent()).toMatch(/settledUndo…$/)
    await until(unexplained).toMatch(NOTHING)
  })

  it('takes it back by the toast, which waits while it has the focus', async () => {
    const undo = screen.page.locator('.toast').getByRole('button', { name: 'Undo' })
    await undo.focus()
    await screen.page.waitForTimeout(11_000)
    await screen.page.keyboard.press('Enter')
    await screen.page.getByText('Taken back: the entries are reversed.').waitFor()
    expect((await reconcile()).outcome).toBe('differs')
    await until(() => row(/USD/).textContent()).toMatch(/opened|seen again/)
  })

  it('previews again by itself when the broker moves meanwhile', async () => {
    await grid().focus()
    await screen.page.keyboard.press('Control+Home')
    await screen.page.keyboard.press('Enter')
    await press('Book as deposit')
    await drawer().getByText('+5,000.00').waitFor()
    await gateway.tell('/deposit', { amount: 20000, currency: 'USD' })
    await reconcile()
    await drawer().getByText('+25,000.00').waitFor()
    await drawer().getByText('The broker or the ledger moved meanwhile').waitFor()
    await press('Settle')
    await drawer().getByText('It is worth 25,000.00 USD. Settle?').waitFor()
    await press('No, keep')
    // What is asked about is a setting, which counts as soon as the screen is told: in a moment.
    await workstation.client.settings.change({ values: { settleAskAbove: '25000' } })
    await screen.page.waitForTimeout(1_000)
    await press('Settle')
    await until(() => drawer().count()).toBe(0)
    await press('Undo', screen.page.locator('.toast'))
    await until(() => row(/USD/).textContent()).toMatch(/undone/)
    await workstation.client.settings.change({ values: { settleAskAbove: null } })
    await until(() => drawer().count()).toBe(0)
  })

  it('says what is wrong with what is typed, and sends nothing', async () => {
    await row(/USD/).getByText('Book as deposit…').click()
    await press('Book cash')
    await drawer().getByText('Write the evidence: what says that it was this.').waitFor()
    await drawer().getByLabel('Evidence').fill('The statement of November')
    await drawer().getByLabel('Ex-date').fill('soon')
    await drawer().getByText('The ex-date must be a day such as 2026-11-20, or empty.').waitFor()
    await drawer().getByLabel('Ex-date').fill('')
    await drawer().getByText('+25,000.00').waitFor()
    await press('Close')
  })

  it('settles several as proposed, each with its outcome, and takes them back', async () => {
    await gateway.tell('/deposit', { amount: -700, currency: 'EUR' })
    await reconcile()
    await row(/EUR/).waitFor()
    await screen.page.locator('[id="breaks:head:select"]').click()
    await until(() => grid().locator('[aria-selected="true"]').count()).toBe(2)
    await screen.button('Settle 2…').click()
    await drawer().getByText('Unallocated \u2212700.00 EUR withdrawal').waitFor()
    await press('Settle 2')
    await drawer().getByText('Settle 2 breaks at once?').waitFor()
    await press('Yes, settle 2')
    await drawer().getByText('2 settled.').waitFor()
    await until(() =>
      drawer()
        .getByText(/^settled: Unallocated/)
        .count(),
    ).toBe(2)
    expect((await reconcile()).outcome).toBe('agrees')
    await press('Undo all')
    await until(() => drawer().count()).toBe(0)
    expect((await reconcile()).found).toBe(2)
  })

  it('gives a missed fill to a strategy at the price it names, after asking', async () => {
    await gateway.tell('/miss', { count: 1, forGood: true })
    await gateway.tell('/fill', { symbol: 'MSFT', side: 'buy', quantity: 40, price: '431.5' })
    await reconcile()
    await row(/MSFT.*Quantity/).click()
    await press('Assign to a strategy')
    await drawer().getByText('Name the strategy.').waitFor()
    await drawer().getByRole('combobox', { name: 'Strategy' }).fill('BY-HAND')
    await drawer().getByLabel('Price, as quoted').fill('431.5')
    const preview = drawer().getByRole('region', { name: 'Preview' })
    await until(() => preview.textContent()).toMatch(/BY-HANDMSFT040—431\.50/)
    await press('Settle')
    await press(/^Yes, settle$/)
    await until(() => drawer().count()).toBe(0)
    const positions = await workstation.client.positions.list({})
    expect(positions.find(({ strategy }) => strategy === 'BY-HAND')?.quantity).toBe('40')
  })

  it('settles nothing while the link is down, and says why', async () => {
    await gateway.tell('/stop-listening', { seconds: 3_000 })
    await gateway.tell('/disconnect', { how: 'fin' })
    await row(/USD/).click()
    await drawer().getByText('Not connected: nothing can be settled').waitFor()
    const settle = drawer().getByRole('button', { name: 'Settle', exact: true })
    expect(await settle.getAttribute('aria-disabled')).toBe('true')
    await press('Close')
  })

  it('has said nothing in the console', async () => {
    expect(screen.noise).toEqual([])
    await screen.close()
    await workstation.stop()
  })
})
