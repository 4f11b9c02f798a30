import type { CashEntry } from '#domain/cash.ts'
import { splitExecId, type Execution } from '#domain/execution.ts'
import type { Fill } from '#domain/fill.ts'
import type { Order, OrderReport } from '#domain/order.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import {
  accountId,
  clientId,
  conId,
  execId,
  orderId,
  permId,
  strategyId,
  UNATTRIBUTED,
} from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, money, price, quantity } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'

/** 2026-03-02T14:30:00Z, as New York opens. */
export const OPENED_AT = utcNanos(1_772_461_800_000_000_000n)
/** `n` whole seconds into the trading day: IB's resolution. */
export const secondsIn = (n: number) => utcNanos(OPENED_AT + BigInt(n) * 1_000_000_000n)

export const ACCOUNT = accountId('DU1234567')
export const SPY = conId(756733)
export const MOMENTUM = strategyId('momentum')

/** SPY on SMART, its contract details known. */
export const anInstrument = (over: Partial<Instrument> = {}): Instrument => ({
  conId: SPY,
  symbol: 'SPY',
  localSymbol: 'SPY',
  secType: 'STK',
  currency: 'USD',
  exchange: 'SMART',
  primaryExchange: 'ARCA',
  tradingClass: 'SPY',
  multiplier: new D(1),
  priceMagnifier: 1,
  minTick: new D('0.01'),
  expiry: null,
  strike: null,
  right: null,
  longName: 'SPDR S&P 500 ETF TRUST',
  ...over,
})

/** 100 shares bought at 10, the first execution of its order. */
export const anExecution = (over: Partial<Execution> = {}): Execution => ({
  execId: execId('0000e0d5.6560a1b2.01.01'),
  account: ACCOUNT,
  conId: SPY,
  side: 'buy',
  shares: quantity('100'),
  price: price('10'),
  executedAt: OPENED_AT,
  executedAtText: '20260302 09:30:00 US/Eastern',
  exchange: 'ARCA',
  orderId: orderId(1),
  permId: permId(1001),
  clientId: clientId(7),
  orderRef: 'momentum:1',
  cumulativeQuantity: over.shares ?? quantity('100'),
  averagePrice: null,
  isPriceProvisional: false,
  liquidity: 0,
  modelCode: '',
  ...over,
})

/** What a fill is besides its execution. */
type FillOverrides = Partial<Omit<Fill, 'execution' | 'fillId' | 'revision'>>

/** An accepted execution of MOMENTUM, its commission not reported; key and revision follow it. */
export const aFill = (execution: Partial<Execution> = {}, over: FillOverrides = {}): Fill => {
  const executed = anExecution(execution)
  const { root, revision } = splitExecId(executed.execId)
  return {
    fillId: root,
    revision,
    execution: executed,
    secType: 'STK',
    multiplier: new D(1),
    strategy: MOMENTUM,
    attributedBy: 'default',
    charge: null,
    realizedPoints: null,
    ...over,
  }
}

/** What the book counts of executions that came in any order, any number of times. */
export const countedFills = (reported: readonly Fill[]): readonly Fill[] => {
  const counted = new Map<string, Fill>()
  for (const fill of reported) {
    const known = counted.get(fill.fillId)
    if (known === undefined || known.revision < fill.revision) counted.set(fill.fillId, fill)
  }
  return [...counted.values()]
}

/** The opening holding: 100 shares that cost 10 each, before the first fill of the day. */
export const anAdjustment = (over: Partial<Adjustment> = {}): Adjustment => ({
  id: 'opening-1',
  kind: 'opening',
  strategy: UNATTRIBUTED,
  conId: SPY,
  effectiveAt: utcNanos(OPENED_AT - 1n),
  quantity: quantity('100'),
  cost: new D(1000),
  ratio: null,
  standsFor: null,
  command: 'opening',
  breakId: null,
  author: 'truebook',
  reason: 'opening position',
  reverses: null,
  recordedAt: OPENED_AT,
  ...over,
})

/** 100 dollars deposited as the day opens, owned by no strategy. */
export const aCashEntry = (over: Partial<CashEntry> = {}): CashEntry => ({
  id: 'cash-1',
  class: 'deposit',
  currency: 'USD',
  amount: money('100'),
  at: OPENED_AT,
  strategy: null,
  conId: null,
  evidence: 'said by the trader',
  author: 'trader',
  reverses: null,
  recordedAt: OPENED_AT,
  ...over,
})

/** A report that says nothing but which order it is about. */
export const anOrderReport = (over: Partial<OrderReport> = {}): OrderReport => ({
  permId: permId(1001),
  clientId: clientId(7),
  orderId: orderId(1),
  account: null,
  conId: null,
  orderRef: null,
  side: null,
  totalQuantity: null,
  orderType: null,
  limitPrice: null,
  auxiliaryPrice: null,
  timeInForce: null,
  status: null,
  filled: null,
  remaining: null,
  averageFillPrice: null,
  reason: null,
  ...over,
})

/** A working limit order: buy 100 SPY at 10 for MOMENTUM, nothing filled. */
export const anOrder = (over: Partial<Order> = {}): Order => ({
  key: 'p1001',
  permId: permId(1001),
  clientId: clientId(7),
  orderId: orderId(1),
  account: ACCOUNT,
  conId: SPY,
  orderRef: 'momentum:1',
  strategy: MOMENTUM,
  side: 'buy',
  totalQuantity: quantity('100'),
  orderType: 'LMT',
  limitPrice: price('10'),
  auxiliaryPrice: null,
  timeInForce: 'DAY',
  status: 'Submitted',
  filled: quantity('0'),
  remaining: quantity('100'),
  averageFillPrice: null,
  reason: null,
  firstSeenAt: OPENED_AT,
  updatedAt: OPENED_AT,
  ...over,
})
