import { readFileSync } from 'node:fs'
import { foldPosition } from '#domain/fold.ts'
import { flat, averageCost, type Position } from '#domain/position.ts'
import type { Fill } from '#domain/fill.ts'
import { execId, permId } from '#shared/ids.ts'
import { D, price, quantity, text, textOrNull, toLedgerScale, type Money } from '#shared/money.ts'
import { aFill, countedFills, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'

/** A line of a worked case that is an execution. */
export type CaseFill = {
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
  readonly commission?: string
  readonly execId?: string
  /** Seconds; the place in the list where it is not given. */
  readonly at?: number
  readonly permId?: number
  readonly cumulative?: string
  /** Units of the base currency for one of the case's. */
  readonly fx?: string
}

/** One worked case about positions, as `test/fixtures/cases.json` has it. */
export type WorkedCase = {
  readonly name: string
  readonly fills: readonly (CaseFill | { readonly order: string } | { readonly event: string })[]
  readonly multiplier?: string
  readonly priceMagnifier?: string
  readonly currency?: string
  readonly secType?: string
  readonly symbol?: string
  readonly mark?: string
  readonly expect: Readonly<Record<string, unknown>>
}

type CaseFile = {
  readonly positions: readonly WorkedCase[]
  readonly drawdown: readonly { readonly name: string }[]
  readonly plan: readonly { readonly name: string }[]
}

export const CASES = JSON.parse(
  readFileSync(new URL('../fixtures/cases.json', import.meta.url), 'utf8'),
) as CaseFile

/** The executions of a case as fills, in the order they arrive. */
export function fillsOf({ fills, multiplier = '1' }: WorkedCase): readonly Fill[] {
  return fills.flatMap((line, index) => {
    if (!('side' in line)) return []
    const commission = line.commission
    const charge =
      commission === undefined
        ? null
        : { amount: new D(commission) as Money, currency: 'USD', revision: 1 }
    const execution = {
      execId: execId(line.execId ?? `${String(index + 1).padStart(4, '0')}.01`),
      side: line.side,
      shares: quantity(line.quantity),
      price: price(line.price),
      executedAt: secondsIn(line.at ?? index),
      permId: permId(line.permId ?? 1001),
      cumulativeQuantity: quantity(line.cumulative ?? line.quantity),
    }
    return [aFill(execution, { charge, multiplier: new D(multiplier) })]
  })
}

/** The position a case leads to: only what counts of its executions, folded. */
export const positionOf = (worked: WorkedCase): Position =>
  foldPosition(flat(MOMENTUM, SPY), { fills: countedFills(fillsOf(worked)), adjustments: [] })
    .position

/** A position in the words of the cases; `realized` in money, averages to 18 decimals. */
export function asExpected(worked: WorkedCase) {
  const position = positionOf(worked)
  const average = averageCost(position)
  return {
    quantity: text(position.quantity),
    averageCost: textOrNull(average === null ? null : toLedgerScale(average)),
    cost: text(position.cost),
    realized: text(position.realizedPoints.times(worked.multiplier ?? '1')),
    commission: text(commissionOf(worked)),
  }
}

/** The sum of what was charged. */
export const commissionOf = (worked: WorkedCase): Money =>
  fillsOf(worked).reduce((sum, { charge }) => sum.plus(charge?.amount ?? 0), new D(0)) as Money
