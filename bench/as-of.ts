import { monitorEventLoopDelay } from 'node:perf_hooks'
import { resolve } from 'node:path'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { foldPastBook } from '#app/as-of.ts'
import { Book } from '#app/book.ts'
import type { Moment } from '#domain/as-of.ts'
import { accountId } from '#shared/ids.ts'
import { utcNanos } from '#shared/time.ts'
import { ACCOUNT, makeLedger } from './made-ledger.ts'
import type { Measured } from './results.ts'

const FILLS = 1_000_000
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The book opened on the made ledger, as the program opens it. */
export async function openedBook(folder: string): Promise<Book> {
  const opened = await ledgerIn({ folder, migrations: resolve('resources/migrations') })(ACCOUNT)
  if (!opened.ok) throw new Error(opened.error.sentence)
  return Book.open({
    ...{ account: accountId(ACCOUNT), rules: [], clock: systemClock(), log },
    ledger: opened.value,
    onCommitted: () => undefined,
    onTrouble: () => undefined,
  })
}

/**
 * A million fills in a thousand positions, folded as of the last instant and, as known then, as of
 * half way: half of the ledger is then what came later, and none of it may count.
 */
export async function measureAsOf(folder: string): Promise<Measured> {
  await makeLedger(folder, FILLS)
  const book = await openedBook(folder)
  const now = systemClock().stamp()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const took = async (moment: Moment, fills: number): Promise<number> => {
    const start = performance.now()
    const past = await foldPastBook({ book, clock: systemClock() }, moment)
    if (past.fills !== fills) throw new Error(`${past.fills} fills instead of ${fills}.`)
    return performance.now() - start
  }
  const heapBefore = process.memoryUsage().rss
  delay.enable()
  const millionMs = await took({ at: now, knownAt: now }, FILLS)
  const half = utcNanos(1_600_000_000_000_000_000n + 499_999n * 150_000_000_000n)
  const halfThenMs = await took({ at: half, knownAt: half }, FILLS / 2)
  delay.disable()
  await book.close()
  return {
    'asOf.millionMs': millionMs,
    'asOf.halfAsKnownThenMs': halfThenMs,
    'asOf.loopDelayP99Ms': delay.percentile(99) / 1e6,
    'asOf.loopDelayMaxMs': delay.max / 1e6,
    'asOf.rssGrownMiB': (process.memoryUsage().rss - heapBefore) / 1024 / 1024,
  }
}
