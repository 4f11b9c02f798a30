import { describe, expect, it } from 'vitest'
import { explainBetween } from '#app/explaining.ts'
import { explanationView } from '#app/explanation-view.ts'
import { transferHolding } from '#app/transferring.ts'
import { settleBreaks } from '#app/settling.ts'
import type { Settlement } from '#domain/settlement.ts'
import { execId, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, money, price, quantity } from '#shared/money.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, anExecution, SPY } from '../fakes/builders.ts'
import { heldAt, openedDesk } from './opened-desk.ts'

/** An account of 100 SPY bought at 10 and 1,000 dollars, told by the broker as it is said here. */
async function explained(folder: string) {
  const opened = await openedDesk(folder)
  const { broker, desk, clock, account } = opened
  const book = () => account().book!
  const worth = (cash: string, netLiquidation: string, spy: string): void => {
    for (const [key, value] of [
      ['CashBalance', cash],
      ['FuturesPNL', '0.00'],
      ['NetLiquidation', netLiquidation],
    ] as const) {
      broker.window.set(`${key}|USD`, value)
      const told = { account: ACCOUNT, key, currency: 'USD', value }
      broker.tell({ kind: 'account-value', value: told, at: clock.now() })
    }
    const quote = { conId: SPY, price: price(spy), source: 'live' as const, at: clock.now() }
    broker.tell({ kind: 'price', quote })
  }
  const run = async () => {
    while (account().depth > 0) await clock.turn()
    clock.advance(10)
    return opened.run()
  }
  worth('1000.00', '3000.00', '20')
  await run()
  const from = clock.now()
  const later = (ms: number): void => clock.advance(ms)
  const explain = async (begun = from, of: string | null = null) => {
    const place = { account: account(), book: book(), prices: desk.prices, clock }
    const strategy = of === null ? null : strategyId(of)
    const told = await explainBetween(place, { from: begun, to: null, strategy })
    return told.ok ? explanationView(told.value, book().memory) : told.error
  }
  const settle = async (breakId: string, settlement: Settlement): Promise<void> => {
    const { memory, ledger } = book()
    const { revision } = memory.breaks.get(breakId)!
    const brokerAverage = (id: typeof SPY) => desk.reconciliations.brokerAverage(ACCOUNT, id)
    const seenAt = (id: typeof SPY) => desk.reconciliations.seenAt(ACCOUNT, id)
    const place = { ledger, clock, brokerAverage, seenAt, author: 'trader' }
    const wanted = { breaks: [{ breakId, revision }], settlement, reason: '' }
    await account().command(settleBreaks(place, wanted, []))
  }
  return { ...opened, run, worth, explain, later, settle, book, from }
}

describe('why the account is worth something else', () => {
  it('is told by its parts, and nothing of it is left over', () =>
    inFolder(async (folder) => {
      const { broker, worth, later, run, explain, settle, clock, close } = await explained(folder)
      later(60_000)
      const at = { shares: quantity('10'), price: price('21') }
      const executedAt = clock.stamp()
      broker.execute(anExecution({ execId: execId('1.01'), executedAt, ...at }))
      broker.charge({
        ...{
          execId: execId('1.01'),
          commission: money('1.50'),
          currency: 'USD',
          realizedPnl: null,
        },
      })
      broker.hold(heldAt('110', '11.0136'))
      // 1000 − 210 − 1.5 + 500 deposited; 110 at 22.
      worth('1288.50', '3708.50', '22')
      await run()
      expect(await explain()).toMatchObject({
        ...{ opening_nav: '3000', closing_nav: '3708.5', change: '708.5' },
        ...{ price: '200', trading: '10', commission: '-1.5', fx: '0' },
        ...{ flows: '0', income_and_fees: '0', unexplained: '500', excluded: [] },
      })
      await settle(`${ACCOUNT}/cash/USD`, {
        ...{ how: 'book cash', class: 'deposit', strategy: null, conId: null, heldAt: null },
        evidence: 'the statement',
      })
      later(1)
      expect(await explain()).toMatchObject({ flows: '500', unexplained: '0', change: '708.5' })
      const none = { price: '0', fx: '0', trading: '0', commission: '0', income_and_fees: '0' }
      const of = (name: string) => explain(undefined, name)
      expect(await of('momentum')).toMatchObject({
        ...{ ...none, strategy: 'momentum', opening_nav: '0', closing_nav: '8.5' },
        ...{ trading: '10', commission: '-1.5', flows: '0', unexplained: '0', excluded: [] },
      })
      // 100 brought in at 10, worth 20 as the first snapshot was taken.
      expect(await of('UNATTRIBUTED')).toMatchObject({
        ...{ ...none, opening_nav: '1000', closing_nav: '1200', price: '200' },
        ...{ flows: '0', unexplained: '0' },
      })
      expect(await of('UNALLOCATED')).toMatchObject({
        ...{ ...none, opening_nav: '2000', closing_nav: '2500', flows: '500', unexplained: '0' },
      })
      expect(await of('nobody')).toBe(
        'There is no strategy of that name in this book: look at the list of strategies.',
      )
      await close()
    }))

  it('has of a strategy what was given to it as a flow of what it is worth beyond its cost', () =>
    inFolder(async (folder) => {
      const { worth, later, run, explain, account, book, clock, close } = await explained(folder)
      later(60_000)
      worth('1000.00', '3500.00', '25')
      await run()
      const moving = { conId: SPY, from: UNATTRIBUTED, to: strategyId('value') }
      const transfer = { ...moving, quantity: quantity('40') }
      const done = { command: '', plan: null }
      const place = { ledger: book().ledger, clock }
      await account().command(transferHolding(place, { transfer, reason: '' }, done))
      later(60_000)
      worth('1000.00', '3900.00', '29')
      await run()
      const parts = { commission: '0', income_and_fees: '0', fx: '0', unexplained: '0' }
      // 40 that cost 10 each, worth 25 when they were moved and 29 now.
      expect(await explain(undefined, 'value')).toMatchObject({
        ...{ ...parts, change: '760', flows: '600', price: '0', trading: '160' },
      })
      expect(await explain(undefined, 'UNATTRIBUTED')).toMatchObject({
        ...{ ...parts, change: '140', flows: '-600', price: '900', trading: '-160' },
      })
      expect(await explain()).toMatchObject({ change: '900', price: '900', flows: '0' })
      await close()
    }))

  it('counts a split as no gain', () =>
    inFolder(async (folder) => {
      const { broker, worth, later, run, explain, settle, close } = await explained(folder)
      later(60_000)
      broker.hold(heldAt('200', '5'))
      worth('1000.00', '3100.00', '10.5')
      await run()
      const ratio = { to: new D(2), from: new D(1) }
      await settle(`${ACCOUNT}/quantity/${SPY}`, {
        how: 'split',
        ratio,
        cashInLieuPrice: null,
        before: null,
      })
      later(1)
      expect(await explain()).toMatchObject({
        ...{ change: '100', price: '100', trading: '0', flows: '0', unexplained: '0' },
      })
      await close()
    }))

  it('refuses what is older than the first snapshot, in words', () =>
    inFolder(async (folder) => {
      const { explain, from, close } = await explained(folder)
      expect(await explain((from - 3_600_000) as typeof from)).toBe(
        'There is no snapshot as old as that: choose a later beginning.',
      )
      await close()
    }))
})
