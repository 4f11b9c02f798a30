import { describe, expect, it } from 'vitest'
import { openBook } from '#app/open-book.ts'
import { proposeOpening } from '#app/opening.ts'
import type { Book } from '#app/book.ts'
import type { BookEvent } from '#app/book-event.ts'
import { DEFAULT_RULE } from '#domain/attribution.ts'
import { execId } from '#shared/ids.ts'
import { quantity } from '#shared/money.ts'
import { ok } from '#shared/result.ts'
import { utcMillis } from '#shared/time.ts'
import { ACCOUNT, anInstrument, anOrderReport, SPY } from '../fakes/builders.ts'
import { handClock, MARKET_OPEN, type HandClock } from '../fakes/clock.ts'
import { emptyStore, fakeLedger, type Store } from '../fakes/ledger.ts'
import { keptLog } from '../fakes/log.ts'
import { feed } from './opened-book.ts'
import { executionTold } from './told.ts'

async function opened(store: Store, clock: HandClock): Promise<Book> {
  const book = await openBook(() => Promise.resolve(ok(fakeLedger(store))), {
    account: ACCOUNT,
    rules: [DEFAULT_RULE],
    clock,
    log: keptLog(),
    onCommitted: () => undefined,
    onTrouble: () => undefined,
  })
  if (!book.ok) throw new Error(book.error.sentence)
  return book.value
}

const bought: BookEvent = executionTold({ execId: execId('1.01') })
const ordered: BookEvent = { kind: 'order', report: anOrderReport(), instrument: null }

const holding = {
  account: ACCOUNT,
  conId: SPY,
  instrument: anInstrument(),
  quantity: quantity('100'),
  averageCost: null,
}

async function open(book: Book, clock: HandClock): Promise<void> {
  const snapshot = {
    ...{ account: ACCOUNT, positions: [holding], executions: [] },
    ...{
      inFlight: new Set<never>(),
      contradicted: new Set<never>(),
      window: null,
      takenAt: clock.now(),
      clockAheadMs: 0,
    },
  }
  await book.command(proposeOpening(snapshot, { ledger: book.ledger, clock }))
}

describe('a book opened after the clock was set back', () => {
  const wrote: readonly [string, (book: Book, clock: HandClock) => Promise<void>][] = [
    ['a position', (book) => feed(book, [bought])],
    ['an order', (book) => feed(book, [ordered])],
    ['the opening', open],
  ]

  it.each(wrote)('stamps after %s it holds', async (_, write) => {
    const store = emptyStore()
    const before = handClock()
    const book = await opened(store, before)
    await write(book, before)
    const last = before.stamp() - 1n
    await book.close()
    const after = handClock(utcMillis(MARKET_OPEN - 3_600_000))
    await opened(store, after)
    expect(after.stamp()).toBeGreaterThanOrEqual(last)
  })
})
