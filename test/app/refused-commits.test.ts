import { describe, expect, it } from 'vitest'
import type { Ledger, LedgerFailure } from '#ports/ledger.ts'
import { execId, permId } from '#shared/ids.ts'
import { money, quantity, text } from '#shared/money.ts'
import { MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'
import { DISK_FULL, emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { differedOnRefold, feed, openedBook, untilWaiting, written } from './opened-book.ts'
import { commissionTold, executionTold } from './told.ts'

const bought = executionTold({ execId: execId('1.01'), shares: quantity('100') })
const charged = (id: string, commission: string) =>
  commissionTold({ execId: execId(id), commission: money(commission) })

describe('a ledger that refuses a commit', () => {
  it('is asked again: nothing is lost, and the trouble is told and cleared', async () => {
    const clock = handClock()
    const ledger = fakeLedger()
    const troubles: (LedgerFailure | null)[] = []
    const book = await openedBook({ clock, ledger, onTrouble: (one) => troubles.push(one) })
    ledger.failures.push(DISK_FULL, DISK_FULL, DISK_FULL)
    book.take(bought)
    for (let turn = 0; turn < 3; turn += 1) {
      await untilWaiting(clock)
      expect(ledger.store.commits).toBe(0)
      // What arrives meanwhile waits its turn.
      book.take(executionTold({ execId: execId(`${turn + 2}.01`), permId: permId(turn + 2) }))
      clock.advance(2_000)
    }
    await written(book)
    expect(troubles).toEqual([DISK_FULL, DISK_FULL, DISK_FULL, null])
    expect([...ledger.store.fills.keys()].sort()).toEqual(['1', '2', '3', '4'])
  })

  it('because it holds a row already is read anew, and the book is right', async () => {
    const store = emptyStore()
    const clock = handClock()
    const book = await openedBook({ clock, ledger: fakeLedger(store) })
    // Somebody else has written what this book takes for new.
    const other = await openedBook({ clock, ledger: fakeLedger(store) })
    await feed(other, [bought, charged('1.01', '1')])
    const sold = executionTold({
      execId: execId('2.01'),
      side: 'sell',
      shares: quantity('40'),
      executedAt: secondsIn(1),
    })
    await feed(book, [bought, sold])
    expect(text(book.memory.holding(MOMENTUM, SPY, secondsIn(0)).position.quantity)).toBe('60')
    expect([store.fills.size, store.executions.size, book.memory.fillCount]).toEqual([2, 2, 2])
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('having found out late that a fill was there, has the positions folded anew', async () => {
    const store = emptyStore()
    const clock = handClock()
    const ledger = fakeLedger(store)
    const book = await openedBook({ clock, ledger })
    await feed(book, [bought])
    // Counted a second time by a commit that should not have been.
    const [record] = [...store.positions.values()]
    const position = { ...record!.position, quantity: quantity('200') }
    store.positions.set([...store.positions.keys()][0]!, { ...record!, position })
    ledger.failures.push({ kind: 'doubled', sentence: 'A row was there already.' })
    await feed(book, [executionTold({ execId: execId('2.01'), executedAt: secondsIn(1) })])
    expect(text(book.memory.holding(MOMENTUM, SPY, secondsIn(0)).position.quantity)).toBe('200')
    expect(store.fills.size).toBe(2)
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('cannot be asked either on a full disk: the book waits until it answers', async () => {
    const clock = handClock()
    const ledger = fakeLedger()
    const troubles: (LedgerFailure | null)[] = []
    const refusals = [DISK_FULL, DISK_FULL]
    const findFills: Ledger['findFills'] = (roots) => {
      const failure = refusals.shift()
      if (failure === undefined) return ledger.findFills(roots)
      return Promise.reject(Object.assign(new Error(failure.sentence), { failure }))
    }
    const book = await openedBook({
      clock,
      ledger: { ...ledger, findFills },
      onTrouble: (one) => troubles.push(one),
    })
    book.take(charged('7.01', '1'))
    for (let turn = 0; turn < 2; turn += 1) {
      await untilWaiting(clock)
      clock.advance(2_000)
    }
    await written(book)
    expect(troubles).toEqual([DISK_FULL, DISK_FULL, null])
    expect(ledger.store.commissions).toHaveLength(1)
  })

  it('keeps commands waiting, and answers them when they are durable', async () => {
    const clock = handClock()
    const ledger = fakeLedger()
    const book = await openedBook({ clock, ledger })
    ledger.failures.push(DISK_FULL)
    book.take(bought)
    let isDone = false
    const command = written(book).then(() => (isDone = true))
    await untilWaiting(clock)
    expect(isDone).toBe(false)
    clock.advance(2_000)
    await command
    expect(ledger.store.fills.size).toBe(1)
  })
})
