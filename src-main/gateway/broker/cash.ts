import type { Fixed } from '../fixed.ts'
import type { AccountRecord } from '../record.ts'
import type { CashEntry } from '../record-facts.ts'
import type { Execution } from './types.ts'

/** Balances of one kind, by currency; every change is told. */
export type Cash = {
  readonly balances: ReadonlyMap<string, Fixed>
  readonly move: (currency: string, amount: Fixed, why: string) => void
}

export type Money = { readonly currency: string; readonly amount: Fixed }

/** The cash of an account. */
export function openCash(opening: readonly Money[], record: AccountRecord): Cash {
  for (const { currency, amount } of opening) record.openingCash(currency, amount)
  return openBalances(opening, record.cash)
}

/** What is due to an account and not yet paid: it counts as worth, not as cash. */
export const openAccruals = (record: AccountRecord): Cash => openBalances([], record.accrual)

function openBalances(opening: readonly Money[], told: (entry: CashEntry) => void): Cash {
  const balances = new Map(opening.map(({ currency, amount }) => [currency, amount]))
  return {
    balances,
    move: (currency, amount, why) => {
      if (amount === 0n) return
      const balance = (balances.get(currency) ?? 0n) + amount
      balances.set(currency, balance)
      told({ currency, amount, balance, why })
    },
  }
}

/** Money an execution moves, apart from its commission: futures none, conversions two balances. */
export function moneyMoved(execution: Execution): readonly (readonly [string, Fixed])[] {
  const { instrument } = execution
  if (instrument.secType === 'FUT' || instrument.secType === 'BAG') return []
  const paid = [instrument.currency, -execution.worth] as const
  if (instrument.secType !== 'CASH') return [paid]
  return [[instrument.symbol, execution.signedQuantity], paid]
}
