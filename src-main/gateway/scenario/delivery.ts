import { D } from '#shared/money.ts'
import { bindOrder, sendOrder } from '../answers/orders.ts'
import type { Execution, Order } from '../broker/types.ts'
import type { Desk } from '../desk.ts'
import type { Random } from '../market/random.ts'
import type { BrokerLink } from '../session/broker-link.ts'
import type { Session } from '../session/session.ts'
import { error } from '../wire/account-messages.ts'
import { commissionReport, executionDetails, LIVE } from '../wire/execution-messages.ts'
import type { Faults } from './scenario.ts'

/** Tells clients what happened, as well or as badly as the scenario wants. */
export type Delivery = {
  readonly ordered: (order: Order) => void
  /** Answers the wall-clock time it was handed to a socket, or null: later or never. */
  readonly executed: (execution: Execution) => number | null
}

export type DeliveryParts = {
  /** The desk is built around the broker, which tells us: so it is asked for when needed. */
  readonly desk: () => Desk
  readonly link: BrokerLink
  readonly random: Random
  readonly faults: () => Faults
  readonly misses: Misses
}

/** Executions somebody wants never to be told live, or never at all. */
export type Misses = {
  readonly miss: (count: number, isForGood: boolean) => void
  /** So many of those missed for good, the oldest first, are in answers again; how many it were. */
  readonly find: (count: number) => number
  /** Whether this new execution is one of them. */
  readonly isMissed: (execution: Execution) => boolean
  /** Whether no answer may hold it either. */
  readonly isHidden: (root: string) => boolean
}

export function createMisses(): Misses {
  const hidden = new Set<string>()
  let left = 0
  let isForGood = false
  return {
    miss: (count, forGood) => {
      left = count
      isForGood = forGood
    },
    find: (count) => {
      const found = [...hidden].slice(0, count)
      for (const root of found) hidden.delete(root)
      return found.length
    },
    isHidden: (root) => hidden.has(root),
    isMissed: ({ root, revision }) => {
      if (hidden.has(root)) return true
      if (left === 0 || revision > 1) return false
      left -= 1
      if (isForGood) hidden.add(root)
      return true
    },
  }
}

/** When and how one execution is told. */
type Plan = {
  readonly executionMs: number
  readonly commissionMs: number
  readonly isPendingFirst: boolean
  readonly repeatMs: readonly number[]
  readonly correctionMs: number | null
  readonly isProvisional: boolean
}

const AT_ONCE: Plan = {
  executionMs: 0,
  commissionMs: 0,
  isPendingFirst: false,
  repeatMs: [],
  correctionMs: null,
  isProvisional: false,
}

const between = (random: Random, least: number, most: number): number =>
  Math.round(least + random.next() * (most - least))

function planOf(execution: Execution, faults: Faults, random: Random): Plan {
  // Corrections are told at once: they are late already; of an allocation only the order is told.
  const { order, revision } = execution
  if (revision > 1 || order.isQuiet || order.terms.allocation !== null) return AT_ONCE
  const shuffled = faults.shuffleMs > 0 ? between(random, 0, faults.shuffleMs) : 0
  const { executionMs, ...commission } = commissionPlan(shuffled, faults, random)
  const repeats = random.chance(faults.duplicates) ? 1 + random.below(2) : 0
  const isCorrected = execution.commission !== null && random.chance(faults.corrections)
  return {
    ...commission,
    executionMs,
    repeatMs: Array.from({ length: repeats }, () => executionMs + between(random, 0, 3000)),
    correctionMs: isCorrected ? executionMs + between(random, 2000, 8000) : null,
    isProvisional: isCorrected && random.chance(0.5),
  }
}

type CommissionPlan = Pick<Plan, 'executionMs' | 'commissionMs' | 'isPendingFirst'>

