import { ZERO, type Decimal } from '#shared/money.ts'
import { decimalOf, fixed, type Fixed } from '../fixed.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { AccountRecord } from '../record.ts'
import { moneyMoved, openAccruals, openCash, type Cash, type Money } from './cash.ts'
import { applied, type Entry } from './entries.ts'
import { book, FLAT, type Booked, type BookedFill } from './holding.ts'
import type { Execution, Holding } from './types.ts'

/** What an account starts with. */
export type Opening = {
  readonly holdings: readonly {
    readonly instrument: Instrument
    readonly quantity: Decimal
    /** Money for one unit, multiplier included, as `avgCost` tells. */
    readonly averageCost: Decimal
  }[]
  readonly cash: readonly { readonly currency: string; readonly amount: Decimal }[]
}

type Account = {
  readonly instrument: Instrument
  readonly opening: Holding
  readonly entries: Entry[]
  holding: Holding
  realizedBefore: Fixed
  /** What was unrealised when the day began. */
  unrealizedBefore: Decimal
  /** Futures only: Σ signed quantity × price × point value of the fills. */
  paidOut: Fixed
  /** Futures only: the P&L already swept into cash. */
  swept: Fixed
}

type Move = (currency: string, amount: Decimal, why: string) => void

/** Prices in quoted units. */
type Marks = (instrument: Instrument) => Decimal

/** Holdings and cash of one account, as the broker keeps them. */
export type AccountBook = {
  readonly instruments: () => readonly Instrument[]
  readonly holding: (instrument: Instrument) => Holding
  /** How much of it is held: long is positive. */
  readonly quantity: (instrument: Instrument) => Decimal
  /** Realised P&L since the last midnight, in the instrument's currency. */
  readonly realizedToday: (instrument: Instrument) => Decimal
  /** What was unrealised when the day began, in the instrument's currency. */
  readonly unrealizedBefore: (instrument: Instrument) => Decimal
  readonly cash: () => ReadonlyMap<string, Decimal>
  /** What is due and not yet paid, by currency. */
  readonly accrued: () => ReadonlyMap<string, Decimal>
  /** What booking this fill would make of the holding. */
  readonly booking: (instrument: Instrument, fill: BookedFill) => Booked
  /** Books an execution, as `booking` worked it out, with its cash, and tells the record. */
  readonly execute: (execution: Execution, booked: Booked) => void
  /** Replaces an earlier revision in its place and folds again; answers the P&L it realises now. */
  readonly replace: (execution: Execution) => Fixed | null
  /** Changes a holding without an execution; its worth, unless a future's, leaves the cash. */
  readonly transfer: (instrument: Instrument, fill: BookedFill, why: string) => void
  /** Every share becomes so many. */
  readonly split: (instrument: Instrument, ratio: Decimal) => void
  readonly moveCash: Move
  readonly accrue: Move
  /** A future's P&L that is not yet in the cash, at this mark. */
  readonly futuresPnl: (instrument: Instrument, mark: Decimal) => Decimal
  /** Moves one future's P&L into cash. */
  readonly settle: (instrument: Instrument, mark: Decimal, why: string) => void
  /** Moves the futures' P&L into cash, as the clearing house does each day. */
  readonly sweep: (mark: Marks) => void
  readonly startDay: (mark: Marks) => void
}

export function openAccountBook(opening: Opening, record: AccountRecord): AccountBook {
  const accounts = openAccounts(opening, record)
  const cash = openCash(opening.cash.map(fixedAmount), record)
  const accruals = openAccruals(record)
  const accountOf = (instrument: Instrument): Account => {
    const known = accounts.get(instrument.conId)
    if (known !== undefined) return known
    const fresh = newAccount(instrument, FLAT)
    accounts.set(instrument.conId, fresh)
    return fresh
  }
  const enter = (account: Account, entry: Entry, holding: Holding): void => {
    account.entries.push(entry)
    account.holding = holding
    record.position(account.instrument, holding)
  }
  return {
    ...views(accounts),
    cash: () => decimals(cash.balances),
    accrued: () => decimals(accruals.balances),
    moveCash: (currency, amount, why) => cash.move(currency, fixed(amount), why),
    accrue: (currency, amount, why) => accruals.move(currency, fixed(amount), why),
    execute: (execution, { holding }) => {
      for (const [currency, amount] of moneyMoved(execution))
        cash.move(currency, amount, `fill ${execution.execId}`)
      if (execution.commission === null) return
      const { currency, paid } = execution.commission
      cash.move(currency, -paid, `commission ${execution.execId}`)
      const account = accountOf(execution.instrument)
      if (isFuture(account)) account.paidOut += execution.worth
      enter(account, { what: 'fill', execution }, holding)
    },
    replace: (execution) => {
      const account = accountOf(execution.instrument)
      const realized = replaceFill(account, execution, cash)
      record.position(account.instrument, account.holding)
      return realized
    },
    transfer: (instrument, fill, why) => {
      const account = accountOf(instrument)
      const entry: Entry = { what: 'movement', fill }
      if (isFuture(account)) account.paidOut += fill.worth
      else cash.move(instrument.currency, -fill.worth, why)
      enter(account, entry, applied(account.holding, entry).holding)
    },
    split: (instrument, ratio) => {
      const account = accountOf(instrument)
      const entry: Entry = { what: 'split', ratio }
      enter(account, entry, applied(account.holding, entry).holding)
    },
    ...days(accounts, cash),
    futuresPnl: (instrument, mark) => futuresPnl(accountOf(instrument), mark),
  }
}

