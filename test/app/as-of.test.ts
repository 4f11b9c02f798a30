import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import { foldPastBook } from '#app/as-of.ts'
import type { Book } from '#app/book.ts'
import { concerns, openingMomentOf, standing } from '#domain/adjustment.ts'
import { isBooked } from '#domain/fill.ts'
import { foldPosition } from '#domain/fold.ts'
import { flat } from '#domain/position.ts'
import type { Ledger } from '#ports/ledger.ts'
import { EVERY_STRATEGY } from '#shared/ids.ts'
import { utcMillis, type UtcNanos } from '#shared/time.ts'
import { secondsIn } from '../fakes/builders.ts'
import { handClock, MARKET_OPEN, type HandClock } from '../fakes/clock.ts'
import { emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { chargesOf, heldTexts, type BookText } from './expected-book.ts'
import { openedBook } from './opened-book.ts'
import { doStep, lives, type Step } from './past.ts'

type Reopen = () => Promise<Ledger>
type Positions = BookText['positions']
type Known = { readonly at: UtcNanos; readonly positions: Positions }

/** A minute after all that is executed: what is known of it changes while the test goes on. */
const startClock = () => handClock(utcMillis(MARKET_OPEN + 60_000))

const pastTexts = async (book: Book, at: UtcNanos, knownAt = at) =>
  heldTexts((await foldPastBook({ book, clock: startClock() }, { at, knownAt })).positions)

/** Lives through all steps; answers the book and what it held after each of them. */
async function livedThrough(steps: readonly Step[], reopen: Reopen, clock: HandClock) {
  let book = await openedBook({ ledger: await reopen(), clock })
  const known: Known[] = []
  for (const step of steps) {
    if (step.does === 'restarts') {
      await book.close()
      book = await openedBook({ ledger: await reopen(), clock })
    } else await doStep(book, step, clock)
    known.push({ at: clock.stamp(), positions: heldTexts(recordsOf(book)) })
    clock.advance(known.length % 3)
  }
  return { book, known }
}

const recordsOf = (book: Book) =>
  [...book.memory.holdings.values()].map((holding) => holding.record())

/** What is known now of an instant, folded at once from the fills as they are. */
async function knownNow({ ledger, memory }: Book, at: UtcNanos): Promise<Positions> {
  const opening = openingMomentOf(memory.adjustments)
  const all = await ledger.pageOfFills({ limit: 1_000_000, before: null })
  const fills = all.filter((one) => isBooked(one, opening) && one.execution.executedAt <= at)
  const entries = standing(memory.adjustments).filter(({ effectiveAt }) => effectiveAt <= at)
  const own = entries.filter(({ strategy }) => strategy !== EVERY_STRATEGY)
  const ofFills = fills.map(({ strategy, execution: { conId } }) => ({ strategy, conId }))
  const keys = new Map([...own, ...ofFills].map((key) => [`${key.strategy}|${key.conId}`, key]))
  const positions = [...keys.values()].map(({ strategy, conId }) => {
    const history = fills.filter((one) => one.strategy === strategy)
    const held = history.filter(({ execution }) => execution.conId === conId)
    const adjustments = entries.filter((one) => concerns(one, { strategy, conId }))
    const { position } = foldPosition(flat(strategy, conId), { fills: held, adjustments })
    return { position, ...chargesOf(held) }
  })
  return heldTexts(positions)
}

async function remembers(steps: readonly Step[], reopen: Reopen): Promise<void> {
  const clock = startClock()
  const { book, known } = await livedThrough(steps, reopen, clock)
  const live = heldTexts(recordsOf(book))
  const now = clock.stamp()
  expect(await pastTexts(book, now)).toEqual(live)
  for (const { at, positions } of known) {
    expect(await pastTexts(book, at)).toEqual(positions)
  }
  for (const second of [0, 2, 3, 5]) {
    const at = secondsIn(second)
    expect(await pastTexts(book, at, now)).toEqual(await knownNow(book, at))
  }
  await book.close()

  const again = await openedBook({ ledger: await reopen(), clock })
  expect(heldTexts(recordsOf(again))).toEqual(live)
  expect(await pastTexts(again, clock.stamp())).toEqual(live)
  const some = known.filter((_, index) => index % 4 === 0)
  for (const { at, positions } of some) {
    expect(await pastTexts(again, at)).toEqual(positions)
  }
  await again.close()
}

describe('the book as of a past instant', () => {
  it(
    'is what it was after each thing it took in, and now what it is',
    { timeout: 240_000 },
    async () => {
      const property = fc.asyncProperty(lives, (steps) => {
        const store = emptyStore()
        return remembers(steps, () => Promise.resolve(fakeLedger(store)))
      })
      await fc.assert(property, { numRuns: 1000 })
    },
  )

  it('is the same in a real ledger file', { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(lives, async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'truebook-test-'))
      const open = ledgerIn({ folder, migrations: resolve('resources/migrations') })
      try {
        await remembers(steps, async () => {
          const opened = await open('DU1234567')
          if (!opened.ok) throw new Error(opened.error.sentence)
          return opened.value
        })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
    await fc.assert(property, { numRuns: 6 })
  })
})
