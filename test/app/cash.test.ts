import { describe, expect, it } from 'vitest'
import { breakRows, runView } from '#app/break-rows.ts'
import { undoOpening } from '#app/opening.ts'
import { settleBreaks, undoSettlement, type Outcome } from '#app/settling.ts'
import { settlementsOf } from '#app/settlements.ts'
import { strategiesView } from '#app/strategies.ts'
import { standingEntries } from '#domain/cash.ts'
import type { Settlement } from '#domain/settlement.ts'
import type { CASH_CLASSES } from '#shared/cash.ts'
import { conId, execId } from '#shared/ids.ts'
import { money, price, quantity, text } from '#shared/money.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, anExecution, anInstrument, SPY } from '../fakes/builders.ts'
import { openedDesk } from './opened-desk.ts'

/** A desk whose broker tells cash: what it holds and has cost is in `openedDesk`. */
async function withCash(folder: string, dollars = '1000.00') {
  const opened = await openedDesk(folder)
  const { broker, desk, clock, account } = opened
  // What the book took in at the very moment the window was asked for may not be in it.
  const run = async () => {
    while (account().depth > 0) await clock.turn()
    clock.advance(10)
    return opened.run()
  }
  const has = (currency: string, amount: string, accrued = '0.00'): void => {
    broker.window.set(`CashBalance|${currency}`, amount)
    broker.window.set(`FuturesPNL|${currency}`, '0.00')
    broker.window.set(`NetDividend|${currency}`, accrued)
  }
  broker.window.set('NetLiquidation|USD', '2000.00')
  has('USD', dollars)
  await run()
  const { memory, ledger } = account().book!
  const brokerAverage = (id: typeof SPY) => desk.reconciliations.brokerAverage(ACCOUNT, id)
  const seenAt = (id: typeof SPY) => desk.reconciliations.seenAt(ACCOUNT, id)
  const place = { ledger, clock, brokerAverage, seenAt, author: 'trader' }
  const settle = async (breakId: string, settlement: Settlement): Promise<Outcome> => {
    const outcomes: Outcome[] = []
    const { revision } = memory.breaks.get(breakId)!
    const wanted = { breaks: [{ breakId, revision }], settlement, reason: '' }
    await account().command(settleBreaks(place, wanted, outcomes))
    return outcomes[0]!
  }
  return {
    ...{ ...opened, run, has, settle, memory },
    undo: (command: string) => account().command(undoSettlement(place, command)),
    cashBreaks: () =>
      opened
        .breaks()
        .filter(({ kind }) => kind === 'cash')
        .map(({ currency, difference, status }) => [
          currency,
          difference && text(difference),
          status,
        ]),
    causes: (id: string) => memory.causes.get(id)?.causes.map(({ cause }) => cause),
    entries: () =>
      standingEntries(memory.cashEntries).map((one) => [
        one.class,
        one.currency,
        text(one.amount),
        one.strategy,
      ]),
  }
}

const USD = `${ACCOUNT}/cash/USD`
const booked = (cashClass: (typeof CASH_CLASSES)[number], of: Partial<Settlement> = {}) =>
  ({
    ...{ how: 'book cash', class: cashClass, strategy: null, conId: null, heldAt: null },
    evidence: 'the statement',
    ...of,
  }) as Settlement

