import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { AccountRecord } from '../record.ts'
import { moneyMoved, openAccruals, openCash, type Cash } from './cash.ts'
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
  realizedBefore: Decimal
  /** What was unrealised when the day began. */
  unrealizedBefore: Decimal
  /** Futures only: Σ signed quantity × price × point value of the fills. */
  paidOut: Decimal
  /** Futures only: the P&L already swept into cash. */
  swept: Decimal
}

/** Prices in quoted units. */
type Marks = (instrument: Instrument) => Decimal

/** Holdings and cash of one account, as the broker keeps them. */
export type AccountBook = {
  readonly instruments: () => readonly Instrument[]
  readonly holding: (instrument: Instrument) => Holding
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
  readonly replace: (execution: Execution) => Decimal | null
  /** Changes a holding without an execution; its worth, unless a future's, leaves the cash. */
  readonly transfer: (instrument: Instrument, fill: BookedFill, why: string) => void
  /** Every share becomes so many. */
  readonly split: (instrument: Instrument, ratio: Decimal) => void
  readonly moveCash: Cash['move']
  readonly accrue: Cash['move']
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
  const cash = openCash(opening.cash, record)
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
    cash: () => cash.balances,
    accrued: () => accruals.balances,
    moveCash: cash.move,
    accrue: accruals.move,
    execute: (execution, { holding }) => {
      for (const [currency, amount] of moneyMoved(execution))
        cash.move(currency, amount, `fill ${execution.execId}`)
      if (execution.commission === null) return
      const { currency, paid } = execution.commission
      cash.move(currency, paid.negated(), `commission ${execution.execId}`)
      const account = accountOf(execution.instrument)
      if (isFuture(account)) account.paidOut = account.paidOut.plus(execution.worth)
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
      if (isFuture(account)) account.paidOut = account.paidOut.plus(fill.worth)
      else cash.move(instrument.currency, fill.worth.negated(), why)
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
    const pnl = toLedgerScale(futuresPnl(account, mark))
    account.swept = account.swept.plus(pnl)
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
  'instruments' | 'holding' | 'realizedToday' | 'unrealizedBefore' | 'booking'
>

function views(accounts: ReadonlyMap<number, Account>): Views {
  const holding = ({ conId }: Instrument): Holding => accounts.get(conId)?.holding ?? FLAT
  return {
    holding,
    instruments: () => [...accounts.values()].map((account) => account.instrument),
    realizedToday: ({ conId }) => {
      const account = accounts.get(conId)
      return account === undefined ? ZERO : account.holding.realized.minus(account.realizedBefore)
    },
    unrealizedBefore: ({ conId }) => accounts.get(conId)?.unrealizedBefore ?? ZERO,
    booking: (instrument, fill) => book(holding(instrument), fill),
  }
}

const isFuture = ({ instrument }: Account): boolean => instrument.secType === 'FUT'

function openAccounts(opening: Opening, record: AccountRecord): Map<number, Account> {
  const accounts = new Map<number, Account>()
  for (const { instrument, quantity, averageCost: average } of opening.holdings) {
    const holding = { quantity, cost: quantity.times(average), realized: ZERO }
    accounts.set(instrument.conId, newAccount(instrument, holding))
    record.opening(instrument, quantity, average)
  }
  return accounts
}

const newAccount = (instrument: Instrument, opening: Holding): Account => ({
  instrument,
  opening,
  entries: [],
  holding: opening,
  realizedBefore: ZERO,
  unrealizedBefore: ZERO,
  paidOut: ZERO,
  swept: ZERO,
})

function startDay(account: Account, mark: Marks): void {
  const { instrument, holding } = account
  const value = holding.quantity.times(mark(instrument)).times(pointValue(instrument))
  account.realizedBefore = holding.realized
  account.unrealizedBefore = value.minus(holding.cost)
}

/** Puts a new revision in the place of the old and folds again; answers what it realises now. */
function replaceFill(account: Account, execution: Execution, cash: Cash): Decimal | null {
  const entry = account.entries.find(
    (one) => one.what === 'fill' && one.execution.root === execution.root,
  )
  if (entry?.what !== 'fill') return null
  const previous = entry.execution
  const why = `correction ${execution.execId}`
  for (const [currency, amount] of moneyMoved(previous)) cash.move(currency, amount.negated(), why)
  for (const [currency, amount] of moneyMoved(execution)) cash.move(currency, amount, why)
  entry.execution = execution
  if (isFuture(account))
    account.paidOut = account.paidOut.minus(previous.worth).plus(execution.worth)
  let realized: Decimal | null = null
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
  const held = account.holding.quantity.times(mark).times(pointValue(account.instrument))
  return held.minus(account.opening.cost).minus(account.paidOut).minus(account.swept)
}
