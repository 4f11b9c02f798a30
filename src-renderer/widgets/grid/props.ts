import type { ReactNode } from 'react'
import type { DeskState } from '../../stores/desk-state.ts'
import type { Line, Table } from '../../stores/table.ts'
import type { Column } from './column.ts'

/** Something that can be done about one row. */
export type RowAction = { readonly label: string; readonly run: () => void }

export type GridProps<Row> = {
  readonly id: string
  readonly label: string
  readonly table: Table
  readonly columns: readonly Column<Row>[]
  /** The row of a line; the same object for as long as nothing in it changes. */
  readonly read: (state: DeskState, line: Line) => Row | undefined
  readonly isTree?: boolean
  /** Opens a line, by a click or Enter, in place of the list of its fields. */
  readonly onOpen?: (line: Line, page: Document) => void
  /** Names of the broker's that are worth copying alone, such as the Exec ID. */
  readonly ids?: readonly { readonly title: string; readonly of: (row: Row) => string }[]
  /**
   * What can be done about a row, in the menu of its cells and below its details; `chosen`: it
   * alone, or all rows that were chosen with it.
   */
  readonly actions?: (row: Row, page: Document, chosen: readonly Row[]) => readonly RowAction[]
  /** Told which lines are in sight, a moment after they have come to rest. */
  readonly onSeen?: (lines: readonly Line[]) => void
  /** What stands in place of rows when there are none. */
  readonly empty: ReactNode
}
