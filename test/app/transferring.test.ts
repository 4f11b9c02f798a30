import { describe, expect, it } from 'vitest'
import { settlementsOf } from '#app/settlements.ts'
import { undoSettlement } from '#app/settling.ts'
import { previewTransfer, transferHolding } from '#app/transferring.ts'
import { averageCost } from '#domain/position.ts'
import { conId, execId, permId, strategyId, UNATTRIBUTED, type StrategyId } from '#shared/ids.ts'
import { price, quantity, text, textOrNull } from '#shared/money.ts'
import { inFolder, openIn } from '../adapters/duckdb/folder.ts'
import { MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'
import { differedOnRefold, feed, openedBook } from './opened-book.ts'
import { executionTold } from './told.ts'

const CARRY = strategyId('carry')

/** A book in a real ledger: momentum bought 100 at 10, and 60 were sold by hand at 12. */
async function traded(folder: string) {
  const clock = handClock()
  const open = async () => {
    const book = await openedBook({ ledger: await openIn(folder), clock })
    const place = {
      ledger: book.ledger,
      clock,
      brokerAverage: () => null,
      seenAt: () => null,
      author: 'trader',
    }
    return {
      book,
      move: async (from: StrategyId, to: StrategyId, size: string): Promise<string> => {
        const done = { command: '', plan: null }
        const transfer = { conId: SPY, from, to, quantity: quantity(size) }
        await book.command(transferHolding(place, { transfer, reason: '' }, done))
        return done.command
      },
      preview: (to: StrategyId) => {
        const transfer = { conId: SPY, from: MOMENTUM, to, quantity: quantity('40') }
        return previewTransfer(place, { transfer, reason: '' }, book.memory)
      },
      undo: (command: string) => book.command(undoSettlement(place, command)),
      held: () =>
        [...book.memory.committed.values()]
          .map(({ position }) =>
            [
              position.strategy,
              ...[text(position.quantity), textOrNull(averageCost(position)) ?? '-'],
              text(position.realizedPoints),
            ].join(' '),
          )
          .toSorted(),
    }
  }
  const opened = await open()
  await feed(opened.book, [
    executionTold(),
    executionTold({
      ...{ execId: execId('2.01'), orderRef: '', side: 'sell', permId: permId(2) },
      ...{ shares: quantity('60'), price: price('12'), executedAt: secondsIn(2) },
    }),
  ])
  return { ...opened, clock, open }
}

const BEFORE = ['UNATTRIBUTED -60 12 0', 'momentum 100 10 0']

describe('a transfer between strategies', () => {
  it('moves a holding at its cost: nobody realizes anything', () =>
    inFolder(async (folder) => {
      const { book, move, held, preview } = await traded(folder)
      const shown = preview(CARRY)
      expect(shown.ok && shown.value.effects.map(({ after }) => text(after.quantity))).toEqual([
        '60',
        '40',
      ])
      expect(held()).toEqual(BEFORE)
      const command = await move(MOMENTUM, CARRY, '40')
      expect(held()).toEqual(['UNATTRIBUTED -60 12 0', 'carry 40 10 0', 'momentum 60 10 0'])
      expect(await differedOnRefold(book)).toBe(0)
      expect(settlementsOf(book.memory)).toMatchObject([
        {
          ...{ command, breakId: null, reason: '40 SPY from momentum to carry' },
          ...{ entries: 2, isUndone: false },
        },
      ])
      const [entry] = await book.ledger.history.journal({ before: null, limit: 1 })
      expect(entry).toMatchObject({
        ...{ command: 'positions.transfer', outcome: 'transferred', author: 'trader' },
        detail: `${command}: 40 SPY from momentum to carry`,
      })
      await book.close()
    }))

  it('lets who stands on the other side realize what a close by hand left open', () =>
    inFolder(async (folder) => {
      const { book, move, held } = await traded(folder)
      await move(UNATTRIBUTED, MOMENTUM, '-60')
      expect(held()).toEqual(['UNATTRIBUTED 0 - 0', 'momentum 40 10 120'])
      await book.close()
    }))

  it('is taken back like a settlement, also after a restart, and only once', () =>
    inFolder(async (folder) => {
      const { book, move, open } = await traded(folder)
      const command = await move(MOMENTUM, CARRY, '100')
      await book.close()
      const again = await open()
      expect(again.held()).toEqual(['UNATTRIBUTED -60 12 0', 'carry 100 10 0', 'momentum 0 - 0'])
      await again.undo(command)
      expect(again.held()).toEqual([...BEFORE, 'carry 0 - 0'].toSorted())
      expect(await differedOnRefold(again.book)).toBe(0)
      expect(settlementsOf(again.book.memory)).toMatchObject([{ isUndone: true }])
      await expect(again.undo(command)).rejects.toThrow('It has been undone already.')
      await again.book.close()
    }))

  it('is refused in a sentence when there is not that much, or it is there already', () =>
    inFolder(async (folder) => {
      const { book, move, held } = await traded(folder)
      const refused = (from: StrategyId, to: StrategyId, size: string) =>
        expect(move(from, to, size)).rejects
      await refused(MOMENTUM, CARRY, '101').toThrow('does not hold that much')
      await refused(MOMENTUM, CARRY, '-1').toThrow('does not hold that much')
      await refused(MOMENTUM, CARRY, '0').toThrow('does not hold that much')
      await refused(CARRY, MOMENTUM, '1').toThrow('does not hold that much')
      await refused(MOMENTUM, MOMENTUM, '1').toThrow('It is there already')
      expect([held(), book.memory.adjustments]).toEqual([BEFORE, []])
      expect(book.memory.keysOf(conId(1))).toEqual([])
      await book.close()
    }))
})
