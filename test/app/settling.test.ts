import { describe, expect, it } from 'vitest'
import { settleBreaks, undoSettlement, type Outcome } from '#app/settling.ts'
import { settlementsOf } from '#app/settlements.ts'
import type { Settlement } from '#domain/settlement.ts'
import { averageCost } from '#domain/position.ts'
import { strategyId } from '#shared/ids.ts'
import { D } from '#shared/money.ts'
import { differedOnRefold } from './opened-book.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, SPY } from '../fakes/builders.ts'
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
  const place = { ledger: book.ledger, clock, brokerAverage, author: 'trader' }
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
    statuses: () => breaks().map(({ status, goneAt }) => [status, goneAt !== null]),
    book,
  }
}

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
      await settle({ how: 'split', ratio, cashInLieuPrice: null })
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
