import { D, text, ZERO, type Decimal } from '#shared/money.ts'
import { fixed } from '../fixed.ts'
import type { Catalogue } from '../market/catalogue.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { Quotes } from '../market/quotes.ts'
import type { ActionFact } from '../record-facts.ts'
import type { Recorder } from '../record.ts'
import type { Broker } from './broker.ts'
import { cents, payDividend, type Dividend, type Held } from './dividends.ts'
import type { BookedFill } from './holding.ts'
import { isWorking } from './types.ts'

/** What changes holdings and money without an execution; no client is told more than that. */
export type CorporateActions = {
  /** Every share becomes so many; fractions are paid out. */
  readonly split: (instrument: Instrument, ratio: Decimal) => void
  /** Pays who holds now so much a share, less a share of it kept as tax; who is short pays. */
  readonly dividend: (instrument: Instrument, dividend: Dividend) => void
  /** Assigns an account so many of the options it is short; answers how many it were. */
  readonly assign: (account: string, option: Instrument, contracts: Decimal) => Decimal
  /** Exercises so many of the options an account holds; answers how many it were. */
  readonly exercise: (account: string, option: Instrument, contracts: Decimal) => Decimal
  /** Ends an option or future: exercised, assigned, worthless or settled in cash. */
  readonly expire: (instrument: Instrument) => void
  readonly cash: (account: string, entry: CashEntry) => void
  /** Exchanges an amount without an execution; answers what it became. */
  readonly convert: (account: string, conversion: Conversion) => Decimal
}

export type CashEntry = {
  readonly currency: string
  /** Negative leaves the account. */
  readonly amount: Decimal
  readonly why: string
}

export type Conversion = {
  readonly from: string
  readonly to: string
  readonly amount: Decimal
  /** Units of `to` for one unit of `from`. */
  readonly rate: Decimal
}

type Parts = {
  readonly broker: Broker
  readonly catalogue: Catalogue
  readonly quotes: Quotes
  readonly record: Recorder
  readonly accounts: readonly { readonly id: string }[]
  readonly after: (ms: number, task: () => void) => void
  /** Null: only the cash changed. */
  readonly heldChanged: (account: string, instrument: Instrument | null) => void
}

export function openCorporateActions(parts: Parts): CorporateActions {
  const { broker, catalogue, quotes, accounts, heldChanged } = parts
  const books = (): readonly Held[] =>
    accounts.map(({ id }) => ({ account: id, book: broker.bookOf(id) }))
  const holders = (instrument: Instrument): readonly Held[] =>
    books().filter(({ book }) => !book.quantity(instrument).isZero())
  const cancelOrders = (instrument: Instrument, reason: string): void => {
    for (const order of broker.orders())
      if (order.instrument === instrument && isWorking(order)) broker.cancel(order, reason)
  }
  return {
    split: (instrument, ratio) => {
      cancelOrders(instrument, 'Cancelled by a corporate action')
      quotes.split(instrument.conId, ratio.toNumber())
      for (const held of holders(instrument)) split(parts, held, { instrument, ratio })
    },
    dividend: (instrument, dividend) => {
      for (const held of holders(instrument)) {
        const quantity = held.book.quantity(instrument)
        const { perShare } = dividend
        note(parts, held, { action: 'dividend', instrument, price: perShare, held: quantity })
        payDividend(parts, held, { ...dividend, instrument, quantity })
      }
    },
    assign: (account, option, contracts) => {
      const held = { account, book: broker.bookOf(account) }
      const short = held.book.quantity(option).negated()
      const count = D.min(contracts, D.max(short, ZERO))
      if (!count.isZero()) deliver(parts, held, { option, quantity: count, how: 'assignment' })
      return count
    },
    exercise: (account, option, contracts) => {
      const held = { account, book: broker.bookOf(account) }
      const count = D.min(contracts, D.max(held.book.quantity(option), ZERO))
      const quantity = count.negated()
      if (!count.isZero()) deliver(parts, held, { option, quantity, how: 'exercise' })
      return count
    },
    expire: (instrument) => {
      cancelOrders(instrument, 'Cancelled by expiry')
      catalogue.expire(instrument)
      for (const held of holders(instrument)) expire(parts, held, instrument)
    },
    cash: (account, { currency, amount, why }) => {
      broker.bookOf(account).moveCash(currency, amount, why)
      heldChanged(account, null)
    },
    convert: (account, conversion) => convert(parts, account, conversion),
  }
}

