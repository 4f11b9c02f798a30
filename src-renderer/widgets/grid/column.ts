import type { Tone } from '../../format/number.ts'
import type { TableChoice } from '#shared/api/workspace.ts'
import type { SortValue } from '../../stores/table.ts'

/** What a cell needs besides its row. */
export type CellContext = {
  /** A moment of the last second, for what depends on today. */
  readonly now: number
  /** False while the screen shows what was, not what is. */
  readonly isFresh: boolean
  /** When the values were taken that the day's P&L is measured from; null: there are none yet. */
  readonly daySince: number | null
}

export type Cell = {
  readonly text: string
  readonly tone?: Tone | 'muted' | 'stale' | 'warning'
  /** A short word or glyph beside the text: `mark`, `rev 2`. */
  readonly badge?: string
}

export type Column<Row> = {
  readonly id: string
  readonly title: string
  /** `select`: a box that chooses the row; `action`: its text is what a press there does. */
  readonly kind?: 'select' | 'action'
  /** Its title in full, where it is an abbreviation. */
  readonly titleTip?: string
  readonly width: number
  /** How eagerly it takes of the spare width, for its own width; 1 unless said otherwise. */
  readonly grow?: number
  readonly align: 'left' | 'right'
  /** 0 stays however narrow the panel is; of the others the highest leaves first. */
  readonly rank: number
  readonly cell: (row: Row, context: CellContext) => Cell
  /** Where it is from, as of when. */
  readonly tip: (row: Row, context: CellContext) => string
  /** Plain text for the clipboard: digits unrounded and ungrouped; empty is unknown. */
  readonly copy: (row: Row) => string
  readonly sort: (row: Row) => SortValue
}

/** What the trader chose of a table's columns. */
type Choice = Pick<TableChoice, 'hidden' | 'pinned'>

/**
 * The columns to show: those that stay however narrow the panel is, and of the others as many as
 * there is room for. Hidden ones never come, pinned ones stay; one column is always left.
 */
export function fittingColumns<Row>(
  columns: readonly Column<Row>[],
  width: number,
  { hidden, pinned }: Choice = { hidden: [], pinned: [] },
): readonly Column<Row>[] {
  const offered = columns.filter((each, index) => index === 0 || !hidden.includes(each.id))
  const stays = (each: Column<Row>) => each.rank === 0 || pinned.includes(each.id)
  let spare = width - offered.filter(stays).reduce((sum, each) => sum + each.width, 0)
  const optional = offered
    .filter((each) => !stays(each))
    .toSorted((left, right) => left.rank - right.rank)
  const shown = new Set<string>()
  for (const column of optional) {
    if (column.width > spare) break
    spare -= column.width
    shown.add(column.id)
  }
  return offered.filter((column) => stays(column) || shown.has(column.id))
}

/** The column of boxes that choose rows: for tables whose rows are acted upon together. */
export const selectColumn = <Row>(): Column<Row> => ({
  ...{ id: 'select', title: 'Select', kind: 'select', width: 32, grow: 1, align: 'left', rank: 0 },
  cell: () => ({ text: '' }),
  tip: () => 'Space selects the row.',
  copy: () => '',
  sort: () => null,
})

/** The CSS grid template of these columns. */
export const templateOf = <Row>(columns: readonly Column<Row>[]): string =>
  columns.map(({ width, grow = 1 }) => `minmax(${width}px, ${width * grow}fr)`).join(' ')

/** A text cell a spreadsheet would run as a formula is quoted; a number is left alone. */
function plain(text: string): string {
  const oneLine = text.replace(/[\t\r\n]+/g, ' ')
  const isNumber = /^-?\d+(\.\d+)?$/.test(oneLine)
  return !isNumber && /^[=+\-@]/.test(oneLine) ? `'${oneLine}` : oneLine
}

/** Tab-separated values, as spreadsheets paste them. */
export function tabSeparated<Row>(all: readonly Column<Row>[], rows: readonly Row[]): string {
  const columns = all.filter(({ kind }) => kind === undefined)
  const head = columns.map((column) => column.title)
  const body = rows.map((row) => columns.map((column) => plain(column.copy(row))))
  return [head, ...body].map((cells) => cells.join('\t')).join('\n')
}
