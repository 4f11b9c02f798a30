import type { PositionRow } from '#shared/api/views.ts'
import type { Holding, Sum } from '../stores/holding.ts'
import type { CellContext } from '../widgets/grid/column.ts'
import { momentOf } from './time.ts'

/** The words of ui.md for where a price is from, short enough to stand beside it. */
export const SOURCE_BADGE: Record<NonNullable<PositionRow['lastSource']>, string> = {
  live: '',
  frozen: 'F',
  delayed: 'D',
  'delayed-frozen': 'DF',
  'broker-mark': 'mark',
}

const SOURCE_NAME: Record<NonNullable<PositionRow['lastSource']>, string> = {
  live: 'live market data',
  frozen: 'frozen market data (the last before the close)',
  delayed: 'delayed market data',
  'delayed-frozen': 'delayed market data, frozen at the close',
  'broker-mark': 'the broker’s mark',
}

/** Lines of a tooltip; what has nothing to say is left out. */
export const lines = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null && part !== '').join('\n')

export const fromLedger = (at: number | null): string => `From the ledger, as of ${momentOf(at)}.`

/** Where a price is from and when; that it is no longer followed, when it is not. */
export function fromPrice(row: Holding, context: CellContext): string {
  if (row.last === null || row.lastSource === null) {
    return 'No price yet: neither market data nor the broker’s mark has come.'
  }
  const source = `Price from ${SOURCE_NAME[row.lastSource]}, as of ${momentOf(row.lastAt)}.`
  return lines(
    source,
    context.isFresh ? null : 'Stale: the link is down, the price is not followed.',
    context.isFresh && row.lastIsStale
      ? 'Stale: its data farm or subscription is down, the price is not followed.'
      : null,
  )
}

/** Whose a day's P&L is, and since when it counts. */
export const fromDay = ({ daySince }: Pick<CellContext, 'daySince'>): string =>
  daySince === null
    ? 'Unknown: nothing was taken down yet that the day could be measured from.'
    : `The ledger’s, since the values taken down ${momentOf(daySince)}: today’s trades and prices.`

/** What a sum lacks, and what its known parts come to. */
export function fromSum(sum: Sum, row: Holding): string | null {
  if (sum.unknown === 0) return null
  if (row.parts === 1) return 'Unknown: a price or a cost is missing.'
  return `${sum.known} ${row.currency} excluding ${sum.unknown} unpriced.`
}

/** `3 strategies` for a symbol's line; null for one strategy alone. */
export const partsOf = (row: Holding): string | null =>
  row.kind === 'symbol' && row.parts > 1 ? `Sum of ${row.parts} strategies.` : null
