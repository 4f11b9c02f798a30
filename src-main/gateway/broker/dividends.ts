import type { Decimal } from '#shared/money.ts'
import type { Instrument } from '../market/instrument.ts'
import type { AccountBook } from './account-book.ts'

/** An account and its book. */
export type Held = { readonly account: string; readonly book: AccountBook }

/** Money has cents, and coins have none smaller. */
export const cents = (amount: Decimal): Decimal => amount.toDecimalPlaces(2)

/** What a share pays. */
export type Dividend = {
  readonly perShare: Decimal
  /** The share of it that is kept as tax, such as 0.15. */
  readonly taxed: Decimal
  /** Until it is paid it is accrued: worth, but no cash. 0 pays it at once. */
  readonly payAfterMs: number
}

type Due = Dividend & {
  readonly instrument: Instrument
  /** Held when the right to it arose; negative is short. */
  readonly quantity: Decimal
}

type Parts = {
  readonly after: (ms: number, task: () => void) => void
  readonly heldChanged: (account: string, instrument: Instrument | null) => void
}

/** Pays what was held at the ex-date, whatever is held on the day it is paid. */
export function payDividend(parts: Parts, { account, book }: Held, due: Due): void {
  const { currency, localSymbol } = due.instrument
  const gross = cents(due.quantity.times(due.perShare))
  // Who is short pays the whole of it.
  const tax = gross.isPositive() ? cents(gross.times(due.taxed)).negated() : gross.times(0)
  const pay = (): void => {
    book.moveCash(currency, gross, `dividend ${localSymbol}`)
    book.moveCash(currency, tax, `tax ${localSymbol}`)
    parts.heldChanged(account, null)
  }
  if (due.payAfterMs === 0) {
    pay()
    return
  }
  const net = gross.plus(tax)
  book.accrue(currency, net, `dividend ${localSymbol}`)
  parts.heldChanged(account, null)
  parts.after(due.payAfterMs, () => {
    book.accrue(currency, net.negated(), `paid ${localSymbol}`)
    pay()
  })
}
