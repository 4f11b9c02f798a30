import { execRoot, type AccountId, type ClientId, type ConId, type ExecId } from '#shared/ids.ts'
import type { ExecRoot, OrderId, PermId } from '#shared/ids.ts'
import type { Money, Price, Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'

export type Side = 'buy' | 'sell'

/** How an execution reached the book: IB's socket, or a Flex statement imported later. */
export type ExecutionSource = 'ib' | 'flex'

/**
 * One execution at one revision, as the broker reported it.
 * Source: execDetails of the TWS API (Execution, Contract).
 */
export type Execution = {
  readonly execId: ExecId
  readonly account: AccountId
  readonly conId: ConId
  readonly side: Side
  /** Always positive; the side gives the sign. */
  readonly shares: Quantity
  /** As quoted, in the instrument's currency × its price magnifier. */
  readonly price: Price
  /** UTC; IB's resolution is one second. */
  readonly executedAt: UtcNanos
  /** The time as IB wrote it, zone included, such as `20261121 10:00:05 US/Eastern`. */
  readonly executedAtText: string
  /** The venue. */
  readonly exchange: string
  /** 2147483647 for orders typed by hand into TWS. */
  readonly orderId: OrderId
  /** 0 where the broker gave none. */
  readonly permId: PermId
  readonly clientId: ClientId
  /** The tag the order carried; empty when it had none. */
  readonly orderRef: string
  /** Running total of the order after this execution. */
  readonly cumulativeQuantity: Quantity
  /** Average price of the order after this execution, without commission; null if not sent. */
  readonly averagePrice: Price | null
  /** True while the venue may still correct the price. */
  readonly isPriceProvisional: boolean
  /** 0 unknown, 1 added liquidity, 2 removed, 3 routed out. */
  readonly liquidity: number
  readonly modelCode: string
}

/** That an execution was told: enough to ask whether the book has it, and small enough to keep. */
export type ToldExecution = Pick<Execution, 'execId' | 'account' | 'conId'>

/** What the broker charged for one execution. Source: commissionReport of the TWS API. */
export type CommissionReport = {
  readonly execId: ExecId
  /** Positive is a cost, negative a rebate; null while the broker has not determined it (-1). */
  readonly commission: Money | null
  /** The commission's own currency, which need not be the instrument's. */
  readonly currency: string
  /** The broker's realized P&L on its own, account-level cost; null on opening fills. */
  readonly realizedPnl: Money | null
}

/** Digits to the end from `start` on, and at least one. */
function isNumber(text: string, start: number): boolean {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return start < text.length
}

/**
 * An exec id is a root and, after its last dot, a revision: a correction repeats the root with a
 * higher revision. An id whose last segment is no number (or that has no dot) is all root.
 * Source: the TWS API reference of Execution.execId.
 */
export function splitExecId(id: ExecId): { readonly root: ExecRoot; readonly revision: number } {
  const dot = id.lastIndexOf('.')
  if (dot <= 0 || !isNumber(id, dot + 1)) return { root: execRoot(id), revision: 0 }
  return { root: execRoot(id.slice(0, dot)), revision: Number(id.slice(dot + 1)) }
}
