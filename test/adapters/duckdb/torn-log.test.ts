import { copyFileSync, mkdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Changes } from '#ports/ledger.ts'
import { execId } from '#shared/ids.ts'
import { money } from '#shared/money.ts'
import { aFill, anAdjustment, anInstrument, OPENED_AT, secondsIn } from '../../fakes/builders.ts'
import { changes, fileIn, inFolder, openIn } from './folder.ts'

const BATCHES = 12
/** Every batch writes as many fills, which tells whether one is there by halves. */
const BATCH_FILLS = 7
const CUTS = 24

const fillOf = (batch: number, index: number) =>
  aFill({
    execId: execId(`${String(batch).padStart(4, '0')}.${index}.01`),
    executedAt: secondsIn(batch * 100 + index),
  })

/** A batch through appenders and staging tables alike; each changes a fill of the one before. */
function batchNumber(batch: number): Changes {
  const fills = Array.from({ length: BATCH_FILLS }, (_, index) => fillOf(batch, index))
  const charge = { amount: money(String(batch)), currency: 'USD', revision: 1 }
  return changes({
    newFills: fills,
    changedFills: batch === 0 ? [] : [{ ...fillOf(batch - 1, 0), charge }],
    executions: fills.map(({ execution }) => ({
      execution,
      instrument: anInstrument(),
      recordedAt: OPENED_AT,
      source: 'ib',
    })),
    adjustments: [anAdjustment({ id: `adjustment-${batch}` })],
    journal: [
      { seq: batch + 1, at: OPENED_AT, author: 'a', command: 'b', outcome: 'c', detail: 'd' },
    ],
  })
}

/** A seeded series of numbers from 0 to below 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('a ledger whose log was cut anywhere by a crash', () => {
  it('opens with the first batches that were committed, each whole, and goes on', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const sizes: number[] = [ledger.status().writeAheadLogBytes]
      for (let batch = 0; batch < BATCHES; batch += 1) {
        await ledger.commit(batchNumber(batch))
        sizes.push(ledger.status().writeAheadLogBytes)
      }
      const whole = sizes.at(-1)!
      const random = seeded(20_260_302)
      const cuts = [
        ...Array.from({ length: CUTS }, () => Math.floor(random() * whole)),
        ...sizes.slice(1, 4),
      ]
      for (const [index, cut] of cuts.entries()) {
        const copy = join(folder, `cut-${index}`)
        mkdirSync(copy)
        copyFileSync(fileIn(folder), fileIn(copy))
        copyFileSync(`${fileIn(folder)}.wal`, `${fileIn(copy)}.wal`)
        expect(statSync(`${fileIn(copy)}.wal`).size).toBe(whole)
        truncateSync(`${fileIn(copy)}.wal`, cut)
        const committed = sizes.filter((size) => size <= cut).length - 1
        expect([cut, await batchesIn(copy)]).toEqual([cut, Math.max(0, committed)])
      }
      await ledger.close()
    }))
})

/** How many batches a ledger holds, all whole; then it takes the next one. */
async function batchesIn(folder: string): Promise<number> {
  const ledger = await openIn(folder)
  const { fillCount, recentFills, adjustments, journalLength } = await ledger.load()
  const batches = fillCount / BATCH_FILLS
  expect([adjustments.length, journalLength]).toEqual([batches, batches])
  const charged = recentFills.filter(({ charge }) => charge !== null)
  expect(charged).toHaveLength(Math.max(0, batches - 1))
  await ledger.commit(batchNumber(batches))
  expect((await ledger.load()).fillCount).toBe(fillCount + BATCH_FILLS)
  await ledger.close()
  return batches
}
