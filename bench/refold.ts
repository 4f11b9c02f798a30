import { monitorEventLoopDelay } from 'node:perf_hooks'
import { systemClock } from '#adapters/system/clock.ts'
import { refoldBook } from '#app/refold-book.ts'
import { openedBook } from './as-of.ts'
import { makeLedger } from './made-ledger.ts'
import type { Measured } from './results.ts'

const FILLS = 1_000_000
const POSITIONS = 1_000

/**
 * A million fills in a thousand positions, folded anew; none of the positions is as it should be,
 * for the made ledger says the same of all, so each is put right. Then once more, with nothing left
 * to write.
 */
export async function measureRefold(folder: string): Promise<Measured> {
  await makeLedger(folder, FILLS)
  const book = await openedBook(folder)
  const clock = systemClock()
  const command = book.command.bind(book)
  const took = async (differ: number): Promise<number> => {
    const start = performance.now()
    const { positions, fills, differed } = await refoldBook({ book, clock, command })
    if (positions !== POSITIONS || fills !== FILLS || differed !== differ) {
      throw new Error(`${differed} of ${positions} positions of ${fills} fills differed.`)
    }
    return performance.now() - start
  }
  const rssBefore = process.memoryUsage().rss
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const millionMs = await took(POSITIONS)
  const sameMs = await took(0)
  delay.disable()
  await book.close()
  return {
    'refold.millionMs': millionMs,
    'refold.millionSameMs': sameMs,
    'refold.loopDelayP99Ms': delay.percentile(99) / 1e6,
    'refold.loopDelayMaxMs': delay.max / 1e6,
    'refold.rssGrownMiB': (process.memoryUsage().rss - rssBefore) / 1024 / 1024,
  }
}
