import { memo } from 'react'
import type { DeskState } from '../../stores/desk-state.ts'
import type { Line } from '../../stores/table.ts'
import { useDesk } from '../../workspace/context.ts'
import type { Cell, CellContext, Column } from './column.ts'

export type RowProps<Row> = {
  readonly gridId: string
  readonly line: Line
  readonly index: number
  readonly top: number
  readonly columns: readonly Column<Row>[]
  readonly read: (state: DeskState, line: Line) => Row | undefined
  readonly context: CellContext
  /** The column the keyboard is at, when it is in this row. */
  readonly active: number | null
  readonly isTree: boolean
  readonly isSelected: boolean
  readonly onToggle: (line: Line) => void
}

const classOf = (cell: Cell, align: string, isActive: boolean): string =>
  `cell ${align} ${cell.tone ?? 'none'}${isActive ? ' active' : ''}`

function Expander({ line, onToggle }: Pick<RowProps<unknown>, 'line' | 'onToggle'>) {
  if (line.isExpanded === null) return <span className="expander" aria-hidden />
  return (
    <span className="expander" aria-hidden onClick={() => onToggle(line)}>
      {line.isExpanded ? '▾' : '▸'}
    </span>
  )
}

function SelectBox({ isSelected }: { readonly isSelected: boolean }) {
  return <span aria-hidden className={`select-box${isSelected ? ' chosen' : ''}`} />
}

function Cells<Row>({ props, row }: { readonly props: RowProps<Row>; readonly row: Row }) {
  const { gridId, line, columns, context, active } = props
  const heads = columns.findIndex(({ kind }) => kind === undefined)
  return columns.map((column, index) => {
    const cell = column.cell(row, context)
    const isActive = index === active
    return (
      <div
        key={column.id}
        id={`${gridId}:${line.key}:${column.id}`}
        role={index === heads ? 'rowheader' : 'gridcell'}
        aria-colindex={index + 1}
        data-column={index}
        aria-description={isActive ? column.tip(row, context) : undefined}
        className={`${classOf(cell, column.align, isActive)} ${column.kind ?? ''}`.trimEnd()}
      >
        {column.kind === 'select' ? <SelectBox isSelected={props.isSelected} /> : null}
        {props.isTree && index === 0 ? <Expander {...props} /> : null}
        <span className="cut">{cell.text}</span>
        {cell.badge === undefined || cell.badge === '' ? null : (
          <span className="cell-badge">{cell.badge}</span>
        )}
      </div>
    )
  })
}

function DrawnRow<Row>(props: RowProps<Row>) {
  const { line, index, top, read, isTree, isSelected } = props
  const row = useDesk((state) => read(state, line))
  const tree = isTree
    ? { 'aria-level': line.level, 'aria-expanded': line.isExpanded ?? undefined }
    : {}
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      {...tree}
      data-line={index}
      className={`grid-row level-${line.level}${isTree ? ' tree' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      {row === undefined ? null : <Cells props={props} row={row} />}
    </div>
  )
}

/** One row, subscribed to its own part of the book alone. */
export const GridRow = memo(DrawnRow) as typeof DrawnRow
