import { createStore } from 'zustand/vanilla'
import type { AsOfView, PastPosition } from '#shared/api/as-of-views.ts'
import type { PositionRow } from '#shared/api/views.ts'
import { D, decimal, text, type DecimalString } from '#shared/money.ts'
import type { Holding, Sum } from './holding.ts'

/** A position as it was, and what has come since; nothing of it ticks. */
export type PastRow = PositionRow &
  Pick<PastPosition, 'quantityNow' | 'quantitySince' | 'realizedSince'>

/** A line of the past: a strategy's holding, or a symbol's. */
export type PastHolding = Holding & {
  readonly quantityNow: DecimalString
  readonly quantitySince: DecimalString
  readonly realizedSince: Sum
}

/** What the core answered of the past. */
export type Past = {
  readonly byKey: ReadonlyMap<string, PastRow>
  /** Grows whenever rows come or go. */
  readonly shape: number
  /** Null until it was asked. */
  readonly view: Omit<AsOfView, 'positions'> | null
  /** Shows also what was closed by then and is closed now. */
  readonly hasClosed: boolean
}

export const NO_PAST: Past = { byKey: new Map(), shape: 0, view: null, hasClosed: false }

/** What is being asked for; it stays while the panel is out of sight. */
export const pastDraft = createStore<{
  readonly moment: string
  readonly known: AsOfView['known']
}>(() => ({ moment: '', known: 'now' }))

const rowOf = ({ price, changedAt, ...position }: PastPosition): PastRow => ({
  ...position,
  ...{ last: price, lastSource: null, lastAt: null, lastIsStale: false },
  ...{ fxRate: null, marketValueBase: null, unrealizedBase: null, realizedBase: null },
  ...{ daily: null, dailyBase: null },
  ...{ navPercent: null, exposurePercent: null },
  changedAt: changedAt ?? 0,
})

export function pastOf({ positions, ...view }: AsOfView, was: Past): Past {
  const byKey = new Map(positions.map((position) => [position.key, rowOf(position)]))
  return { ...was, byKey, view, shape: was.shape + 1 }
}

const sum = (values: readonly DecimalString[]): DecimalString =>
  text(values.reduce((all, each) => all.plus(decimal(each)), new D(0)))

function sumOf(values: readonly (DecimalString | null)[]): Sum {
  const known = values.filter((each) => each !== null)
  const total = sum(known)
  const unknown = values.length - known.length
  return { value: unknown === 0 ? total : null, known: total, unknown }
}

/** What has come since, of one strategy or of several together. */
export const sinceThen = (rows: readonly PastRow[]) => ({
  quantityNow: sum(rows.map((row) => row.quantityNow)),
  quantitySince: sum(rows.map((row) => row.quantitySince)),
  realizedSince: sumOf(rows.map((row) => row.realizedSince)),
})
