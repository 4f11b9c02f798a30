import { describe, expect, it } from 'vitest'
import { settleBreaks, undoSettlement, type Outcome } from '#app/settling.ts'
import { settlementsOf } from '#app/settlements.ts'
import type { Settlement } from '#domain/settlement.ts'
import { averageCost } from '#domain/position.ts'
import { execId, strategyId } from '#shared/ids.ts'
import { D, money, price, quantity } from '#shared/money.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import { differedOnRefold } from './opened-book.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, anExecution, SPY } from '../fakes/builders.ts'
import type { FakeBroker } from '../fakes/broker.ts'
import { heldAt, openedDesk } from './opened-desk.ts'

const breakId = `${ACCOUNT}/quantity/${SPY}`

/** A desk whose broker has come to hold something else than the 100 SPY at 10 of its book. */
async function differing(folder: string, size: string, average: string) {
  const opened = await openedDesk(folder)
  const { desk, broker, clock, account, run, breaks } = opened
  broker.hold(heldAt(size, average))
  await run()
  const book = account().book!
  const brokerAverage = (id: typeof SPY) => desk.reconciliations.brokerAverage(ACCOUNT, id)
  const seenAt = (id: typeof SPY) => desk.reconciliations.seenAt(ACCOUNT, id)
  const place = { ledger: book.ledger, clock, brokerAverage, seenAt, author: 'trader' }
  const settle = async (settlement: Settlement, revision = 1): Promise<Outcome> => {
    const outcomes: Outcome[] = []
    const wanted = { breaks: [{ breakId, revision }], settlement, reason: '' }
    await account().command(settleBreaks(place, wanted, outcomes))
    return outcomes[0]!
  }
  return {
    ...{ ...opened, settle },
    undo: (command: string) => account().command(undoSettlement(place, command)),
    held: () =>
      [...book.memory.committed.values()]
        .filter(({ position }) => !position.quantity.isZero())
        .map(({ position }) => [
          position.strategy,
          ...[position.quantity, averageCost(position)].map(String),
        ]),
    /** An instant before the broker was looked at, and after the opening. */
    shortlyBefore: () => nanosOf(utcMillis(seenAt(SPY)! - 30_000)),
    journal: async () =>
      (await book.ledger.history.journal({ before: null, limit: 9 }))
        .filter(({ command }) => command === 'reconcile.supersede')
        .map(({ outcome, detail }) => [outcome, detail])
        .toReversed(),
    statuses: () => breaks().map(({ status, goneAt }) => [status, goneAt !== null]),
    book,
  }
}

/** Its commission is told, and is nothing. */
const charge = (broker: FakeBroker, id: string): void =>
  broker.charge({
    ...{ execId: execId(id), commission: money('0'), currency: 'USD', realizedPnl: null },
  })

