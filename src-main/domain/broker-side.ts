import type { ConId } from '#shared/ids.ts'
import { D, ZERO, type Decimal, type Quantity } from '#shared/money.ts'

/** One line of the broker's answer. */
export type BrokerHolding = {
  readonly conId: ConId
  /** Zero: closed. */
  readonly quantity: Decimal
  /** Per unit as IB sends it, multiplier and commission included; null when unknown. */
  readonly averageCost: Decimal | null
}

/** What the broker holds of one instrument, or why its answer cannot be used. */
export type BrokerSide = {
  readonly quantity: Quantity
  readonly averageCost: Decimal | null
  /** One sentence; null when the answer is good. */
  readonly fault: string | null
}

/**
 * The broker's answer by instrument. A line that is repeated counts once; two lines that
 * contradict each other, and a quantity that is no number, are marked and never guessed.
 */
export function readBroker(lines: readonly BrokerHolding[]): Map<ConId, BrokerSide> {
  const sides = new Map<ConId, BrokerSide>()
  for (const line of lines) {
    const known = sides.get(line.conId)
    const side = readLine(line)
    if (known === undefined) sides.set(line.conId, side)
    else if (!isSame(known, side)) sides.set(line.conId, { ...known, fault: CONTRADICTS })
  }
  return sides
}

const CONTRADICTS = 'The broker listed it twice, differently: reconcile again.'
const NO_NUMBER = 'The broker’s quantity is no number: reconcile again.'

function readLine({ quantity, averageCost }: BrokerHolding): BrokerSide {
  const average = averageCost?.isFinite() === true ? averageCost : null
  if (!quantity.isFinite()) return { quantity: ZERO, averageCost: average, fault: NO_NUMBER }
  return { quantity: quantity as Quantity, averageCost: average, fault: null }
}

const isSame = (a: BrokerSide, b: BrokerSide): boolean =>
  a.fault === b.fault && a.quantity.equals(b.quantity) && isSameCost(a.averageCost, b.averageCost)

const isSameCost = (a: Decimal | null, b: Decimal | null): boolean =>
  a === null || b === null ? a === b : D.sub(a, b).isZero()
