import { decimal } from '#shared/money.ts'
import type { DeskState } from './desk-state.ts'
import { holdingOf, symbolHolding } from './holding.ts'
import { sinceThen, type Past, type PastHolding, type PastRow } from './past.ts'
import { treeSource, type Sortable } from './sources.ts'
import type { Line, TableSource } from './table.ts'

const pastHolding = (rows: readonly [PastRow, ...PastRow[]]): PastHolding => ({
  ...(rows.length === 1 ? holdingOf(rows[0]) : symbolHolding(rows)),
  ...sinceThen(rows),
})

const isSome = (rows: readonly PastRow[]): rows is readonly [PastRow, ...PastRow[]] =>
  rows.length > 0

const holdings = new WeakMap<Past['byKey'], Map<string, PastHolding>>()

/** The holding a line stands for; the same object for as long as the answer stands. */
export function readPast({ past }: DeskState, line: Line): PastHolding | undefined {
  const known = holdings.get(past.byKey) ?? new Map<string, PastHolding>()
  holdings.set(past.byKey, known)
  const was = known.get(line.key)
  if (was !== undefined) return was
  const keys = line.level === 1 ? line.parts : [line.key]
  const rows = keys.flatMap((key) => past.byKey.get(key) ?? [])
  if (!isSome(rows)) return undefined
  const made =
    line.level === 1
      ? { ...symbolHolding(rows), ...sinceThen(rows) }
      : { ...holdingOf(rows[0]), ...sinceThen(rows) }
  known.set(line.key, made)
  return made
}

const isOpen = ({ quantity, quantityNow }: PastRow): boolean =>
  !decimal(quantity).isZero() || !decimal(quantityNow).isZero()

export const pastSource = (columns: readonly Sortable<PastHolding>[]): TableSource =>
  treeSource<PastRow, PastHolding>(columns, {
    rows: ({ past }) => [...past.byKey.values()].filter((row) => past.hasClosed || isOpen(row)),
    holding: pastHolding,
    shape: (state) => state.past.shape,
  })
