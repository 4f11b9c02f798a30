import type { PriceQuote, PriceSource } from '#ports/broker.ts'
import type { ConId } from '#shared/ids.ts'

/** How long a price from market data stands before the broker's mark may take its place. */
const MARKET_DATA_STANDS_MS = 5 * 60_000

/** A better source is not overwritten by a worse one while it is young. */
const RANK: Readonly<Record<PriceSource, number>> = {
  live: 4,
  frozen: 3,
  delayed: 2,
  'delayed-frozen': 1,
  'broker-mark': 0,
}

/** The last price of every instrument seen. Reading never waits; what is not there is unknown. */
export class PriceCache {
  readonly #quotes = new Map<ConId, PriceQuote>()
  readonly #unsaved = new Map<ConId, PriceQuote>()

  /** Takes over what the ledger remembers from before; anything newer stays. */
  recall(quotes: readonly PriceQuote[]): void {
    for (const quote of quotes) {
      if (!this.#quotes.has(quote.conId)) this.#quotes.set(quote.conId, quote)
    }
  }

  /** True when the price known of the instrument is now another, or from another source. */
  take(quote: PriceQuote): boolean {
    const known = this.#quotes.get(quote.conId)
    if (known && this.#outranks(known, quote)) return false
    this.#set(quote)
    return known?.source !== quote.source || !known.price.equals(quote.price)
  }

  of(conId: ConId): PriceQuote | null {
    return this.#quotes.get(conId) ?? null
  }

  /** What has changed since this was last asked. */
  takeUnsaved(): readonly PriceQuote[] {
    const quotes = [...this.#unsaved.values()]
    this.#unsaved.clear()
    return quotes
  }

  #set(quote: PriceQuote): void {
    this.#quotes.set(quote.conId, quote)
    this.#unsaved.set(quote.conId, quote)
  }

  #outranks(known: PriceQuote, news: PriceQuote): boolean {
    return RANK[known.source] > RANK[news.source] && news.at - known.at < MARKET_DATA_STANDS_MS
  }
}
