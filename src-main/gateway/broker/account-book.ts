import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { Recorder } from '../record.ts'
import { moneyMoved, openCash } from './cash.ts'
import { averageCost, book, FLAT, type Booked, type BookedFill } from './holding.ts'
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
  /** Every execution at its latest revision, in the order of execution. */
  readonly fills: Execution[]
  holding: Holding
  realizedBefore: Decimal
  /** Futures only: Σ signed quantity × price × point value of the fills. */
  paidOut: Decimal
  /** Futures only: the P&L already swept into cash. */
  swept: Decimal
}

/** Holdings and cash of one account, as the broker keeps them. */
export type AccountBook = {
  readonly instruments: () => readonly Instrument[]
  readonly holding: (instrument: Instrument) => Holding
  /** Realised P&L since the last midnight, in the instrument's currency. */
  readonly realizedToday: (instrument: Instrument) => Decimal
  readonly cash: () => ReadonlyMap<string, Decimal>
  /** What booking this fill would make of the holding. */
  readonly booking: (instrument: Instrument, fill: BookedFill) => Booked
  /** Books an execution, as `booking` worked it out, with its cash, and tells the record. */
  readonly execute: (execution: Execution, booked: Booked) => void
  /** Replaces an earlier revision in its place and folds again; answers the P&L it realises now. */
  readonly replace: (execution: Execution) => Decimal | null
  /** A future's P&L that is not yet in the cash, at this mark. */
  readonly futuresPnl: (instrument: Instrument, mark: Decimal) => Decimal
  /** Moves the futures' P&L into cash, as the clearing house does each day. */
  readonly sweep: (mark: (instrument: Instrument) => Decimal) => void
  readonly startDay: () => void
}

/** The fill as the book sees it; a commission in another currency is not part of the cost. */
const bookedFill = (execution: Execution): BookedFill => ({
  quantity: execution.signedQuantity,
  worth: execution.worth,
  commission:
    execution.commission?.currency === execution.instrument.currency
      ? execution.commission.paid
      : ZERO,
})

export function openAccountBook(opening: Opening, record: Recorder): AccountBook {
  const accounts = openAccounts(opening, record)
  const { balances, move } = openCash(opening.cash, record)

  const accountOf = (instrument: Instrument): Account => {
    const known = accounts.get(instrument.conId)
    if (known !== undefined) return known
    const fresh = newAccount(instrument, FLAT)
    accounts.set(instrument.conId, fresh)
    return fresh
  }
  const tellPosition = (account: Account): void =>
    record.position(account.instrument, account.holding.quantity, averageCost(account.holding))

  return {
    instruments: () => [...accounts.values()].map((account) => account.instrument),
    holding: (instrument) => accounts.get(instrument.conId)?.holding ?? FLAT,
    realizedToday: (instrument) => {
      const account = accounts.get(instrument.conId)
      return account === undefined ? ZERO : account.holding.realized.minus(account.realizedBefore)
    },
    cash: () => balances,
    booking: (instrument, fill) => book(accounts.get(instrument.conId)?.holding ?? FLAT, fill),
    execute: (execution, { holding }) => {
      for (const [currency, amount] of moneyMoved(execution))
        move(currency, amount, `fill ${execution.execId}`)
      if (execution.commission === null) return
      const { currency, paid } = execution.commission
      move(currency, paid.negated(), `commission ${execution.execId}`)
      const account = accountOf(execution.instrument)
      append(account, execution)
      account.holding = holding
      tellPosition(account)
    },
    replace: (execution) => {
      const account = accountOf(execution.instrument)
      const previous = account.fills.find((fill) => fill.root === execution.root)
      if (previous === undefined) return null
      reverse(previous, execution, move)
      const realized = replaceFill(account, previous, execution)
      tellPosition(account)
      return realized
    },
    futuresPnl: (instrument, mark) => futuresPnl(accountOf(instrument), mark),
    sweep: (mark) => {
      for (const account of accounts.values()) {
        if (account.instrument.secType !== 'FUT') continue
        const pnl = toLedgerScale(futuresPnl(account, mark(account.instrument)))
        account.swept = account.swept.plus(pnl)
        move(account.instrument.currency, pnl, `variation ${account.instrument.localSymbol}`)
      }
    },
    startDay: () => {
      for (const account of accounts.values()) account.realizedBefore = account.holding.realized
    },
  }
}

function openAccounts(opening: Opening, record: Recorder): Map<number, Account> {
  const accounts = new Map<number, Account>()
  for (const { instrument, quantity, averageCost: average } of opening.holdings) {
    const holding = { quantity, cost: quantity.times(average), realized: ZERO }
    accounts.set(instrument.conId, newAccount(instrument, holding))
    record.opening(instrument, quantity, average)
  }
  return accounts
}

function append(account: Account, execution: Execution): void {
  account.fills.push(execution)
  if (execution.instrument.secType === 'FUT')
    account.paidOut = account.paidOut.plus(execution.worth)
}

/** Puts a new revision in the place of the old and folds again; answers what it realises now. */
function replaceFill(account: Account, previous: Execution, execution: Execution): Decimal | null {
  account.fills[account.fills.indexOf(previous)] = execution
  account.paidOut = account.paidOut.minus(previous.worth).plus(execution.worth)
  return refold(account, execution)
}

const newAccount = (instrument: Instrument, opening: Holding): Account => ({
  instrument,
  opening,
  fills: [],
  holding: opening,
  realizedBefore: ZERO,
  paidOut: ZERO,
  swept: ZERO,
})

function reverse(
  previous: Execution,
  execution: Execution,
  move: (currency: string, amount: Decimal, why: string) => void,
): void {
  const why = `correction ${execution.execId}`
  for (const [currency, amount] of moneyMoved(previous)) move(currency, amount.negated(), why)
  for (const [currency, amount] of moneyMoved(execution)) move(currency, amount, why)
}

/** Folds the account again from its opening; answers what the given execution realises. */
function refold(account: Account, about: Execution): Decimal | null {
  let holding = account.opening
  let realized: Decimal | null = null
  for (const fill of account.fills) {
    const booked = book(holding, bookedFill(fill))
    holding = booked.holding
    if (fill === about) realized = booked.realized
  }
  account.holding = holding
  return realized
}

/** Everything the future made since the opening, without commissions, less what was swept. */
function futuresPnl(account: Account, mark: Decimal): Decimal {
  const held = account.holding.quantity.times(mark).times(pointValue(account.instrument))
  return held.minus(account.opening.cost).minus(account.paidOut).minus(account.swept)
}
