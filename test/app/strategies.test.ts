import { describe, expect, it } from 'vitest'
import { allocate, allocationViews, undoAllocation } from '#app/capital.ts'
import { strategiesView } from '#app/strategies.ts'
import { snapshotOf } from '#app/snapshot-of.ts'
import type { Allocation } from '#domain/allocation.ts'
import { execId } from '#shared/ids.ts'
import { money, price, quantity, text } from '#shared/money.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, anExecution, SPY } from '../fakes/builders.ts'
import { openedDesk } from './opened-desk.ts'

/** 100 SPY at 10 in UNATTRIBUTED, 1,000 dollars, and 30 SPY that momentum bought at 12. */
async function withStrategies(folder: string) {
  const opened = await openedDesk(folder)
  const { broker, desk, clock, account } = opened
  const tell = (key: string, value: string, currency = 'USD') => {
    broker.window.set(`${key}|${currency}`, value)
    const told = { account: ACCOUNT, key, currency, value }
    broker.tell({ kind: 'account-value', value: told, at: clock.now() })
  }
  const rest = async () => {
    while (account().depth > 0) await clock.turn()
    clock.advance(10)
  }
  tell('NetLiquidation', '2100.50')
  tell('CashBalance', '1000.00')
  tell('FuturesPNL', '0.00')
  await rest()
  await opened.run()
  broker.execute(
    anExecution({ execId: execId('1.01'), shares: quantity('30'), price: price('12') }),
  )
  broker.charge({
    ...{ execId: execId('1.01'), commission: money('1.50') },
    ...{ currency: 'USD', realizedPnl: null },
  })
  await rest()
  desk.pricing.take({ conId: SPY, price: price('11'), source: 'live', at: clock.now() })
  const place = { clock, author: 'trader' }
  return {
    ...{ ...opened, tell },
    give: async (strategy: string, amount: string, baseCurrency: string | null = 'USD') => {
      const written: Allocation[] = []
      const run = allocate(place, { strategy, amount, reason: 'to begin', baseCurrency }, written)
      await account().command(run)
      return written[0]!
    },
    undo: (id: string) => account().command(undoAllocation(place, id, [])),
    view: () => strategiesView({ account: account(), prices: desk.prices }, clock.stamp()),
    equities: () =>
      strategiesView({ account: account(), prices: desk.prices }, clock.stamp()).buckets.map(
        ({ strategy, allocated, equity }) => [strategy, allocated, equity],
      ),
    snapshot: () => snapshotOf({ account: account(), prices: desk.prices }, clock.stamp()),
  }
}

describe('the equity of strategies', () => {
  it('is capital and what was made, and adds up to the ledger’s NAV', () =>
    inFolder(async (folder) => {
      const { view, give, equities, close } = await withStrategies(folder)
      expect(view()).toMatchObject({
        ...{ baseCurrency: 'USD', ledgerNav: '2068.5', brokerNav: '2100.5', excluded: 0 },
        ...{ accrued: null, unexplained: '32' },
      })
      expect(equities()).toEqual([
        ['momentum', '0', '-31.5'],
        ['UNATTRIBUTED', '0', '100'],
        ['UNALLOCATED', '0', '2000'],
      ])
      await give('momentum', '500.25')
      expect(equities()).toEqual([
        ['momentum', '500.25', '468.75'],
        ['UNATTRIBUTED', '0', '100'],
        ['UNALLOCATED', '-500.25', '1499.75'],
      ])
      expect(view()).toMatchObject({ ledgerNav: '2068.5' })
      await close()
    }))

  it('has beside it how much of NAV their positions expose, net and gross', () =>
    inFolder(async (folder) => {
      const { view, tell, broker, clock, account, close } = await withStrategies(folder)
      tell('NetLiquidation', '2000')
      broker.execute(
        anExecution({
          ...{ execId: execId('2.01'), orderRef: 'value:1', side: 'sell' },
          ...{ shares: quantity('20'), price: price('11') },
        }),
      )
      while (account().depth > 0) await clock.turn()
      const { buckets, exposure } = view()
      expect(buckets.map((one) => [one.strategy, one.exposure.net, one.exposure.gross])).toEqual([
        ['momentum', '16.5', '16.5'],
        ['value', '-11', '11'],
        ['UNATTRIBUTED', '55', '55'],
        ['UNALLOCATED', '0', '0'],
      ])
      expect(exposure).toEqual({ net: '60.5', gross: '82.5', excluded: 0 })
      await close()
    }))

  it('is what snapshots keep of them', () =>
    inFolder(async (folder) => {
      const { give, snapshot, close } = await withStrategies(folder)
      await give('momentum', '500')
      const kept = snapshot()!.strategies.map((one) => [one.strategy, text(one.equity)])
      expect(kept).toEqual([
        ['momentum', '468.5'],
        ['UNATTRIBUTED', '100'],
      ])
      await close()
    }))

  it('tells the difference to the broker without what is due and not paid', () =>
    inFolder(async (folder) => {
      const { view, tell, close } = await withStrategies(folder)
      tell('AccruedDividend', '30.00')
      expect(view()).toMatchObject({ accrued: '30', unexplained: '2' })
      tell('NetLiquidation', '2098.5')
      expect(view()).toMatchObject({ unexplained: '0' })
      await close()
    }))
})

describe('capital of strategies', () => {
  it('is given, taken back and undone, and outlives a restart', () =>
    inFolder(async (folder) => {
      const { give, undo, equities, close } = await withStrategies(folder)
      await give('momentum', '500')
      const wrong = await give('momentum', '-200')
      expect(equities()[0]).toEqual(['momentum', '300', '268.5'])
      await undo(wrong.id)
      expect(equities()[0]).toEqual(['momentum', '500', '468.5'])
      await expect(undo(wrong.id)).rejects.toThrow('undone already')
      await expect(undo(`undo-${wrong.id}`)).rejects.toThrow('An undo is not undone')
      await expect(undo('nothing')).rejects.toThrow('no such allocation')
      await close()
      const again = await openedDesk(folder)
      const { allocations } = again.account().book!.memory
      const views = allocationViews(allocations)
      expect(views.map(({ amount, undoes, isUndone }) => [amount, undoes, isUndone])).toEqual([
        ['200', wrong.id, false],
        ['-200', null, true],
        ['500', null, false],
      ])
      await again.close()
    }))

  it('refuses in words what cannot be, and writes nothing of it', () =>
    inFolder(async (folder) => {
      const { give, account, close } = await withStrategies(folder)
      const { memory } = account().book!
      const { journalLength } = memory
      await expect(give('UNALLOCATED', '5')).rejects.toThrow('reserved name')
      await expect(give(' UNATTRIBUTED ', '5')).rejects.toThrow('reserved name')
      await expect(give('momentum', '0.00')).rejects.toThrow('other than 0')
      await expect(give('momentum', '0.0000000000000000001')).rejects.toThrow('18 decimal places')
      await expect(give('momentum', '1'.repeat(21))).rejects.toThrow('below 10^20')
      await expect(give('momentum', '5', null)).rejects.toThrow('base currency')
      expect([memory.allocations, memory.journalLength]).toEqual([[], journalLength])
      await give('momentum', '5')
      expect(memory.journalLength).toBe(journalLength + 1)
      await close()
    }))
})
