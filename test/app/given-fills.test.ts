import { expect, it } from 'vitest'
import { learnGiven } from '#app/given-fills.ts'
import { giveFills } from '#app/reattributing.ts'
import { strategyId } from '#shared/ids.ts'
import { text } from '#shared/money.ts'
import { inFolder, openIn } from '../adapters/duckdb/folder.ts'
import { handClock } from '../fakes/clock.ts'
import { feed, openedBook } from './opened-book.ts'
import { executionTold } from './told.ts'

/** What is known to have been carried: to whom, how many, for how much. */
const told = (book: Awaited<ReturnType<typeof openedBook>>) =>
  book.memory.given
    .all()
    .map(({ strategy, quantity, points }) => [strategy, text(quantity), text(points)])
    .toSorted()

it('is known after a restart what fills carried that were given since an instant', () =>
  inFolder(async (folder) => {
    const clock = handClock()
    const book = await openedBook({ ledger: await openIn(folder), clock })
    await feed(book, [executionTold()])
    const place = { ledger: book.ledger, clock }
    const before = clock.stamp()
    const give = async (to: string): Promise<void> => {
      const giving = { chosen: { orderRef: 'momentum:1' }, to: strategyId(to) }
      const done = { command: '', plan: null }
      await book.command(giveFills(place, { ...giving, reason: '', expected: null }, done))
    }
    await give('carry')
    const after = clock.stamp()
    await give('value')
    const known = told(book)
    expect(known).toEqual([
      ['carry', '-100', '1000'],
      ['carry', '100', '-1000'],
      ['momentum', '-100', '1000'],
      ['value', '100', '-1000'],
    ])
    // What it knows already is not learnt once more.
    await learnGiven(book, before)
    expect(told(book)).toEqual(known)
    await book.close()

    const again = await openedBook({ ledger: await openIn(folder), clock })
    expect(told(again)).toEqual([])
    await learnGiven(again, after)
    await learnGiven(again, before)
    expect(told(again)).toEqual([
      ['carry', '-100', '1000'],
      ['value', '100', '-1000'],
    ])
    await again.close()
  }))
