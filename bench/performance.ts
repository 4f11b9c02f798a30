import { resolve } from 'node:path'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import { performanceView } from '#app/portfolio.ts'
import { BookMemory } from '#app/memory.ts'
import { Batch } from '#app/batch.ts'
import { noRates } from '#domain/fx.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import type { PortfolioSnapshot } from '#ports/snapshot.ts'
import { D } from '#shared/money.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import type { Timeframe } from '#shared/timeframe.ts'
import { percentile, type Measured } from './results.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const NOW = utcMillis(Date.UTC(2026, 10, 20, 15))
const ROUNDS = 31

/** Equity that goes up and down by what looks like chance and is the same each time. */
const worth = (at: number, index: number): PortfolioSnapshot => ({
  at: nanosOf(utcMillis(at)),
  baseCurrency: 'USD',
  equity: new D(1_000_000)
    .plus((index * 7_919) % 40_009)
    .dividedBy(3)
    .toDecimalPlaces(18),
  ...{
    cash: null,
    investmentValue: null,
    excluded: 0,
    accrued: null,
    currencies: [],
    positions: [],
    strategies: [],
  },
})

/** Five years of one snapshot a day, and a month of one in five minutes. */
function snapshots(): readonly PortfolioSnapshot[] {
  const days = Array.from({ length: 5 * 365 }, (_, day) => NOW - (5 * 365 + 30 - day) * DAY)
  const month = (30 * DAY) / (5 * MINUTE)
  const recent = Array.from({ length: month }, (_, each) => NOW - (month - each) * 5 * MINUTE)
  return [...days, ...recent].map(worth)
}

/** From the question to the answer, as a script or the screen gets it: the median of many. */
export async function measurePerformance(folder: string): Promise<Measured> {
  const opened = await ledgerIn({ folder, migrations: resolve('resources/migrations') })('BENCH')
  if (!opened.ok) throw new Error(opened.error.sentence)
  const ledger = opened.value
  await ledger.commit({ ...new Batch().toChanges(), snapshots: snapshots() })
  const book = { ledger, memory: new BookMemory(await ledger.load()) }
  const charting = { now: NOW, calendar: DEFAULT_CALENDAR }
  const took = async (timeframe: Timeframe): Promise<number> => {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now()
      await performanceView({ book, fx: noRates('USD') }, timeframe, charting)
      times.push(performance.now() - start)
    }
    return percentile(times, 50)
  }
  const measured = {
    'performance.allMs': await took('ALL'),
    'performance.dayMs': await took('1D'),
  }
  await ledger.close()
  return measured
}