/** An orphan commission comes at once and its execution later; a late or pending one afterwards. */
function commissionPlan(shuffledMs: number, faults: Faults, random: Random): CommissionPlan {
  if (random.chance(faults.orphanCommissions))
    return { executionMs: between(random, 300, 2500), commissionMs: 0, isPendingFirst: false }
  const isLate = random.chance(faults.lateCommissions)
  const isPendingFirst = !isLate && random.chance(faults.pendingCommissions)
  const lateness = isLate || isPendingFirst ? between(random, 1500, 9000) : 0
  return { executionMs: shuffledMs, commissionMs: shuffledMs + lateness, isPendingFirst }
}

export function createDelivery(parts: DeliveryParts): Delivery {
  const { desk, link, random, faults, misses } = parts
  /** Hands an execution to everybody entitled; null when nobody was there. */
  const tellExecution = (execution: Execution, isProvisional: boolean): number | null => {
    const { sessions, wall } = desk()
    const entitled = link.isUp() ? sessions.entitled(execution.order) : []
    if (entitled.length === 0) return null
    const told = executionDetails(LIVE, execution, isProvisional)
    for (const session of entitled) session.send(told)
    return wall()
  }
  const tellCommission = (execution: Execution, isPending: boolean): void => {
    if (!link.isUp()) return
    const report = commissionReport(execution, isPending)
    if (report === null) return
    for (const session of desk().sessions.entitled(execution.order)) session.send(report)
  }
  const tellLater = (execution: Execution, plan: Plan): void => {
    desk().timeline.after(plan.executionMs, () => {
      const sentAt = tellExecution(execution, plan.isProvisional)
      if (sentAt !== null) desk().record.sent(execution, sentAt)
    })
  }
  const repeat = (execution: Execution, plan: Plan): void => {
    for (const ms of plan.repeatMs)
      desk().timeline.after(ms, () => {
        tellExecution(execution, plan.isProvisional)
        tellCommission(execution, false)
      })
  }
  const correctLater = (execution: Execution, ms: number): void => {
    desk().timeline.after(ms, () => {
      desk().broker.correct(execution.execId, changeOf(execution, random))
    })
  }
  return {
    ordered: (order) => {
      if (!link.isUp() || order.isQuiet || desk().isReadOnly) return
      for (const session of desk().sessions.entitled(order)) {
        if (session.subscriptions.autoBind) bindOrder(desk(), session, order)
        tellOrder(session, order)
      }
    },
    executed: (execution) => {
      if (execution.order.isShare) return null
      const isLost = faults().missed > 0 && random.chance(faults().missed)
      if (misses.isMissed(execution) || (isLost && !execution.order.isQuiet)) return null
      const plan = planOf(execution, faults(), random)
      const isNow = plan.executionMs === 0
      const sentAt = isNow ? tellExecution(execution, plan.isProvisional) : null
      if (!isNow) tellLater(execution, plan)
      if (plan.isPendingFirst) tellCommission(execution, true)
      if (plan.commissionMs === 0) tellCommission(execution, false)
      else desk().timeline.after(plan.commissionMs, () => tellCommission(execution, false))
      repeat(execution, plan)
      if (plan.correctionMs !== null) correctLater(execution, plan.correctionMs)
      return sentAt
    },
  }
}

/** Whoever placed an order also hears of its cancellation as an error, whatever has ended it. */
function tellOrder(session: Session, order: Order): void {
  sendOrder(session, order)
  if (order.status !== 'Cancelled') return
  const orderId = order.isManual ? order.boundId : order.orderId
  if (orderId === null || session.clientId() !== (order.isManual ? 0 : order.clientId)) return
  session.send(error(orderId, 202, 'Order Canceled - reason:'))
}

type Change = Parameters<Desk['broker']['correct']>[1]

/** Another price some ticks away; of bigger fills now and then a smaller quantity too. */
function changeOf(execution: Execution, random: Random): Change {
  const ticks = (1 + random.below(9)) * (random.chance(0.5) ? 1 : -1)
  const moved = execution.price.plus(new D(execution.instrument.minTick).times(ticks))
  const price = moved.isPositive() && !moved.isZero() ? moved : execution.price
  const canShrink = execution.quantity.greaterThan(1) && execution.instrument.step === '1'
  const quantity = canShrink && random.chance(0.25) ? execution.quantity.minus(1) : null
  return { price, quantity }
}
