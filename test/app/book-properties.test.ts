import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import type { Ledger } from '#ports/ledger.ts'
import { emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { handClock, type HandClock } from '../fakes/clock.ts'
import { bookIn, expectedBook, positionsIn } from './expected-book.ts'
import { differedOnRefold, feed, openedBook } from './opened-book.ts'
import { arrivals, type Arrival } from './told.ts'

type Reopen = () => Promise<Ledger>

/** The book after all arrivals, the program started anew wherever the arrival says so. */
async function bookAfter({ batches, restarts }: Arrival, reopen: Reopen, clock: HandClock) {
  let book = await openedBook({ ledger: await reopen(), clock })
  for (const [index, batch] of batches.entries()) {
    if (restarts.includes(index)) {
      await book.close()
      book = await openedBook({ ledger: await reopen(), clock })
    }
    await feed(book, batch)
    clock.advance(10)
  }
  return book
}

async function isTheBook(arrival: Arrival, reopen: Reopen): Promise<void> {
  const clock = handClock()
  const expected = expectedBook(arrival.history)
  const book = await bookAfter(arrival, reopen, clock)
  expect(positionsIn(book)).toEqual(expected.positions)
  expect(await bookIn(book)).toEqual(expected)
  expect(await differedOnRefold(book)).toBe(0)
  expect(await bookIn(book)).toEqual(expected)
  await book.close()

  // The program starts anew, and the broker tells all of it once more.
  const again = await openedBook({ ledger: await reopen(), clock })
  expect(positionsIn(again)).toEqual(expected.positions)
  for (const batch of arrival.batches) await feed(again, batch)
  expect(await bookIn(again)).toEqual(expected)
  await again.close()
}

describe('a book told of everything in any order, any number of times', () => {
  it('is the same book, refolded or not, and after any restart', async () => {
    const property = fc.asyncProperty(arrivals, (arrival) => {
      const store = emptyStore()
      return isTheBook(arrival, () => Promise.resolve(fakeLedger(store)))
    })
    await fc.assert(property, { numRuns: 1000 })
  })

  it('is the same when memory keeps only the last few fills and must ask the ledger', async () => {
    const property = fc.asyncProperty(arrivals, (arrival) => {
      const store = emptyStore()
      return isTheBook(arrival, () => Promise.resolve(fakeLedger(store, { recentFills: 2 })))
    })
    await fc.assert(property, { numRuns: 500 })
  })

  it('is the same in a real ledger file', { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(arrivals, async (arrival) => {
      const folder = mkdtempSync(join(tmpdir(), 'truebook-test-'))
      const open = ledgerIn({ folder, migrations: resolve('resources/migrations') })
      try {
        await isTheBook(arrival, async () => {
          const opened = await open('DU1234567')
          if (!opened.ok) throw new Error(opened.error.sentence)
          return opened.value
        })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
    await fc.assert(property, { numRuns: 30 })
  })
})
