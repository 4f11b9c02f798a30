import type { TradedLately } from '#domain/cause-evidence.ts'
import { earliestAt } from '#domain/broker-time.ts'
import { canSplit } from '#domain/cause-split.ts'
import { standing } from '#domain/adjustment.ts'
import { periodOf } from '#domain/period.ts'
import type { Break } from '#shared/break.ts'
import type { Instrument } from '#shared/instrument.ts'
import { millisOf, nanosOf, utcMillis, type UtcMillis } from '#shared/time.ts'
import { accountCostUntil } from './account-costs.ts'
import { EXCHANGE } from './exchange.ts'
import { fillsSince } from './fills-since.ts'
import { metAdjustments } from './met.ts'
import type { Judging } from './reconciling.ts'
import type { BookMemory } from './memory.ts'

/** Of more trades than this a cause must not hold a run up. */
const TRADES_LOOKED_AT = 2_000

type Around = {
  readonly judging: Judging
  readonly memory: BookMemory
  /** Open, and of a quantity. */
  readonly break: Break
  readonly instrument: Instrument
}

/**
 * What was traded of an instrument since before both sides last agreed: since the day began on
 * which it first differed, or since the last run. Null where nothing of it can split, nothing was
 * traded, or too much.
 */
export async function tradedLately(around: Around): Promise<TradedLately | null> {
  const { judging, memory, instrument } = around
  const { ledger, broker } = around.break
  if (!canSplit(instrument) || ledger?.isZero() !== false || broker?.isZero() !== false) return null
  const { conId } = instrument
  const since = nanosOf(lastAgreed(around))
  const place = { ledger: judging.book.ledger, clock: judging.to.clock, memory }
  const fills = await fillsSince(place, conId, since)
  const [first] = fills
  if (first === undefined || fills.length > TRADES_LOOKED_AT) return null
  const before = await accountCostUntil(place, conId, since)
  if (before === null) return null
  const entries = standing(await metAdjustments({ ...place, batch: null }, conId))
  const adjustments = entries.filter(
    ({ effectiveAt, kind }) => effectiveAt >= since && kind !== 'transfer',
  )
  const priceBefore = await priceUntil(around, millisOf(first.execution.executedAt))
  return { before, fills, adjustments, priceBefore }
}

function lastAgreed({ judging, memory, break: broken }: Around): UtcMillis {
  const day = periodOf('daily', broken.firstSeenAt, EXCHANGE).from
  const run = memory.lastRun === null ? day : millisOf(memory.lastRun.startedAt)
  return earliestAt(utcMillis(Math.min(day, run)), aheadMs(judging))
}

const aheadMs = ({ snapshot }: Judging): number | null => snapshot.clockAheadMs

/** The last price a snapshot kept before something was executed, by the broker's clock. */
async function priceUntil(
  { judging, instrument }: Around,
  executedAt: UtcMillis,
): Promise<TradedLately['priceBefore']> {
  const ours = utcMillis(executedAt - (aheadMs(judging) ?? 0))
  const then = await judging.book.ledger.snapshots.pricesAt(nanosOf(ours))
  return then?.prices.get(instrument.conId) ?? null
}
