import type { AccountValue } from '#ports/broker.ts'
import type { AccountSummary } from '#ports/ledger.ts'
import type { AccountView } from '#shared/api/views.ts'
import { decimal, textOrNull, type Money } from '#shared/money.ts'
import type { UtcMillis, UtcNanos } from '#shared/time.ts'

/** The values the broker's account window has, which must be decimals to be known. */
const asMoney = (value: string | undefined): Money | null => {
  if (value === undefined) return null
  try {
    return decimal(value) as Money
  } catch {
    return null
  }
}

/**
 * What the broker says of one account. Keys come once per currency and once as BASE; the currency
 * of NetLiquidation's own row is the base currency. Source: updateAccountValue of the TWS API.
 */
export class AccountValues {
  readonly #values = new Map<string, string>()
  #baseCurrency: string | null = null
  #at: UtcMillis | null = null

  take({ key, currency, value }: AccountValue, at: UtcMillis): void {
    this.#values.set(`${key}|${currency}`, value)
    if (key === 'NetLiquidation' && currency !== '' && currency !== 'BASE') {
      this.#baseCurrency = currency
    }
    this.#at = at
  }

  view(): AccountView {
    return {
      baseCurrency: this.#baseCurrency,
      netLiquidation: textOrNull(this.#inBase('NetLiquidation')),
      unrealized: textOrNull(this.#inBase('UnrealizedPnL')),
      realized: textOrNull(this.#inBase('RealizedPnL')),
      at: this.#at,
    }
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
    return asMoney(
      this.#values.get(`${key}|BASE`) ?? (own === undefined ? undefined : this.#values.get(own)),
    )
  }
}
