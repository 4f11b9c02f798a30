import { ZERO, type Decimal } from '#shared/money.ts'
import type { AccountRecord } from '../record.ts'
import type { Execution } from './types.ts'

/** The account's balances, by currency. */
export type Cash = {
  readonly balances: ReadonlyMap<string, Decimal>
  readonly move: (currency: string, amount: Decimal, why: string) => void
}

export function openCash(
  opening: readonly { readonly currency: string; readonly amount: Decimal }[],
  record: AccountRecord,
): Cash {
  const balances = new Map<string, Decimal>()
  for (const { currency, amount } of opening) {
    balances.set(currency, amount)
    record.openingCash(currency, amount)
  }
  return {
    balances,
    move: (currency, amount, why) => {
      if (amount.isZero()) return
      const balance = (balances.get(currency) ?? ZERO).plus(amount)
      balances.set(currency, balance)
      record.cash({ currency, amount, balance, why })
    },
  }
}

/** Money an execution moves, apart from its commission: futures none, conversions two balances. */
export function moneyMoved(execution: Execution): readonly (readonly [string, Decimal])[] {
  const { instrument } = execution
  if (instrument.secType === 'FUT' || instrument.secType === 'BAG') return []
  const paid = [instrument.currency, execution.worth.negated()] as const
  if (instrument.secType !== 'CASH') return [paid]
  return [[instrument.symbol, execution.signedQuantity], paid]
}
