import type { PriceQuote } from '#ports/broker.ts'
import type { ConId } from '#shared/ids.ts'
import type { UtcMillis } from '#shared/time.ts'

/** A price that stays the same is written again after this long: its age is worth knowing. */
const SAVED_AGAIN_MS = 60_000

/** A price as it is shown. */
export type ShownPrice = {
  readonly quote: PriceQuote
  /** Its link, farm or subscription is down: the market may say something else by now. */
  readonly isStale: boolean
}

const isMark = ({ source }: PriceQuote): boolean => source === 'broker-mark'

/**
 * The last price of every instrument seen. Reading never waits; what is not there is unknown.
 * Whether a price is stale is judged by the health of what brings it, not by its age: an option
 * that has not traded for an hour is not stale.
 */
export class PriceCache {
  readonly #market = new Map<ConId, PriceQuote>()
  readonly #marks = new Map<ConId, PriceQuote>()
  /** Instruments whose market data line works. */
  readonly #up = new Set<ConId>()
  readonly #unsaved = new Set<ConId>()
  readonly #saved = new Map<ConId, PriceQuote>()
  #isLinked = false
  /** When the session began that marks must come from. */
  #sessionAt: UtcMillis | null = null

  /** Takes over what the ledger remembers from before; anything newer stays. */
  recall(quotes: readonly PriceQuote[]): void {
    for (const quote of quotes) {
      const kept = this.#of(quote)
      if (!kept.has(quote.conId)) kept.set(quote.conId, quote)
      this.#saved.set(quote.conId, quote)
    }
  }

  /** True when what is shown of the instrument is now something else. */
  take(quote: PriceQuote): boolean {
    const { conId } = quote
    const before = this.shown(conId)
    this.#of(quote).set(conId, quote)
    const after = this.shown(conId)
    if (after?.quote === quote) this.#note(quote)
    return !isSame(before, after)
  }

  /** Takes in whether market data says what the price is; true when that changes what is shown. */
  takeLine(conId: ConId, isUp: boolean): boolean {
    const before = this.shown(conId)
    if (isUp) this.#up.add(conId)
    else this.#up.delete(conId)
    return !isSame(before, this.shown(conId))
  }

  /** Takes in whether the broker can be heard at all; true when that is new. */
  takeLink(isLinked: boolean): boolean {
    const isNews = this.#isLinked !== isLinked
    this.#isLinked = isLinked
    return isNews
  }

  /** A session has begun: marks of the one before are no longer what the broker says. */
  beginSession(at: UtcMillis): void {
    this.#sessionAt = at
    this.#up.clear()
  }

  of(conId: ConId): PriceQuote | null {
    return this.shown(conId)?.quote ?? null
  }

  /** Market data while its line works; else the newer of the market's last price and the mark. */
  shown(conId: ConId): ShownPrice | null {
    const market = this.#market.get(conId)
    const mark = this.#marks.get(conId)
    if (market && (this.#up.has(conId) || !mark || mark.at < market.at)) {
      return { quote: market, isStale: !this.#isLinked || !this.#up.has(conId) }
    }
    return mark ? { quote: mark, isStale: !this.#isLinked || !this.#isOfSession(mark) } : null
  }

  /** What has changed since this was last asked. */
  takeUnsaved(): readonly PriceQuote[] {
    const quotes = [...this.#unsaved].flatMap((conId) => this.of(conId) ?? [])
    for (const quote of quotes) this.#saved.set(quote.conId, quote)
    this.#unsaved.clear()
    return quotes
  }

  #of(quote: PriceQuote): Map<ConId, PriceQuote> {
    return isMark(quote) ? this.#marks : this.#market
  }

  #isOfSession(mark: PriceQuote): boolean {
    return this.#sessionAt !== null && mark.at >= this.#sessionAt
  }

  #note(quote: PriceQuote): void {
    const saved = this.#saved.get(quote.conId)
    const isAsSaved =
      saved?.source === quote.source &&
      saved.price.equals(quote.price) &&
      quote.at - saved.at < SAVED_AGAIN_MS
    if (!isAsSaved) this.#unsaved.add(quote.conId)
  }
}

const isSame = (a: ShownPrice | null, b: ShownPrice | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.isStale === b.isStale &&
    a.quote.source === b.quote.source &&
    a.quote.price.equals(b.quote.price))
