import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import type { BreakRow, ReconciliationView } from '#shared/api/reconcile-views.ts'
import { endShells, openOver } from '../harness/faked-core.ts'
import { endAllPrograms } from '../harness/program.ts'
import { scenes, type Scene } from '../harness/scene.ts'
import { until, written } from '../harness/screen.ts'
import { SHELLS, type Shell } from '../harness/shells.ts'
import { aSnapshot } from '../renderer/fake-book.ts'
import { FakeCore } from '../renderer/fake-core.ts'

const BUILT = join(import.meta.dirname, '../../out/renderer')
const { begin, end } = scenes()

beforeAll(buildIfNeeded)
afterEach(endAllPrograms)
afterAll(async () => {
  await endShells()
  await end()
})

/** A holding of UNATTRIBUTED alone, and a strategy that has sold all of it: the broker is flat. */
async function closedByHand({ workstation, gateway }: Scene) {
  const { client } = workstation
  const rows = await client.positions.list({})
  const own = rows.find(
    ({ conId, secType, quantity }) =>
      secType === 'STK' &&
      Number.isInteger(Number(quantity)) &&
      rows.filter((one) => one.conId === conId).length === 1,
  )
  const { conId, symbol, quantity } = own!
  const closing = { conId, side: Number(quantity) > 0 ? 'sell' : 'buy' }
  await gateway.tell('/fill', {
    ...{ ...closing, quantity: String(Math.abs(Number(quantity))) },
    orderRef: 'TREND:closing',
  })
  const held = async (): Promise<Readonly<Record<string, string>>> => {
    const now = await client.positions.list({})
    const those = now.filter((one) => one.conId === conId)
    return Object.fromEntries(those.map((one) => [one.strategy, one.quantity]))
  }
  return { symbol, quantity, held }
}

const opposite = (quantity: string): string =>
  quantity.startsWith('-') ? quantity.slice(1) : `-${quantity}`

describe.each(SHELLS)('what was closed by hand, in the %s', (shell: Shell) => {
  it('is transferred once its preview was seen, and taken back', async () => {
    const scene = await begin(shell, 'by hand')
    const { screen, workstation } = scene
    const { symbol, quantity, held } = await closedByHand(scene)
    const open = { UNATTRIBUTED: quantity, TREND: opposite(quantity) }
    await until(held).toEqual(open)
    const { page } = screen
    await page.keyboard.press('Alt+2')
    await workstation.client.reconcile.run({})
    const line = page.getByRole('list', { name: 'Closed by hand' }).getByText(symbol).first()
    await until(() => line.textContent()).toContain(
      `Move ${written(quantity)} from Unattributed to TREND would close both.`,
    )
    await line.getByRole('button', { name: 'Transfer…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Transfer what was closed by hand' })
    const effects = dialog.getByRole('table', { name: 'Before and after' })
    const trend = effects.getByRole('row', { name: /^TREND/ })
    await until(() => trend.textContent()).toContain(written(opposite(quantity)))
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(await held()).toEqual(open)

    await line.getByRole('button', { name: 'Transfer…' }).click()
    await dialog.getByRole('button', { name: 'Transfer', exact: true }).click()
    await until(held).toEqual({ UNATTRIBUTED: '0', TREND: '0' })
    await until(() => line.count()).toBe(0)
    const toast = page.getByRole('status', { name: 'Messages' }).locator('.toast')
    await toast
      .filter({ hasText: `Moved ${written(quantity)} ${symbol} to TREND.` })
      .getByRole('button', { name: 'Undo' })
      .click()
    await until(held).toEqual(open)
    expect((await workstation.client.book.refold({})).differed).toBe(0)
    expect(screen.noise).toEqual([])
    await screen.close()
  })
})

const NOW = 1_772_461_800_000
/** A break whose cause proposes a move between strategies. */
const aBreak: BreakRow = {
  ...{ id: 'DU1234567/quantity/1000', kind: 'quantity', severity: 'medium', conId: 1000 },
  ...{ symbol: 'AAPL', name: 'AAPL', currency: 'USD', status: 'opened', missing: null },
  ...{ ledger: '105', broker: '100', difference: '-5', differenceValue: '-200' },
  ...{ differenceBase: '-200', firstSeenAt: NOW, lastSeenAt: NOW, timesSeen: 1 },
  ...{ recurrences: 0, revision: 1, note: null, settledAt: null, settledBy: null, goneAt: null },
  causes: [
    {
      ...{ cause: 'wrong strategy', certainty: 'likely', facts: [] },
      sentence: 'momentum is open in AAPL, UNATTRIBUTED stands against it.',
      proposals: [
        { how: 'transfer', conId: 1000, from: 'UNATTRIBUTED', to: 'momentum', quantity: '-5' },
      ],
    },
  ],
}
const RECONCILIATION: ReconciliationView = {
  ...{ lastRun: null, isRunning: false, askAbove: '10000', breaks: [aBreak], closedByHand: [] },
}

describe.each(SHELLS)('a transfer that a cause proposes, in the %s', (shell: Shell) => {
  it('opens its preview filled in, and is not written before it is confirmed', async () => {
    const core = new FakeCore(BUILT, aSnapshot({ reconciliation: RECONCILIATION }))
    await core.start()
    const { page, close, noise } = await openOver(core, shell)
    await page.locator('[data-focus="positions"]').waitFor()
    await page.keyboard.press('Alt+2')
    const grid = page.locator('[data-focus="breaks"]')
    await grid.getByRole('row').filter({ hasText: 'AAPL' }).waitFor()
    await grid.focus()
    await page.keyboard.press('Control+Home')
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog', { name: /^Break: AAPL/ })
    const move = 'Move \u22125 from Unattributed to momentum'
    await drawer.getByRole('button', { name: `${move}…` }).focus()
    await page.keyboard.press('Enter')
    const question = page.getByRole('dialog', { name: 'Transfer what was closed by hand' })
    await question.getByRole('heading', { name: `AAPL: ${move}` }).waitFor()
    await question.getByRole('button', { name: 'Transfer', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await until(() => question.count()).toBe(0)
    expect(await drawer.count()).toBe(1)
    expect(core.calls).toEqual([])
    await drawer.getByRole('button', { name: `${move}…` }).click()
    await question.getByRole('button', { name: 'Transfer', exact: true }).click()
    await until(() => page.getByRole('dialog').count()).toBe(0)
    expect(core.calls).toEqual(['transfer -5 of 1000 from UNATTRIBUTED to momentum'])
    expect(noise).toEqual([])
    await close()
    await core.stop()
  })
})
