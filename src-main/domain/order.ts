import type { AccountId, ClientId, ConId, OrderId, PermId, StrategyId } from '#shared/ids.ts'
import { D, ZERO, type Decimal, type Price, type Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Side } from './execution.ts'

/** IB's order states. Source: orderStatus of the TWS API; `Unknown` before any status came. */
export const ORDER_STATUSES = [
  'ApiPending',
  'PendingSubmit',
  'PendingCancel',
  'PreSubmitted',
  'Submitted',
  'ApiCancelled',
  'Cancelled',
  'Filled',
  'Inactive',
  'Unknown',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/**
 * What an openOrder, completedOrder or orderStatus message says of one order. Fields the message
 * does not carry are null: the tracker keeps what it knew.
 */
export type OrderReport = {
  readonly permId: PermId
  readonly clientId: ClientId | null
  readonly orderId: OrderId | null
  readonly account: AccountId | null
  readonly conId: ConId | null
  readonly orderRef: string | null
  readonly side: Side | null
  readonly totalQuantity: Quantity | null
  /** MKT, LMT, STP … as IB spells it. */
  readonly orderType: string | null
  readonly limitPrice: Price | null
  readonly auxiliaryPrice: Price | null
  readonly timeInForce: string | null
  readonly status: OrderStatus | null
  readonly filled: Quantity | null
  readonly remaining: Quantity | null
  readonly averageFillPrice: Price | null
  /** Why the order is held, was rejected or cancelled; null when nothing was said. */
  readonly reason: string | null
}

/** An order as the book knows it: the merge of every report about it. */
export type Order = {
  /** `p<permId>` once known, else `c<clientId>o<orderId>`. */
  readonly key: string
  readonly permId: PermId
  readonly clientId: ClientId | null
  readonly orderId: OrderId | null
  readonly account: AccountId
  readonly conId: ConId | null
  readonly orderRef: string
  readonly strategy: StrategyId
  readonly side: Side | null
  readonly totalQuantity: Quantity | null
  readonly orderType: string | null
  readonly limitPrice: Price | null
  readonly auxiliaryPrice: Price | null
  readonly timeInForce: string | null
  readonly status: OrderStatus
  readonly filled: Quantity | null
  readonly remaining: Quantity | null
  readonly averageFillPrice: Price | null
  readonly reason: string | null
  readonly firstSeenAt: UtcNanos
  readonly updatedAt: UtcNanos
}

/** The key of a report's order: permId is the account-wide identity, once there is one. */
export function orderKey(
  report: Pick<OrderReport, 'permId' | 'clientId' | 'orderId'>,
): string | null {
  if (report.permId !== 0) return `p${report.permId}`
  if (report.clientId === null || report.orderId === null) return null
  return `c${report.clientId}o${report.orderId}`
}

/** Not Inactive: IB says it of rejected orders, but also of held ones that go on later. */
const FINAL: ReadonlySet<OrderStatus> = new Set(['Filled', 'Cancelled', 'ApiCancelled'])

/** Whether nothing more is expected of an order; a fill may still arrive after its cancellation. */
export const isFinal = (status: OrderStatus): boolean => FINAL.has(status)

/**
 * What is known of an order after one more report: what the report says, else what was known. A
 * status that repeats or trails behind a final one changes nothing (IB repeats and reorders them).
 */
export function mergeOrder(known: Order, report: OrderReport, at: UtcNanos): Order {
  const merged: Changing = { ...known, updatedAt: at }
  // Every execution comes by here: field by field, so that nothing is made that is thrown away.
  for (const name of DESCRIBED) takeOver(merged, report, name)
  if (!isBehind(known, report)) for (const name of QUANTITIES) takeOver(merged, report, name)
  if (report.permId !== 0) merged.permId = report.permId
  merged.status = laterStatus(known.status, report.status)
  merged.remaining = remainingOf(merged, report.remaining === null ? known : null)
  return isSameOrder(known, merged) ? known : merged
}

/** An order that is being made, and nobody has seen. */
type Changing = { -readonly [Name in keyof Order]: Order[Name] }

const QUANTITIES = ['filled', 'remaining', 'averageFillPrice'] as const
/** What a report may say besides quantities, its permId and the status. */
const DESCRIBED = [
  ...(['clientId', 'orderId', 'account', 'conId', 'orderRef', 'side', 'totalQuantity'] as const),
  ...(['orderType', 'limitPrice', 'auxiliaryPrice', 'timeInForce', 'reason'] as const),
] as const

type Said = (typeof DESCRIBED | typeof QUANTITIES)[number]

/** A field the report does carry. */
function takeOver(to: Record<Said, unknown>, report: OrderReport, name: Said): void {
  const said = report[name]
  if (said !== null) to[name] = said
}

/**
 * What is still to be filled: the total less what is filled, for an execution says the one and
 * knows nothing of the other. Without a total it is what was said to remain, less what has been
 * filled since `before`; null where nothing was ever said.
 */
function remainingOf(order: Order, before: Order | null): Quantity | null {
  const { totalQuantity, filled, remaining } = order
  if (totalQuantity !== null && filled !== null) return atLeastNothing(totalQuantity.minus(filled))
  if (remaining === null || filled === null || before === null) return remaining
  return atLeastNothing(remaining.minus(filled.minus(before.filled ?? ZERO)))
}

/** An order that was made smaller may have been filled beyond what it is now. */
const atLeastNothing = (left: Decimal): Quantity => D.max(left, ZERO) as Quantity

/** A repeated status may come after a later one: what is filled never shrinks. */
const isBehind = (known: Order, report: OrderReport): boolean =>
  known.filled !== null && report.filled !== null && report.filled.lessThan(known.filled)

function laterStatus(known: OrderStatus, said: OrderStatus | null): OrderStatus {
  if (said === null || said === 'Unknown') return known
  return isFinal(known) && !isFinal(said) ? known : said
}

function isSameOrder(a: Order, b: Order): boolean {
  const isSaid = (name: keyof Order): boolean => isSame(a[name], b[name])
  return DESCRIBED.every(isSaid) && QUANTITIES.every(isSaid) && isSaid('permId') && isSaid('status')
}

const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (D.isDecimal(a) && D.isDecimal(b) && a.equals(b))
