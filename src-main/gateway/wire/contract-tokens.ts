import type { Instrument } from '../market/instrument.ts'

/** The right as TWS writes it for what is no option. */
const NO_RIGHT = '0'

type Tokens = readonly (string | number)[]

/** The eleven tokens of a contract in positions, executions and orders. */
export const contractTokens = (instrument: Instrument, exchange: string): Tokens => [
  instrument.conId,
  instrument.symbol,
  instrument.secType,
  instrument.expiry,
  strikeToken(instrument),
  instrument.right === '' ? NO_RIGHT : instrument.right,
  instrument.multiplier,
  exchange,
  instrument.currency,
  instrument.localSymbol,
  instrument.tradingClass,
]

/** What was put together once, by venue: every execution tells a contract of the same few. */
const contractTexts = new WeakMap<Instrument, Map<string, string>>()

/** The eleven tokens of a contract as one piece of a message. */
export function contractText(instrument: Instrument, exchange: string): string {
  const known = contractTexts.get(instrument) ?? new Map<string, string>()
  contractTexts.set(instrument, known)
  const text = known.get(exchange) ?? contractTokens(instrument, exchange).join('\0')
  known.set(exchange, text)
  return text
}

/** TWS writes doubles the way Java does: a whole strike is `280.0`. */
export const strikeToken = ({ strike }: Instrument): string =>
  strike.includes('.') ? strike : `${strike}.0`

/** Where orders for it go by default. */
export const usualExchange = ({ secType, venues }: Instrument): string =>
  secType === 'STK' || secType === 'OPT' || secType === 'BAG' ? 'SMART' : (venues[0] ?? '')

/** The exchange a position is listed at, as position messages carry it. */
export const listingExchange = (instrument: Instrument): string =>
  instrument.primaryExchange === '' ? (instrument.venues[0] ?? '') : instrument.primaryExchange
