import { D, ZERO, type Decimal } from '#shared/money.ts'

/** One entry that opens or closes: signed quantity, signed money with its commission in it. */
export type LotEntry = { readonly quantity: Decimal; readonly money: Decimal }

/** Which lot a closing takes first. */
export type LotMethod = 'first in first out' | 'last in first out' | 'highest cost'

/**
 * What the open lots cost, in money, signed like the quantity.
 * @param entries in slot order; opening ones with their commission, as the broker's cost has it.
 */
export function costByLots(entries: readonly LotEntry[], method: LotMethod): Decimal {
  let lots: LotEntry[] = []
  for (const entry of entries) lots = afterEntry(lots, entry, method)
  return lots.reduce<Decimal>((sum, { money }) => sum.plus(money), ZERO)
}

function afterEntry(before: readonly LotEntry[], entry: LotEntry, method: LotMethod): LotEntry[] {
  const lots = [...before]
  let left = entry.quantity
  for (;;) {
    const at = nextToClose(lots, method)
    const lot = lots[at]
    if (lot === undefined || left.isZero() || lot.quantity.isNegative() === left.isNegative()) break
    const size = D.min(lot.quantity.abs(), left.abs())
    left = left.isNegative() ? left.plus(size) : left.minus(size)
    const kept = lot.quantity.abs().minus(size).dividedBy(lot.quantity.abs())
    if (kept.isZero()) lots.splice(at, 1)
    else lots[at] = { quantity: lot.quantity.times(kept), money: lot.money.times(kept) }
  }
  if (left.isZero()) return lots
  return [...lots, { quantity: left, money: entry.money.times(left.dividedBy(entry.quantity)) }]
}

function nextToClose(lots: readonly LotEntry[], method: LotMethod): number {
  if (method === 'first in first out') return 0
  if (method === 'last in first out') return lots.length - 1
  let highest = 0
  lots.forEach((lot, index) => {
    const best = lots[highest]
    if (best && unitCost(lot).greaterThan(unitCost(best))) highest = index
  })
  return highest
}

const unitCost = ({ quantity, money }: LotEntry): Decimal => money.dividedBy(quantity)
