import type { Fill } from '#domain/fill.ts'
import type { Order } from '#domain/order.ts'
import type { Position } from '#domain/position.ts'
import type { ExecutionRecord, PositionRecord } from '#ports/ledger.ts'
import { clientId, execId, orderId, permId, strategyId } from '#shared/ids.ts'
import { D, money, price, quantity } from '#shared/money.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'
import {
  aFill,
  anExecution,
  anInstrument,
  anOrder,
  MOMENTUM,
  OPENED_AT,
  secondsIn,
  SPY,
} from '../../fakes/builders.ts'

/** Rows at the edge of what a ledger can hold: finest, largest, longest, emptiest. */

export const FINEST = '-12345678901234567890.123456789012345678'
export const SMALLEST = '0.000000000000000001'
export const LONG = 'Zürich “größer als zwölf Bytes” 東京証券取引所 🦉'

export const oddExecution = anExecution({
  execId: execId('0000e0d5.6560a1b2.03.02'),
  side: 'sell',
  shares: quantity('12345678901234567890.123456789012345678'),
  price: price(FINEST),
  executedAt: utcNanos(OPENED_AT + 123_456_789n),
  executedAtText: LONG,
  exchange: LONG,
  orderId: orderId(2_147_483_647),
  permId: permId(9_007_199_254_740_991),
  clientId: clientId(0),
  orderRef: LONG,
  averagePrice: price(SMALLEST),
  isPriceProvisional: true,
  liquidity: 3,
  modelCode: LONG,
})
export const oddFill: Fill = aFill(oddExecution, {
  secType: 'OPT',
  multiplier: new D('100.5'),
  strategy: strategyId(LONG),
  attributedBy: 'rule 12',
  charge: { amount: money(`-${SMALLEST}`), currency: 'CHF', revision: 2 },
  realizedPoints: new D(FINEST),
})
export const bareOrder: Order = {
  ...anOrder({ key: 'c7o2', permId: permId(0), clientId: null, orderId: null, conId: null }),
  side: null,
  totalQuantity: null,
  orderType: null,
  limitPrice: null,
  timeInForce: null,
  status: 'Unknown',
  filled: null,
  remaining: null,
  orderRef: '',
  firstSeenAt: secondsIn(1),
  updatedAt: secondsIn(1),
}
export const fullOrder = anOrder({
  auxiliaryPrice: price(FINEST),
  averageFillPrice: price(SMALLEST),
  reason: LONG,
  firstSeenAt: utcNanos(OPENED_AT + 1n),
  updatedAt: secondsIn(2),
})
export const bareInstrument = anInstrument({ priceMagnifier: null, minTick: null, longName: null })
export const option = anInstrument({
  conId: 11 as typeof SPY,
  secType: 'OPT',
  localSymbol: LONG,
  multiplier: new D(SMALLEST),
  priceMagnifier: 100,
  expiry: '20261218',
  strike: new D(FINEST),
  right: 'put',
  longName: LONG,
})
export const position = (over: Partial<Position> = {}): Position => ({
  strategy: MOMENTUM,
  conId: SPY,
  quantity: quantity('-0.5'),
  cost: new D(FINEST),
  realizedPoints: new D(SMALLEST),
  isCostKnown: false,
  isRealizedKnown: false,
  lastSlot: {
    at: secondsIn(4),
    permId: -1,
    cumulative: new D('1.5'),
    root: LONG,
  },
  ...over,
})
export const records: readonly PositionRecord[] = [
  {
    position: position(),
    commissions: new Map([
      ['USD', money('-1.25')],
      ['EUR', money(SMALLEST)],
    ]),
    commissionsPending: 3,
    changedAt: utcNanos(OPENED_AT + 7n),
  },
  {
    position: position({ strategy: strategyId('flat'), isCostKnown: true, lastSlot: null }),
    commissions: new Map(),
    commissionsPending: 0,
    changedAt: OPENED_AT,
  },
]
export const journal = [
  {
    seq: 1,
    at: secondsIn(1),
    author: 'truebook',
    command: 'opening.proposed',
    ...said('proposed'),
  },
  { seq: 2, at: secondsIn(2), author: LONG, command: 'something.else', ...said(LONG) },
]
function said(outcome: string) {
  return { outcome, detail: LONG }
}

export const executionRecord = (
  fill: Fill,
  recordedAt: UtcNanos,
  source: ExecutionRecord['source'] = 'ib',
): ExecutionRecord => ({
  execution: fill.execution,
  instrument: anInstrument({ secType: fill.secType, multiplier: fill.multiplier }),
  recordedAt,
  source,
})
