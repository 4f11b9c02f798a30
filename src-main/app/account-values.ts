import { withRate, noRates, type FxQuote, type FxRates } from '#domain/fx.ts'
import type { AccountValue } from '#ports/broker.ts'
import type { AccountSummary } from '#ports/ledger.ts'
import type { Accruals } from '#ports/reconciliation.ts'
import type { AccountView } from '#shared/api/views.ts'
import { decimal, textOrNull, type Decimal, type Money } from '#shared/money.ts'
import type { UtcMillis, UtcNanos } from '#shared/time.ts'

/** The values the broker's account window has, which must be decimals to be known. */
const asMoney = (value: string): Money | null => {
  try {
    return decimal(value) as Money
  } catch {
    return null
  }
}

/** What the broker owes and has not paid, per currency: dividends and interest. */
const ACCRUAL_KEYS = ['NetDividend', 'AccruedCash']
/** They change about once a day: a break that stands for months loses the oldest. */
const ACCRUALS_KEPT = 200

/** What the broker says of the account as a whole, without what the ledger makes of it. */
export type ToldAccount = Omit<AccountView, 'worth'>

/**
 * What the broker says of one account. Keys come once per currency and once as BASE; the currency
 * of NetLiquidation's own row is the base currency. Source: updateAccountValue of the TWS API.
 */
export class AccountValues {
  readonly #values = new Map<string, string>()
  /** The same as money; null for what is none. */
  readonly #amounts = new Map<string, Money | null>()
  readonly #quotes = new Map<string, FxQuote>()
  readonly #accruals = new Map<string, readonly Decimal[]>()
  #baseCurrency: string | null = null
  #at: UtcMillis | null = null
  #fx: FxRates = noRates(null)

  /** True when rows in the base currency may now come to something else. */
  take({ key, currency, value }: AccountValue, at: UtcMillis): boolean {
    const before = this.#values.get(`${key}|${currency}`)
    this.#at = at
    if (value !== before) {
      this.#values.set(`${key}|${currency}`, value)
      this.#amounts.set(`${key}|${currency}`, asMoney(value))
    }
    if (ACCRUAL_KEYS.includes(key)) this.#accrue(`${key}|${currency}`, value)
    if (key === 'NetLiquidation' && currency !== '' && currency !== 'BASE') {
      this.#baseCurrency = currency
      this.#setRates()
      return value !== before
    }
    if (key !== 'ExchangeRate' || currency === 'BASE') return false
    return this.#learnRate({ currency, value }, at) && value !== before
  }

  #accrue(key: string, value: string): void {
    const amount = asMoney(value)
    if (amount === null) return
    const told = this.#accruals.get(key) ?? []
    if (!told.some((one) => one.equals(amount)))
      this.#accruals.set(key, [...told, amount].slice(-ACCRUALS_KEPT))
  }

  #learnRate(told: { readonly currency: string; readonly value: string }, at: UtcMillis): boolean {
    const rate = asMoney(told.value)
    if (rate === null) return false
    const quote: FxQuote = { currency: told.currency, rate, source: 'broker', at }
    this.#quotes.set(told.currency, quote)
    this.#fx = withRate(this.#fx, quote)
    return true
  }

  /** Rates may have come before the base currency they are in was known. */
  #setRates(): void {
    if (this.#fx.baseCurrency === this.#baseCurrency) return
    this.#fx = [...this.#quotes.values()].reduce(withRate, noRates(this.#baseCurrency))
  }

  /** Rates to the base currency; without any until the broker has said which that is. */
  get fx(): FxRates {
    return this.#fx
  }

  /** What was told to be accrued since `restartAccruals`, each once, by key and currency. */
  get accruals(): Accruals {
    return this.#accruals
  }

  /** What counts once a run has judged: what is accrued now, all told where it is apart. */
  accrualsAfter(apart: ReadonlySet<string>): Accruals {
    const after = new Map(this.#accruals)
    for (const key of ACCRUAL_KEYS) {
      for (const [currency, amount] of this.amountsOf(key)) {
        if (!apart.has(currency)) after.set(`${key}|${currency}`, [amount])
      }
    }
    return after
  }

  /** From now on what is accrued counts, and what comes; not in currencies that are apart. */
  restartAccruals(apart: ReadonlySet<string>): void {
    for (const [key, told] of this.accrualsAfter(apart)) this.#accruals.set(key, told)
  }

  /** What counted before the program was started; what was told since then comes after it. */
  recallAccruals(before: Accruals): void {
    for (const [key, kept] of before) {
      const since = this.#accruals.get(key) ?? []
      const anew = since.filter((amount) => !kept.some((one) => one.equals(amount)))
      this.#accruals.set(key, [...kept, ...anew].slice(-ACCRUALS_KEPT))
    }
  }

  /** When the broker last said anything; null when it never did. */
  get at(): UtcMillis | null {
    return this.#at
  }

  /** One amount of the account in the base currency; null when it was not told. */
  amount(key: string): Decimal | null {
    return this.#inBase(key)
  }

  /** One amount in each currency it was told in, the base currency's sum left out. */
  amountsOf(key: string): ReadonlyMap<string, Decimal> {
    const amounts = new Map<string, Decimal>()
    for (const [name, amount] of this.#amounts) {
      const [ofKey, currency = ''] = name.split('|')
      if (ofKey === key && currency !== '' && currency !== 'BASE' && amount !== null)
        amounts.set(currency, amount)
    }
    return amounts
  }

  view(): ToldAccount {
    return {
      baseCurrency: this.#baseCurrency,
      netLiquidation: textOrNull(this.#inBase('NetLiquidation')),
      unrealized: textOrNull(this.#inBase('UnrealizedPnL')),
      realized: textOrNull(this.#inBase('RealizedPnL')),
      daily: textOrNull(this.#inBase('DailyPnL')),
      at: this.#at,
    }
  }

  /** Units of the base currency for one of another; null until the broker has told it. */
  rateOf(currency: string): Money | null {
    const rate = this.#amounts.get(`ExchangeRate|${currency}`) ?? null
    return rate !== null && rate.greaterThan(0) ? rate : null
  }

  /** Null until the broker has said anything. */
  summary(at: UtcNanos): AccountSummary | null {
    if (this.#at === null) return null
    return {
      at,
      baseCurrency: this.#baseCurrency,
      netLiquidation: this.#inBase('NetLiquidation'),
      totalCash: this.#inBase('TotalCashValue') ?? this.#inBase('TotalCashBalance'),
      unrealizedPnl: this.#inBase('UnrealizedPnL'),
      realizedPnl: this.#inBase('RealizedPnL'),
    }
  }

  /** The BASE row where there is one: the row of the base currency is one currency's part. */
  #inBase(key: string): Money | null {
    const own = this.#baseCurrency === null ? undefined : `${key}|${this.#baseCurrency}`
    const name = own === undefined || this.#amounts.has(`${key}|BASE`) ? `${key}|BASE` : own
    return this.#amounts.get(name) ?? null
  }
}