describe('settling a break', () => {
  it('gives the residual to a strategy at the price that meets the broker’s average', () =>
    inFolder(async (folder) => {
      const { settle, held, run, statuses, book, close } = await differing(folder, '130', '10.6')
      await settle({ how: 'assign', strategy: strategyId('carry'), price: null })
      expect(held()).toEqual([
        ['UNATTRIBUTED', '100', '10'],
        ['carry', '30', '12.6'],
      ])
      expect(await run()).toMatchObject({ outcome: 'agrees', found: 0 })
      expect([statuses(), await differedOnRefold(book)]).toEqual([[['settled', true]], 0])
      await close()
    }))

  it('splits every holding of the instrument', () =>
    inFolder(async (folder) => {
      const { settle, held, run, close } = await differing(folder, '400', '2.5')
      const ratio = { to: new D(4), from: new D(1) }
      await settle({ how: 'split', ratio, cashInLieuPrice: null, before: null })
      expect(held()).toEqual([['UNATTRIBUTED', '400', '2.5']])
      expect(await run()).toMatchObject({ outcome: 'agrees', found: 0 })
      await close()
    }))

  it('is refused when the break was shown at another revision, and writes nothing', () =>
    inFolder(async (folder) => {
      const { settle, held, statuses, close } = await differing(folder, '130', '10.6')
      const { plan } = await settle({ how: 'keep unattributed' }, 2)
      expect(plan).toEqual({ ok: false, error: 'stale-break' })
      expect([held(), statuses()]).toEqual([[['UNATTRIBUTED', '100', '10']], [['opened', false]]])
      await close()
    }))

  it('gives way to the executions that turn up later, and says so', () =>
    inFolder(async (folder) => {
      const { settle, held, run, book, broker, undo, shortlyBefore, journal, close } =
        await differing(...([folder, '130', '10.6'] as const))
      const executedAt = shortlyBefore()
      const { command } = await settle({ how: 'keep unattributed' })
      const turnsUp = async (root: string, size: string, at: string) => {
        const told = { execId: execId(`${root}.01`), orderRef: 'carry', executedAt }
        broker.execute(anExecution({ ...told, shares: quantity(size), price: price(at) }))
        await book.command(() => Promise.resolve())
      }
      await turnsUp('1', '10', '12')
      expect(held()).toEqual([
        ['UNATTRIBUTED', '120', '10.48333333333333333333333333333333'],
        ['carry', '10', '12'],
      ])
      expect(settlementsOf(book.memory)).toMatchObject([
        { command, entries: 1, isUndone: false, isSuperseded: false, supersededBy: ['1'] },
      ])
      await turnsUp('2', '20', '12.9')
      expect(held()).toEqual([
        ['UNATTRIBUTED', '100', '10'],
        ['carry', '30', '12.6'],
      ])
      expect(settlementsOf(book.memory)).toMatchObject([
        { command, entries: 1, isUndone: false, isSuperseded: true, supersededBy: ['1', '2'] },
      ])
      expect(await journal()).toEqual([
        ['superseded in part', `${command}: by execution 1.01`],
        ['superseded', `${command}: by execution 2.01`],
      ])
      for (const root of ['1', '2']) charge(broker, `${root}.01`)
      expect(await run()).toMatchObject({ outcome: 'agrees', found: 0 })
      expect(await differedOnRefold(book)).toBe(0)
      await expect(undo(command)).rejects.toThrow('The executions it stood for have turned up')
      await close()
    }))

  it('does not give way to what was executed after the broker was looked at', () =>
    inFolder(async (folder) => {
      const { settle, held, run, broker, clock, close } = await differing(folder, '130', '10.6')
      clock.advance(5_000)
      const executedAt = clock.stamp()
      clock.advance(5_000)
      await settle({ how: 'keep unattributed' })
      broker.hold(heldAt('160', '10.6'))
      const at = { shares: quantity('30'), price: price('10.6') }
      broker.execute(anExecution({ execId: execId('1.01'), orderRef: 'carry', executedAt, ...at }))
      charge(broker, '1.01')
      expect(await run()).toMatchObject({ outcome: 'agrees', found: 0 })
      expect(held()).toEqual([
        ['UNATTRIBUTED', '130', '10.6'],
        ['carry', '30', '10.6'],
      ])
      await close()
    }))

  it('gives way to more of an execution that is corrected, and gets back what it tells less', () =>
    inFolder(async (folder) => {
      const opened = await differing(folder, '130', '10.6')
      const { settle, held, book, broker, shortlyBefore, journal, close } = opened
      const executedAt = shortlyBefore()
      const to = { how: 'assign', strategy: strategyId('value'), price: null } as const
      const { command } = await settle(to)
      const sizes = async (revision: string, size: string) => {
        const told = { execId: execId(`1.${revision}`), orderRef: 'carry', executedAt }
        broker.execute(anExecution({ ...told, shares: quantity(size), price: price('12') }))
        await book.command(() => Promise.resolve())
        return held()
          .map(([strategy, quantityHeld]) => `${strategy} ${quantityHeld}`)
          .sort()
      }
      const all = (carry: number, rest: string[]) => ['UNATTRIBUTED 100', `carry ${carry}`, ...rest]
      expect(await sizes('01', '10')).toEqual(all(10, ['value 20']))
      expect(await sizes('02', '30')).toEqual(all(30, []))
      expect(settlementsOf(book.memory)).toMatchObject([{ isSuperseded: true }])
      expect(await sizes('03', '24')).toEqual(all(24, ['value 6']))
      expect(settlementsOf(book.memory)).toMatchObject([
        { command, entries: 1, isSuperseded: false, isUndone: false, supersededBy: ['1'] },
      ])
      expect(await journal()).toEqual([
        ['superseded in part', `${command}: by execution 1.01`],
        ['superseded', `${command}: by execution 1.02`],
        ['came back', `${command}: by execution 1.03`],
      ])
      expect(await differedOnRefold(book)).toBe(0)
      await close()
    }))

  it('and undoing it leaves the book as it was', () =>
    inFolder(async (folder) => {
      const { settle, undo, held, run, statuses, book, close } = await differing(
        ...([folder, '130', '10.6'] as const),
      )
      const { command } = await settle({ how: 'keep unattributed' })
      expect(held()).toEqual([['UNATTRIBUTED', '130', '10.6']])
      await undo(command)
      expect([held(), statuses()]).toEqual([[['UNATTRIBUTED', '100', '10']], [['undone', false]]])
      expect(settlementsOf(book.memory)).toMatchObject([{ entries: 1, isUndone: true }])
      expect(await run()).toMatchObject({ outcome: 'differs', found: 1 })
      await expect(undo(command)).rejects.toThrow('It has been undone already.')
      await close()
    }))
})
