import { splitExecId, type Execution } from '#domain/execution.ts'
import type { Fill } from '#domain/fill.ts'
import type { Order } from '#domain/order.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import type { Position } from '#domain/position.ts'
import type { CommissionRecord, ExecutionRecord, PositionRecord } from '#ports/ledger.ts'
import type { PriceQuote } from '#ports/broker.ts'
import type { Instrument, SecType } from '#shared/instrument.ts'
import type { Decimal } from '#shared/money.ts'
import { nanosOf } from '#shared/time.ts'
import type { Row } from './columns.ts'

/** What one thing of the domain looks like as a row; the order of cells is the table's. */

const executionCells = (execution: Execution, secType: SecType, multiplier: Decimal): Row => [
  execution.account,
  execution.conId,
  secType,
  multiplier,
  execution.side,
  execution.shares,
  execution.price,
  execution.executedAt,
  execution.executedAtText,
  execution.exchange,
  execution.orderId,
  execution.permId,
  execution.clientId,
  execution.orderRef,
  execution.cumulativeQuantity,
  execution.averagePrice,
  execution.isPriceProvisional,
  execution.liquidity,
  execution.modelCode,
]

export function executionRow(record: ExecutionRecord): Row {
  const { execution, instrument } = record
  const { root, revision } = splitExecId(execution.execId)
  return [
    execution.execId,
    root,
    revision,
    ...executionCells(execution, instrument.secType, instrument.multiplier),
    record.source,
    record.recordedAt,
  ]
}

export const fillRow = (fill: Fill): Row => [
  fill.fillId,
  fill.execution.execId,
  fill.revision,
  ...executionCells(fill.execution, fill.secType, fill.multiplier),
  fill.strategy,
  fill.attributedBy,
  fill.charge?.amount ?? null,
  fill.charge?.currency ?? null,
  fill.charge?.revision ?? null,
  fill.realizedPoints,
]

export const commissionRow = ({ report, recordedAt, isOrphan }: CommissionRecord): Row => [
  report.execId,
  recordedAt,
  report.commission,
  report.currency,
  report.realizedPnl,
  isOrphan,
]

export const orderRow = (order: Order): Row => [
  order.updatedAt,
  order.key,
  order.permId,
  order.clientId,
  order.orderId,
  order.account,
  order.conId,
  order.orderRef,
  order.strategy,
  order.side,
  order.totalQuantity,
  order.orderType,
  order.limitPrice,
  order.auxiliaryPrice,
  order.timeInForce,
  order.status,
  order.filled,
  order.remaining,
  order.averageFillPrice,
  order.reason,
  order.firstSeenAt,
]

export const contractRow = (instrument: Instrument): Row => [
  instrument.conId,
  instrument.symbol,
  instrument.localSymbol,
  instrument.secType,
  instrument.currency,
  instrument.exchange,
  instrument.primaryExchange,
  instrument.tradingClass,
  instrument.multiplier,
  instrument.priceMagnifier,
  instrument.minTick,
  instrument.expiry,
  instrument.strike,
  instrument.right,
  instrument.longName,
]

export const positionRow = ({ position, commissionsPending, changedAt }: PositionRecord): Row => [
  position.strategy,
  position.conId,
  position.quantity,
  position.cost,
  position.realizedPoints,
  position.isCostKnown,
  position.isRealizedKnown,
  position.lastSlot?.at ?? null,
  position.lastSlot?.permId ?? null,
  position.lastSlot?.cumulative ?? null,
  position.lastSlot?.root ?? null,
  commissionsPending,
  changedAt,
]

export const strategyPositionRow = (at: bigint, position: Position): Row => [
  at,
  position.strategy,
  position.conId,
  position.quantity,
  position.cost,
  position.realizedPoints,
]

export const adjustmentRow = (adjustment: Adjustment): Row => [
  adjustment.id,
  adjustment.kind,
  adjustment.strategy,
  adjustment.conId,
  adjustment.effectiveAt,
  adjustment.quantity,
  adjustment.cost,
  adjustment.author,
  adjustment.reason,
  adjustment.reverses,
  adjustment.recordedAt,
  adjustment.command,
  adjustment.breakId,
  adjustment.ratio?.to ?? null,
  adjustment.ratio?.from ?? null,
  adjustment.standsFor?.permId ?? null,
  adjustment.standsFor?.filled ?? null,
  adjustment.standsFor?.averagePrice ?? null,
]

export const priceRow = (quote: PriceQuote): Row => [
  quote.conId,
  quote.price,
  quote.source,
  nanosOf(quote.at),
]
