import type { PriceSource } from '#ports/broker.ts'
import type { SecType } from '#shared/instrument.ts'
import type { Price } from '#shared/money.ts'
import { priceOf } from './numbers.ts'

/** The prices of one line, as far as they are known. */
export type Ticks = {
  bid: number | undefined
  ask: number | undefined
  last: number | undefined
  mark: number | undefined
  close: number | undefined
}

export const noTicks = (): Ticks => ({
  bid: undefined,
  ask: undefined,
  last: undefined,
  mark: undefined,
  close: undefined,
})

/** IB's tick types that are prices; those above 60 are their delayed twins. */
const FIELDS: Readonly<Record<number, keyof Ticks>> = {
  1: 'bid',
  2: 'ask',
  4: 'last',
  9: 'close',
  37: 'mark',
  66: 'bid',
  67: 'ask',
  68: 'last',
  75: 'close',
}

export const isDelayedTick = (type: number): boolean => type >= 66 && type <= 76

export const tickField = (type: number): keyof Ticks | null => FIELDS[type] ?? null

/**
 * TWS says -1, with a size of 0 that comes apart, when there is no price, and some feeds say 0. A
 * future that really is at -1 is shown at its next tick; one that merely sleeps must not be valued
 * at -1, nor an option nobody bids for at nothing. What is no number is no price either.
 */
export const isNoPrice = (price: number | undefined): boolean =>
  price === undefined || price === -1 || price === 0 || priceOf(price) === null

/** What hardly ever trades is better valued by what is bid and asked than by its last trade. */
const RARELY_TRADED: ReadonlySet<SecType> = new Set(['OPT', 'FOP', 'BOND', 'WAR', 'CASH'])

function middle({ bid, ask }: Ticks): Price | null {
  const low = priceOf(bid)
  const high = priceOf(ask)
  return low === null || high === null ? null : (low.plus(high).div(2) as Price)
}

/** The price that values the instrument, and whether it is only the last session's close. */
export type Valuing = { readonly price: Price; readonly isClose: boolean }

/** The best of what is known; null while nothing is. */
export function valuing(ticks: Ticks, secType: SecType): Valuing | null {
  const last = priceOf(ticks.last)
  const mark = priceOf(ticks.mark)
  const now = RARELY_TRADED.has(secType)
    ? (mark ?? middle(ticks) ?? last)
    : (last ?? mark ?? middle(ticks))
  if (now !== null) return { price: now, isClose: false }
  const close = priceOf(ticks.close)
  return close === null ? null : { price: close, isClose: true }
}

/** The close of the last session is not fresh, whatever the subscription is. */
export const sourceOfClose = (source: PriceSource): PriceSource =>
  source === 'delayed' || source === 'delayed-frozen' ? 'delayed-frozen' : 'frozen'

const SOURCES: readonly (PriceSource | undefined)[] = [
  undefined,
  'live',
  'frozen',
  'delayed',
  'delayed-frozen',
]

/** What a marketDataType message promises of the ticks after it. */
export const sourceOf = (type: number): PriceSource | null => SOURCES[type] ?? null
