import type { CommissionReport, Execution, Side } from '#domain/execution.ts'
import type { Charge, Fill, FoldedFill } from '#domain/fill.ts'
import type { Order, OrderStatus } from '#domain/order.ts'
import type { Adjustment, SplitRatio, StoodFor } from '#domain/adjustment.ts'
import type { Position } from '#domain/position.ts'
import type { Slot } from '#domain/slot.ts'
import type { PriceQuote, PriceSource } from '#ports/broker.ts'
import {
  accountId,
  clientId,
  conId,
  execId,
  execRoot,
  orderId,
  permId,
  strategyId,
} from '#shared/ids.ts'
import type { Instrument, SecType } from '#shared/instrument.ts'
import type { Money, Price, Quantity } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'
import type { RowReader } from './columns.ts'

/** What one row of the ledger means. */

const nullable = <From, To>(value: From | null, to: (value: From) => To): To | null =>
  value === null ? null : to(value)

/** What of an execution a position is folded from. */
export const readFolded = (row: RowReader): FoldedFill['execution'] => ({
  conId: conId(row.number('con_id')),
  side: row.text('side') as Side,
  shares: row.decimal('shares') as Quantity,
  price: row.decimal('price') as Price,
  executedAt: row.moment('executed_at'),
  permId: permId(row.number('perm_id')),
  cumulativeQuantity: row.decimal('cumulative_quantity') as Quantity,
})

const readExecution = (row: RowReader): Execution => ({
  ...readFolded(row),
  execId: execId(row.text('exec_id')),
  account: accountId(row.text('account')),
  executedAtText: row.text('executed_at_text'),
  exchange: row.text('exchange'),
  orderId: orderId(row.number('order_id')),
  clientId: clientId(row.number('client_id')),
  orderRef: row.text('order_ref'),
  averagePrice: row.decimalOrNull('average_price') as Price | null,
  isPriceProvisional: row.flag('is_price_provisional'),
  liquidity: row.number('liquidity'),
  modelCode: row.text('model_code'),
})

export function readFill(row: RowReader): Fill {
  return {
    fillId: execRoot(row.text('fill_id')),
    revision: row.number('revision'),
    execution: readExecution(row),
    secType: row.text('sec_type') as SecType,
    multiplier: row.decimal('multiplier'),
    strategy: strategyId(row.text('strategy')),
    attributedBy: row.text('attributed_by'),
    charge: readCharge(row),
    realizedPoints: row.decimalOrNull('realized_points'),
  }
}

export function readCharge(row: RowReader): Charge | null {
  const amount = row.decimalOrNull('commission') as Money | null
  if (amount === null) return null
  const currency = row.text('commission_currency')
  return { amount, currency, revision: row.number('commission_revision') }
}

export const readOrder = (row: RowReader): Order => ({
  key: row.text('order_key'),
  permId: permId(row.number('perm_id')),
  clientId: nullable(row.numberOrNull('client_id'), clientId),
  orderId: nullable(row.numberOrNull('order_id'), orderId),
  account: accountId(row.text('account')),
  conId: nullable(row.numberOrNull('con_id'), conId),
  orderRef: row.text('order_ref'),
  strategy: strategyId(row.text('strategy')),
  side: row.textOrNull('side') as Side | null,
  totalQuantity: row.decimalOrNull('total_quantity') as Quantity | null,
  orderType: row.textOrNull('order_type'),
  limitPrice: row.decimalOrNull('limit_price') as Price | null,
  auxiliaryPrice: row.decimalOrNull('auxiliary_price') as Price | null,
  timeInForce: row.textOrNull('time_in_force'),
  status: row.text('status') as OrderStatus,
  filled: row.decimalOrNull('filled') as Quantity | null,
  remaining: row.decimalOrNull('remaining') as Quantity | null,
  averageFillPrice: row.decimalOrNull('average_fill_price') as Price | null,
  reason: row.textOrNull('reason'),
  firstSeenAt: row.moment('first_seen_at'),
  updatedAt: row.moment('ts'),
})

export const readInstrument = (row: RowReader): Instrument => ({
  conId: conId(row.number('con_id')),
  symbol: row.text('symbol'),
  localSymbol: row.text('local_symbol'),
  secType: row.text('sec_type') as SecType,
  currency: row.text('currency'),
  exchange: row.text('exchange'),
  primaryExchange: row.text('primary_exchange'),
  tradingClass: row.text('trading_class'),
  multiplier: row.decimal('multiplier'),
  priceMagnifier: row.numberOrNull('price_magnifier'),
  minTick: row.decimalOrNull('min_tick'),
  expiry: row.textOrNull('expiry'),
  strike: row.decimalOrNull('strike'),
  right: row.textOrNull('put_or_call') as Instrument['right'],
  longName: row.textOrNull('long_name'),
})

export const readPosition = (row: RowReader): Position => ({
  strategy: strategyId(row.text('strategy')),
  conId: conId(row.number('con_id')),
  quantity: row.decimal('quantity') as Quantity,
  cost: row.decimal('cost'),
  realizedPoints: row.decimal('realized_points'),
  isCostKnown: row.flag('is_cost_known'),
  isRealizedKnown: row.flag('is_realized_known'),
  lastSlot: readSlot(row),
})

function readSlot(row: RowReader): Slot | null {
  const at = row.momentOrNull('last_at')
  if (at === null) return null
  return {
    at,
    permId: row.number('last_perm_id'),
    cumulative: row.decimal('last_cumulative'),
    root: row.text('last_root'),
  }
}

function readRatio(row: RowReader): SplitRatio | null {
  const [to, from] = [row.decimalOrNull('ratio_to'), row.decimalOrNull('ratio_from')]
  return to === null || from === null ? null : { to, from }
}

function readStoodFor(row: RowReader): StoodFor | null {
  const order = row.numberOrNull('order_perm_id')
  if (order === null) return null
  return {
    permId: permId(order),
    filled: row.decimal('order_filled') as Quantity,
    averagePrice: row.decimal('order_average_price') as Price,
  }
}

export const readAdjustment = (row: RowReader): Adjustment => ({
  id: row.text('id'),
  kind: row.text('kind') as Adjustment['kind'],
  strategy: strategyId(row.text('strategy')),
  conId: conId(row.number('con_id')),
  effectiveAt: row.moment('effective_at'),
  quantity: row.decimal('quantity') as Quantity,
  cost: row.decimalOrNull('cost'),
  ratio: readRatio(row),
  standsFor: readStoodFor(row),
  command: row.text('command'),
  breakId: row.textOrNull('break_id'),
  author: row.text('author'),
  reason: row.text('reason'),
  reverses: row.textOrNull('reverses'),
  recordedAt: row.moment('recorded_at'),
})

export const readCommission = (row: RowReader): CommissionReport => ({
  execId: execId(row.text('exec_id')),
  commission: row.decimalOrNull('commission') as Money | null,
  currency: row.text('currency'),
  realizedPnl: row.decimalOrNull('realized_pnl') as Money | null,
})

export const readPrice = (row: RowReader): PriceQuote => ({
  conId: conId(row.number('con_id')),
  price: row.decimal('price') as Price,
  source: row.text('source') as PriceSource,
  at: millisOf(row.moment('priced_at')),
})