/** What happens at the end of days, and of futures. */
function days(
  accounts: ReadonlyMap<number, Account>,
  cash: Cash,
): Pick<AccountBook, 'settle' | 'sweep' | 'startDay'> {
  const settle = (account: Account, mark: Decimal, why: string): void => {
    const pnl = fixed(futuresPnl(account, mark))
    account.swept += pnl
    cash.move(account.instrument.currency, pnl, why)
  }
  return {
    settle: ({ conId }, mark, why) => {
      const account = accounts.get(conId)
      if (account !== undefined) settle(account, mark, why)
    },
    sweep: (mark) => {
      for (const account of accounts.values())
        if (isFuture(account))
          settle(account, mark(account.instrument), `variation ${account.instrument.localSymbol}`)
    },
    startDay: (mark) => {
      for (const account of accounts.values()) startDay(account, mark)
    },
  }
}

type Views = Pick<
  AccountBook,
  'instruments' | 'holding' | 'quantity' | 'realizedToday' | 'unrealizedBefore' | 'booking'
>

function views(accounts: ReadonlyMap<number, Account>): Views {
  const holding = ({ conId }: Instrument): Holding => accounts.get(conId)?.holding ?? FLAT
  return {
    holding,
    quantity: (instrument) => decimalOf(holding(instrument).quantity),
    instruments: () => [...accounts.values()].map((account) => account.instrument),
    realizedToday: ({ conId }) => {
      const account = accounts.get(conId)
      if (account === undefined) return ZERO
      return decimalOf(account.holding.realized - account.realizedBefore)
    },
    unrealizedBefore: ({ conId }) => accounts.get(conId)?.unrealizedBefore ?? ZERO,
    booking: (instrument, fill) => book(holding(instrument), fill),
  }
}

const isFuture = ({ instrument }: Account): boolean => instrument.secType === 'FUT'

function openAccounts(opening: Opening, record: AccountRecord): Map<number, Account> {
  const accounts = new Map<number, Account>()
  for (const { instrument, quantity, averageCost: average } of opening.holdings) {
    const cost = fixed(quantity.times(average))
    const holding = { quantity: fixed(quantity), cost, realized: 0n }
    accounts.set(instrument.conId, newAccount(instrument, holding))
    record.opening(instrument, holding.quantity, fixed(average))
  }
  return accounts
}

const newAccount = (instrument: Instrument, opening: Holding): Account => ({
  instrument,
  opening,
  entries: [],
  holding: opening,
  realizedBefore: 0n,
  unrealizedBefore: ZERO,
  paidOut: 0n,
  swept: 0n,
})

/** What is held, at this mark. */
const valueOf = ({ instrument, holding }: Account, mark: Decimal): Decimal =>
  decimalOf(holding.quantity).times(mark).times(pointValue(instrument))

function startDay(account: Account, mark: Marks): void {
  const { instrument, holding } = account
  const value = valueOf(account, mark(instrument))
  account.realizedBefore = holding.realized
  account.unrealizedBefore = value.minus(decimalOf(holding.cost))
}

/** Puts a new revision in the place of the old and folds again; answers what it realises now. */
function replaceFill(account: Account, execution: Execution, cash: Cash): Fixed | null {
  const entry = account.entries.find(
    (one) => one.what === 'fill' && one.execution.root === execution.root,
  )
  if (entry?.what !== 'fill') return null
  const previous = entry.execution
  const why = `correction ${execution.execId}`
  for (const [currency, amount] of moneyMoved(previous)) cash.move(currency, -amount, why)
  for (const [currency, amount] of moneyMoved(execution)) cash.move(currency, amount, why)
  entry.execution = execution
  if (isFuture(account)) account.paidOut += execution.worth - previous.worth
  let realized: Fixed | null = null
  account.holding = account.opening
  for (const one of account.entries) {
    const after = applied(account.holding, one)
    account.holding = after.holding
    if (one === entry) realized = after.realized
  }
  return realized
}

/** Everything the future made since the opening, without commissions, less what was swept. */
function futuresPnl(account: Account, mark: Decimal): Decimal {
  const paid = account.opening.cost + account.paidOut + account.swept
  return valueOf(account, mark).minus(decimalOf(paid))
}

const fixedAmount = ({ currency, amount }: Opening['cash'][number]): Money => ({
  currency,
  amount: fixed(amount),
})

const decimals = (balances: ReadonlyMap<string, Fixed>): ReadonlyMap<string, Decimal> =>
  new Map([...balances].map(([currency, amount]) => [currency, decimalOf(amount)]))
