import { expect } from 'vitest'
import { superseded } from '#domain/adjustment.ts'
import { reconcile } from '#domain/reconcile.ts'
import { averageCost, type Position } from '#domain/position.ts'
import type { Settlement } from '#domain/settlement.ts'
import { conId, execId, permId, strategyId } from '#shared/ids.ts'
import { D, price, quantity, text, textOrNull, toLedgerScale } from '#shared/money.ts'
import { aFill, anInstrument, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { bothSides, held, positionsOf, traded, type Happened } from './sides.ts'
import { entriesAsText, leftAfter, planned, requestFor, withPlan } from './settling.ts'
import { commissionOf, fillsOf, type CaseFill, type WorkedCase } from './worked-cases.ts'

type Side = { readonly quantity: string; readonly averageCost?: string }

/** What cases of reconciliation say besides. */
export type SettlingCase = WorkedCase & {
  readonly ledger?: Side
  readonly broker?: Side
  readonly snapshot?: Side
  readonly strategies?: Readonly<Record<string, readonly CaseFill[]>>
  readonly orderStatus?: { readonly filled: string; readonly averageFillPrice: string }
  readonly then?: readonly CaseFill[]
  readonly during?: readonly CaseFill[]
}

const told = (position: Position | undefined): string => {
  const average = position === undefined ? null : averageCost(position)
  const rounded = average === null ? null : toLedgerScale(average)
  return `${position === undefined ? '?' : text(position.quantity)}@${textOrNull(rounded) ?? '?'}`
}

const only = (happened: Happened): Position => positionsOf(happened)[0]!

/** A fill that makes a ledger of so many at such an average. */
const ledgerOf = ({ quantity: size, averageCost: at = '' }: Side): Happened => ({
  fills: [traded(1, `${size}@${at}`, { permId: 7 })],
})

const signed = ({ side, quantity: size, price: at }: CaseFill): string =>
  `${side === 'sell' ? '-' : ''}${size}@${at}`

function expiresWorthless(worked: SettlingCase): void {
  const multiplier = new D(worked.multiplier ?? '1')
  const instruments = [anInstrument({ secType: 'OPT', multiplier })]
  const book: Happened = { fills: fillsOf(worked), instruments }
  const settlement: Settlement = { how: 'expire', price: new D(0) }
  const plan = planned(requestFor(book, [], { settlement }))
  expect(leftAfter(book, [], plan)).toEqual([])
  const { quantity: left, realizedPoints } = only(withPlan(book, plan))
  const realized = realizedPoints.times(multiplier)
  const net = realized.minus(commissionOf(worked))
  expect({ quantity: text(left), realized: text(realized), net: net.toFixed(2) }).toEqual(
    worked.expect,
  )
}

function splits(worked: SettlingCase): void {
  const event = worked.fills.find((line) => 'event' in line)
  const to = new D(event !== undefined && 'ratio' in event ? String(event.ratio) : NaN)
  const book: Happened = { fills: fillsOf(worked) }
  const broker = [held('400', '150')]
  const ratio = { to, from: new D(1) }
  const settlement: Settlement = { how: 'split', ratio, cashInLieuPrice: null, before: null }
  const plan = planned(requestFor(book, broker, { settlement }))
  expect(leftAfter(book, broker, plan)).toEqual([])
  const position = only(withPlan(book, plan))
  expect({
    quantity: text(position.quantity),
    averageCost: textOrNull(averageCost(position)),
    realized: text(position.realizedPoints),
  }).toEqual(worked.expect)
}

function standOpposite(worked: SettlingCase): void {
  const fills = Object.entries(worked.strategies ?? {}).flatMap(([name, lines], at) =>
    lines.map((line, index) =>
      traded(at * 10 + index, signed(line), { strategy: strategyId(name) }),
    ),
  )
  const broker = [held(worked.broker?.quantity ?? '', null)]
  const { disagreements, rows } = reconcile(bothSides({ fills }, { broker }))
  const strategies = rows.map((row) => [
    row.strategy,
    `${text(row.quantity)}@${textOrNull(row.averageCost) ?? '?'}`,
  ])
  expect({ breaks: disagreements, ...Object.fromEntries(strategies) }).toEqual(worked.expect)
}

function meetsTheBroker(worked: SettlingCase): void {
  const book = ledgerOf(worked.ledger!)
  const broker = [held(worked.broker!.quantity, worked.broker!.averageCost ?? null)]
  const settlement: Settlement = { how: 'assign', strategy: MOMENTUM, price: null }
  const plan = planned(requestFor(book, broker, { settlement }))
  expect(leftAfter(book, broker, plan)).toEqual([])
  expect(told(only(withPlan(book, plan)))).toBe(
    `${worked.broker!.quantity}@${worked.broker!.averageCost ?? ''}`,
  )
  expect(entriesAsText(plan)).toEqual([`residual ${String(worked.expect['adjustment'])} momentum`])
}

/** The stand-in is booked; then its executions turn up, in either order, one by one. */
function isSuperseded(worked: SettlingCase): void {
  const book = ledgerOf(worked.ledger!)
  const first = book.fills.map((fill) => ({
    ...fill,
    execution: { ...fill.execution, cumulativeQuantity: quantity(worked.ledger!.quantity) },
  }))
  const { filled, averageFillPrice } = worked.orderStatus!
  const order = {
    permId: permId(7),
    filled: quantity(filled),
    averagePrice: price(averageFillPrice),
  }
  const settlement: Settlement = { how: 'stand in', order, strategy: MOMENTUM }
  const request = requestFor(book, [held(filled, averageFillPrice)], { settlement })
  const plan = planned({ ...request, orderFills: first })
  expect(entriesAsText(plan)).toEqual([`stand-in ${String(worked.expect['adjustment'])} momentum`])
  let cumulative = new D(worked.ledger!.quantity)
  const late = (worked.then ?? []).map((line, index) => {
    cumulative = cumulative.plus(line.quantity)
    return aFill({
      execId: execId(`late.${index}.01`),
      side: line.side,
      shares: quantity(line.quantity),
      price: price(line.price),
      permId: permId(7),
      cumulativeQuantity: quantity(text(cumulative)),
      executedAt: secondsIn(2 + index),
      conId: conId(SPY),
    })
  })
  for (const arrived of [late.slice(0, 1), late.slice(1), late, late.toReversed()]) {
    const fills = [...first, ...arrived]
    const adjustments = superseded(plan.adjustments, fills)
    expect(told(only({ fills, adjustments }))).toBe(worked.expect['final'])
    expect(adjustments).toHaveLength(arrived.length === late.length ? 0 : 1)
  }
}

function isInFlight(worked: SettlingCase): void {
  const book = ledgerOf(worked.ledger!)
  const during = (worked.during ?? []).map((line, index) => traded(2 + index, signed(line)))
  const fills = [...book.fills, ...during]
  const broker = [held(worked.snapshot!.quantity, '10')]
  const { disagreements } = reconcile(bothSides({ fills }, { broker, inFlight: new Set([SPY]) }))
  const position = only({ fills })
  const [size, average] = told(position).split('@')
  expect({ breaks: disagreements, quantity: size, averageCost: average }).toEqual(worked.expect)
}

const LATE_EXECUTIONS =
  'settled from the order status after the executions could not be had; ' +
  'the real fills then supersede the stand-in'

export const SETTLEMENT_CHECKS: Readonly<Record<string, (worked: SettlingCase) => void>> = {
  'option written and expired': expiresWorthless,
  'split 4:1': splits,
  'two strategies opposite, broker flat': standOpposite,
  'settle a residual at the price that meets the broker': meetsTheBroker,
  'the same, short': meetsTheBroker,
  [LATE_EXECUTIONS]: isSuperseded,
  'a fill arrives while the snapshot is taken': isInFlight,
}