function convert(parts: Parts, account: string, { from, to, amount, rate }: Conversion): Decimal {
  const bought = cents(amount.times(rate))
  const book = parts.broker.bookOf(account)
  parts.record.of(account).conversion({
    ...{ from, to, amount: text(amount) },
    ...{ received: text(bought), rate: text(rate) },
  })
  book.moveCash(from, amount.negated(), `conversion ${from} to ${to}`)
  book.moveCash(to, bought, `conversion ${from} to ${to}`)
  parts.heldChanged(account, null)
  return bought
}

type Step = Pick<ActionFact, 'action'> & {
  readonly instrument: Instrument
  readonly ratio?: Decimal
  readonly quantity?: Decimal
  readonly price?: Decimal
  readonly held?: Decimal
}

const textOf = (value: Decimal | undefined): string | null =>
  value === undefined ? null : text(value)

function note({ record }: Parts, { account }: Held, step: Step): void {
  record.of(account).action({
    action: step.action,
    conId: step.instrument.conId,
    ratio: textOf(step.ratio),
    quantity: textOf(step.quantity),
    price: textOf(step.price),
    held: textOf(step.held),
  })
}

type Move = Required<Pick<Step, 'quantity' | 'price' | 'instrument' | 'action'>>

/** Changes a holding at a price, as if it had been traded for nothing. */
function move(parts: Parts, held: Held, step: Move): void {
  const { instrument, quantity, price, action } = step
  const worth = quantity.times(price).times(pointValue(instrument))
  const fill: BookedFill = { quantity: fixed(quantity), worth: fixed(worth), commission: 0n }
  note(parts, held, step)
  held.book.transfer(instrument, fill, `${action} ${instrument.localSymbol}`)
  parts.heldChanged(held.account, instrument)
}

type Split = { readonly instrument: Instrument; readonly ratio: Decimal }

function split(parts: Parts, held: Held, { instrument, ratio }: Split): void {
  note(parts, held, { action: 'split', instrument, ratio })
  held.book.split(instrument, ratio)
  const quantity = held.book.quantity(instrument)
  const whole = quantity.dividedBy(instrument.step).trunc().times(instrument.step)
  const fraction = quantity.minus(whole)
  if (!fraction.isZero())
    move(parts, held, {
      action: 'cash in lieu',
      instrument,
      quantity: fraction.negated(),
      price: parts.quotes.mark(instrument),
    })
  parts.heldChanged(held.account, instrument)
}

type Delivery = {
  readonly option: Instrument
  /** Signed: what the option's holding changes by. */
  readonly quantity: Decimal
  readonly how: 'assignment' | 'exercise'
}

/** The option goes at nothing, its underlying comes or goes at the strike. */
function deliver(parts: Parts, held: Held, { option, quantity, how }: Delivery): void {
  const underlying = parts.catalogue.of(option.underlying.conId)
  if (underlying === null) return
  move(parts, held, { action: how, instrument: option, quantity, price: ZERO })
  // A holder of calls and a writer of puts receive shares: exercised holdings go down.
  const shares = quantity.times(option.multiplier).times(option.right === 'C' ? -1 : 1)
  const price = new D(option.strike).times(underlying.priceMagnifier)
  move(parts, held, { action: 'delivery', instrument: underlying, quantity: shares, price })
}

function expire(parts: Parts, held: Held, instrument: Instrument): void {
  const closing = held.book.quantity(instrument).negated()
  const mark = parts.quotes.mark(instrument)
  if (instrument.secType === 'FUT') {
    move(parts, held, { action: 'expiry', instrument, quantity: closing, price: mark })
    held.book.settle(instrument, mark, `settlement ${instrument.localSymbol}`)
    return
  }
  if (isInTheMoney(parts, instrument))
    deliver(parts, held, {
      option: instrument,
      quantity: closing,
      how: closing.isNegative() ? 'exercise' : 'assignment',
    })
  else move(parts, held, { action: 'expiry', instrument, quantity: closing, price: ZERO })
}

/** Whether an option is worth exercising at its underlying's price. */
export function isInTheMoney(
  { catalogue, quotes }: Pick<Parts, 'catalogue' | 'quotes'>,
  option: Instrument,
): boolean {
  const underlying = catalogue.of(option.underlying.conId)
  if (underlying === null) return false
  const mark = quotes.mark(underlying)
  return option.right === 'C' ? mark.greaterThan(option.strike) : mark.lessThan(option.strike)
}