describe('the cash of an account', () => {
  it('that differs is worth as much in the base currency as its rate says, or not known', () =>
    inFolder(async (folder) => {
      const { broker, clock, desk, account, has, run, close } = await withCash(folder)
      const told = (key: string, currency: string, value: string) => {
        const row = { account: ACCOUNT, key, currency, value }
        broker.tell({ kind: 'account-value', value: row, at: clock.now() })
      }
      const worth = () => {
        const valued = { prices: desk.prices, fx: account().values.fx }
        return breakRows(account().book!.memory, valued).map(
          ({ currency, differenceValue, differenceBase }) => [
            ...[currency, differenceValue, differenceBase],
          ],
        )
      }
      has('EUR', '2000.00')
      has('USD', '1500.00')
      await run()
      told('NetLiquidation', 'USD', '2000.00')
      expect(worth()).toEqual([
        ['EUR', '2000', null],
        ['USD', '500', '500'],
      ])
      told('ExchangeRate', 'EUR', '1.0825')
      expect(worth()[0]).toEqual(['EUR', '2000', '2165'])
      await close()
    }))

  it('is opened at what the broker has, once, and agrees from then on', () =>
    inFolder(async (folder) => {
      const { entries, lastRun, run, cashBreaks, close } = await withCash(folder)
      expect(entries()).toEqual([['opening', 'USD', '1000', null]])
      // 100 SPY at 10 have no price here, and stand at cost.
      expect(lastRun()?.worth).toMatchObject({ baseCurrency: 'USD', excluded: 1 })
      expect(String(lastRun()?.worth?.ledgerNav)).toBe('2000')
      await run()
      expect([entries().length, cashBreaks()]).toEqual([1, []])
      await close()
    }))

  it('says what of the broker’s NAV it cannot explain, without what is due and not paid', () =>
    inFolder(async (folder) => {
      const { broker, has, lastRun, run, close } = await withCash(folder)
      const worth = () => runView(lastRun()!).worth
      const told = { baseCurrency: 'USD', ledgerNav: '2000', excluded: 1 }
      expect(worth()).toEqual({ ...told, brokerNav: '2000', accrued: '0', unexplained: '0' })
      broker.window.set('NetLiquidation|USD', '2025.504')
      has('USD', '1000.00', '7.50')
      await run()
      expect(worth()).toEqual({
        ...told,
        ...{ brokerNav: '2025.504', accrued: '7.5', unexplained: '18' },
      })
      await close()
    }))

  it('follows fills and their commissions, in every currency they move', () =>
    inFolder(async (folder) => {
      const { broker, has, run, cashBreaks, close } = await withCash(folder)
      const shares = { shares: quantity('30'), price: price('12.1') }
      broker.execute(anExecution({ execId: execId('1.01'), ...shares }))
      broker.charge({
        ...{
          execId: execId('1.01'),
          commission: money('1.25'),
          currency: 'USD',
          realizedPnl: null,
        },
      })
      const pair = anInstrument({ conId: conId(12087792), secType: 'CASH', symbol: 'EUR' })
      const euros = { shares: quantity('100'), price: price('1.08123') }
      broker.execute(anExecution({ execId: execId('2.01'), conId: pair.conId, ...euros }), pair)
      broker.charge({
        ...{ execId: execId('2.01'), commission: money('2'), currency: 'USD', realizedPnl: null },
      })
      // 1000 − 363 − 1.25 − 108.123 − 2, told in cents.
      has('USD', '525.63')
      has('EUR', '100.00')
      await run()
      expect(cashBreaks()).toEqual([])
      has('EUR', '99.98')
      await run()
      expect(cashBreaks()).toEqual([['EUR', '-0.02', 'opened']])
      await close()
    }))

  it('differs by a deposit until that is booked, and again once it is undone', () =>
    inFolder(async (folder) => {
      const { has, run, settle, undo, causes, cashBreaks, memory, close } = await withCash(folder)
      has('USD', '1500.00')
      expect(await run()).toMatchObject({ outcome: 'differs', found: 1 })
      expect([cashBreaks(), causes(USD)]).toEqual([[['USD', '500', 'opened']], ['deposit']])
      const { command } = await settle(USD, booked('deposit'))
      expect(await run()).toMatchObject({ outcome: 'agrees' })
      expect(cashBreaks()).toEqual([['USD', '500', 'settled']])
      expect(settlementsOf(memory)).toMatchObject([{ command, entries: 1, isUndone: false }])
      await undo(command)
      expect(await run()).toMatchObject({ outcome: 'differs' })
      expect(settlementsOf(memory)).toMatchObject([{ command, isUndone: true }])
      await close()
    }))

  it('gives a dividend to who holds the share, and knows it by what was accrued', () =>
    inFolder(async (folder) => {
      const { broker, desk, has, run, settle, causes, entries, clock, close } =
        await withCash(folder)
      const told = { account: ACCOUNT, key: 'NetDividend', currency: 'USD' }
      const accrue = (value: string): void =>
        broker.tell({ kind: 'account-value', value: { ...told, value }, at: clock.now() })
      accrue('13.01')
      accrue('0.00')
      has('USD', '1013.01')
      await run()
      expect(causes(USD)).toEqual(['dividend'])
      broker.execute(anExecution({ execId: execId('3.01'), shares: quantity('100') }))
      broker.charge({
        ...{ execId: execId('3.01'), commission: money('0'), currency: 'USD', realizedPnl: null },
      })
      while (desk.find(undefined)!.depth > 0) await clock.turn()
      await settle(USD, booked('dividend', { conId: SPY }))
      expect(entries().slice(1)).toEqual([
        ['dividend', 'USD', '6.51', 'UNATTRIBUTED'],
        ['dividend', 'USD', '6.5', 'momentum'],
      ])
      await close()
    }))

  it('is known by what was accrued, though a run in between could not judge it', () =>
    inFolder(async (folder) => {
      const { broker, has, run, causes, cashBreaks, clock, close } = await withCash(folder)
      const told = { account: ACCOUNT, key: 'NetDividend', currency: 'USD' }
      for (const value of ['-26.00', '0.00'])
        broker.tell({ kind: 'account-value', value: { ...told, value }, at: clock.now() })
      has('USD', '974.00')
      broker.busy.add(SPY)
      await run()
      expect(cashBreaks()).toEqual([])
      broker.busy.clear()
      await run()
      expect([cashBreaks(), causes(USD)]).toEqual([[['USD', '-26', 'opened']], ['dividend']])
      await close()
    }))

  it('is known by what had been accrued in its currency when the program was closed', () =>
    inFolder(async (folder) => {
      const { broker, clock, run, close } = await withCash(folder)
      const value = { account: ACCOUNT, key: 'NetDividend', currency: 'USD', value: '31.37' }
      broker.tell({ kind: 'account-value', value, at: clock.now() })
      expect(await run()).toMatchObject({ outcome: 'agrees' })
      await close()
      // What is apart goes on counting, so it is known after another restart, too.
      for (let restarts = 0; restarts < 2; restarts += 1) {
        const after = await withCash(folder, '1031.37')
        const [cause] = after.memory.causes.get(USD)!.causes
        expect(cause).toMatchObject({ cause: 'dividend', certainty: 'likely' })
        await after.close()
      }
    }))

  it('may be what had been accrued in all, where the currency is not told apart', () =>
    inFolder(async (folder) => {
      const first = await withCash(folder)
      first.broker.window.set('NetLiquidation|USD', '2031.37')
      first.broker.window.set('NetDividend|BASE', '31.37')
      expect(await first.run()).toMatchObject({ outcome: 'agrees' })
      await first.close()
      const { causes, close } = await withCash(folder, '1031.37')
      // It is the second of a month, and no share fits.
      expect(causes(USD)).toEqual(['interest', 'dividend'])
      await close()
    }))

  it('is not judged while something trades in it, and a break of it waits', () =>
    inFolder(async (folder) => {
      const { broker, has, run, cashBreaks, close } = await withCash(folder)
      has('USD', '1500.00')
      await run()
      broker.busy.add(SPY)
      has('USD', '1400.00')
      expect(await run()).toMatchObject({ found: 0 })
      expect(cashBreaks()).toEqual([['USD', '500', 'in flight']])
      broker.window.clear()
      broker.busy.clear()
      await run()
      // Not told is not agreed.
      expect(cashBreaks()).toEqual([['USD', '500', 'in flight']])
      await close()
    }))

  it('is opened soon when something traded around the first look, and not known before', () =>
    inFolder(async (folder) => {
      const opened = await openedDesk(folder)
      const { desk, broker, clock, until, account, run, close } = opened
      broker.window.set('CashBalance|USD', '1000.00')
      broker.window.set('FuturesPNL|USD', '0.00')
      broker.busy.add(SPY)
      await run()
      const nav = () =>
        strategiesView({ account: account(), prices: desk.prices }, clock.stamp()).ledgerNav
      expect([account().book!.memory.cashEntries, nav()]).toEqual([[], null])
      broker.busy.clear()
      await until(() => {
        clock.advance(500)
        return account().book!.memory.cashEntries.length === 1
      })
      await close()
    }))

  it('is taken back with the opening, and opened anew with it', () =>
    inFolder(async (folder) => {
      const { account, clock, entries, has, run, close } = await withCash(folder)
      const { ledger } = account().book!
      await account().command(undoOpening({ ledger, clock }))
      expect(entries()).toEqual([])
      has('USD', '1700.00')
      await account().propose()
      await run()
      await run()
      expect(entries()).toEqual([['opening', 'USD', '1700', null]])
      await close()
    }))
})
