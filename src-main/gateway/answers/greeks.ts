import type { Desk } from '../desk.ts'
import { greeksOf, type OptionTerms } from '../market/greeks.ts'
import type { Instrument } from '../market/instrument.ts'
import { priceAt, type Quote } from '../market/quotes.ts'
import type { Session } from '../session/session.ts'
import type { TickLine } from '../session/subscriptions.ts'
import { optionComputation } from '../wire/market-messages.ts'
import { momentOf } from '../wire/zoned-time.ts'

const YEAR_MS = 365.25 * 86_400_000

/** Tick types of the model at the bid, the ask, the last price and between the first two. */
const LIVE = { bid: 10, ask: 11, last: 12, middle: 13 }
const DELAYED: typeof LIVE = { bid: 80, ask: 81, last: 82, middle: 83 }

function termsOf(desk: Desk, { strike, right, expiry, zone }: Instrument): OptionTerms {
  const left = momentOf(expiry, '16:00:00', zone) - desk.timeline.now()
  return {
    strike: Number(strike),
    right: right === 'P' ? 'P' : 'C',
    years: Math.max(left, 60_000) / YEAR_MS,
  }
}

/** Tells the Greeks of an option when its own price or its underlying's moved. */
export function sendGreeks(desk: Desk, session: Session, line: TickLine): void {
  const { instrument, isDelayed, requestId } = line
  if (instrument.secType !== 'OPT') return
  const quote = desk.quotes.of(instrument.conId)
  const underlying = desk.quotes.of(instrument.underlying.conId)
  if (quote === null || underlying === null || isKnown(line, quote, underlying)) return
  line.underlyingTicks = underlying.last
  const types = isDelayed ? DELAYED : LIVE
  const terms = termsOf(desk, instrument)
  const spot = priceAt(underlying.instrument, underlying.last).toNumber()
  const middle = (quote.bid + quote.ask) / 2
  for (const [name, ticks] of Object.entries({ ...pricesOf(quote), middle })) {
    const price = priceAt(instrument, ticks).toNumber()
    const type = types[name as keyof typeof types]
    session.send(
      optionComputation({ requestId, type, underlyingPrice: spot }, greeksOf(terms, spot, price)),
    )
  }
}

const pricesOf = ({ bid, ask, last }: Quote): Pick<Quote, 'bid' | 'ask' | 'last'> => ({
  bid,
  ask,
  last,
})

const isKnown = (line: TickLine, quote: Quote, underlying: Quote): boolean =>
  line.underlyingTicks === underlying.last &&
  line.sent?.bid === quote.bid &&
  line.sent.ask === quote.ask &&
  line.sent.last === quote.last
