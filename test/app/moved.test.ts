import { describe, expect, it } from 'vitest'
import { movedSince } from '#app/moved.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import { ACCOUNT, SPY } from '../fakes/builders.ts'
import { MARKET_OPEN } from '../fakes/clock.ts'
import { fakeLedger } from '../fakes/ledger.ts'
import { feed, openedBook } from './opened-book.ts'
import { executionTold } from './told.ts'

/** A second before the fill is booked. */
const LOOKED_AT = utcMillis(MARKET_OPEN - 1_000)
const BEHIND_MS = 600_000

describe('an execution that the snapshot does not have', () => {
  it.each([
    ['has moved it when it came a second after it, by a clock minutes behind', 1_000, [SPY]],
    ['is from before it when it is older by that clock, too', -300_000, []],
  ] as const)('%s', async (_, afterMs, moved) => {
    const ledger = fakeLedger()
    const book = await openedBook({ ledger })
    const executedAt = nanosOf(utcMillis(LOOKED_AT - BEHIND_MS + afterMs))
    await feed(book, [executionTold({ executedAt })])
    const snapshot = {
      ...{ account: ACCOUNT, inFlight: [], contradicted: [], window: null, isComplete: true },
      ...{ settled: [{ conId: SPY, position: null, executions: [], at: LOOKED_AT }] },
      ...{ takenAt: LOOKED_AT, clockAheadMs: -BEHIND_MS },
    }
    expect([...(await movedSince(snapshot, book.memory, ledger))]).toEqual(moved)
  })
})
