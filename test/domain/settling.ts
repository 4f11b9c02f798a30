import { followUp } from '#domain/break-life.ts'
import { reconcile } from '#domain/reconcile.ts'
import { planSettlement } from '#domain/settle.ts'
import type { SettlePlan, SettleRequest, Settlement, Writing } from '#domain/settlement.ts'
import { present } from '#shared/assert.ts'
import type { Break } from '#shared/break.ts'
import { textOrNull, text } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { anInstrument, secondsIn, SPY } from '../fakes/builders.ts'
import { bothSides, type Happened } from './sides.ts'
import type { BrokerHolding } from '#domain/broker-side.ts'

export const NOW = utcMillis(1_772_468_000_000)

/** What the command writes, late in the day. */
export const aWriting = (over: Partial<Writing> = {}): Writing => ({
  command: 'settle-1',
  author: 'trader',
  reason: 'found while reconciling',
  effectiveAt: secondsIn(10_000),
  recordedAt: secondsIn(10_001),
  ...over,
})

/** Everything a settlement of a book's first break is decided on. */
export function requestFor(
  happened: Happened,
  broker: readonly BrokerHolding[],
  over: Partial<SettleRequest> & { readonly settlement: Settlement },
): SettleRequest {
  const sides = bothSides(happened, { broker })
  const broken = present(breaksOf(happened, broker)[0], 'a break')
  const conId = broken.conId ?? SPY
  return {
    break: broken,
    revision: broken.revision,
    instrument: sides.instruments.get(conId) ?? anInstrument(),
    underlying: null,
    positions: sides.positions,
    cost: sides.costs.get(conId) ?? null,
    holders: new Map(),
    tradedSince: new Map(),
    orderFills: [],
    writtenBefore: { adjustments: [], cashEntries: [] },
    brokerAverage: broker.find((one) => one.conId === conId)?.averageCost ?? null,
    writing: aWriting(),
    ...over,
  }
}

/** The breaks a first run finds. */
export const breaksOf = (happened: Happened, broker: readonly BrokerHolding[]): readonly Break[] =>
  followUp([], reconcile(bothSides(happened, { broker })), NOW).map(({ after }) => after)

/** The plan. @throws {Error} with the refusal when there is none. */
export function planned(request: SettleRequest): SettlePlan {
  const plan = planSettlement(request)
  if (!plan.ok) throw new Error(plan.error)
  return plan.value
}

/** What happened, and what the plan writes besides. */
export const withPlan = (happened: Happened, plan: SettlePlan): Happened => ({
  ...happened,
  adjustments: [...(happened.adjustments ?? []), ...plan.adjustments],
})

/** `+40@47 to momentum`, as the cases write it. */
export const entriesAsText = ({ adjustments }: SettlePlan): readonly string[] =>
  adjustments.map(({ kind, strategy, quantity, cost }) => {
    if (quantity.isZero()) return `${kind} ${textOrNull(cost) ?? '?'} ${strategy}`
    const price = cost === null ? '?' : text(cost.dividedBy(quantity))
    return `${kind} ${quantity.isNegative() ? '' : '+'}${text(quantity)}@${price} ${strategy}`
  })

/** What each strategy holds after, and what that realizes. */
export const effectsAsText = ({ effects }: SettlePlan): readonly string[] =>
  effects.map(({ strategy, before, after, realizedPoints }) => {
    const told = ({ quantity, averageCost }: typeof before): string =>
      `${text(quantity)}@${textOrNull(averageCost) ?? '?'}`
    return `${strategy} ${told(before)} -> ${told(after)} ${textOrNull(realizedPoints) ?? '?'}`
  })

/** Breaks left when the plan is written. */
export const leftAfter = (
  happened: Happened,
  broker: readonly BrokerHolding[],
  plan: SettlePlan,
): readonly string[] =>
  reconcile(bothSides(withPlan(happened, plan), { broker })).disagreements.map(
    ({ kind, conId, difference }) => `${kind} ${conId ?? ''} ${textOrNull(difference) ?? '?'}`,
  )
