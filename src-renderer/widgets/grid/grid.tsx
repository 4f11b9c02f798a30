import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { useStore } from 'zustand'
import { choices, tableChoiceOf } from '../../stores/choices.ts'
import type { Line, Table } from '../../stores/table.ts'
import { useWorkspace } from '../../workspace/context.ts'
import { hideTip, showTip } from '../tooltip.tsx'
import { useActiveCell } from './active-cell.ts'
import { contextAt, useCellContext } from './cell-context.ts'
import { fittingColumns, templateOf, type Column } from './column.ts'
import { Details, type Detailed } from './details.tsx'
import { GridHeader } from './header.tsx'
import { useGridMenu } from './grid-menu.ts'
import type { GridProps } from './props.ts'
import { GridRow } from './row.tsx'
import { ROW_HEIGHT, useDrawn, useScrolled, useWidth } from './shape.ts'

/** Says of the cell under the pointer where its number is from. */
function useCellTips<Row>(props: GridProps<Row>, columns: readonly Column<Row>[]) {
  const { store } = useWorkspace().desk
  const { read, table } = props
  const tipOf = (line: Line, column: Column<Row>) => (): string => {
    const state = store.getState()
    const row = read(state, line)
    return row === undefined ? '' : column.tip(row, contextAt(state, 0))
  }
  const show = (cell: Element | null, delayMs?: number) => {
    const index = cell?.closest('[data-line]')?.getAttribute('data-line')
    const line = table.store.getState().lines[Number(index)]
    const column = columns[Number(cell?.getAttribute('data-column'))]
    if (cell === null || line === undefined || column === undefined) return
    showTip(cell, tipOf(line, column), delayMs)
  }
  const onMouseOver = (event: React.MouseEvent) =>
    show((event.target as Element).closest('[data-column]'))
  return { show, onMouseOver }
}

/** The place of a cell, from what was pressed inside it. */
function placeAt(target: Element) {
  const column = target.closest('[data-column]')?.getAttribute('data-column') ?? 0
  const row = target.closest('[data-line]')?.getAttribute('data-line') ?? -1
  return { row: Number(row), column: Number(column) }
}

type BodyProps<Row> = {
  readonly grid: GridProps<Row>
  readonly columns: readonly Column<Row>[]
  readonly drawn: ReturnType<typeof useDrawn>
  readonly cell: ReturnType<typeof useActiveCell>
  readonly onMouseOver: (event: React.MouseEvent) => void
  readonly onDetails: (line: Line) => void
}

/**
 * A press moves to the cell; with Ctrl or on its box it chooses the row, with Shift every row up to
 * it. Where a row can be opened any other press opens it, and what is chosen stays so.
 */
function onPress<Row>(event: React.MouseEvent, props: BodyProps<Row>): void {
  const { grid, cell, columns } = props
  const place = placeAt(event.target as Element)
  const { table } = grid
  const { lines, active } = table.store.getState()
  const line = lines[place.row]
  if (!event.shiftKey) cell.goTo(place)
  if (line === undefined) return
  const isChoosing = event.ctrlKey || event.metaKey || columns[place.column]?.kind === 'select'
  if (event.shiftKey) table.selectRange(active.row, line.key)
  else if (isChoosing) table.toggleSelected(line.key)
  else if (grid.onOpen === undefined) table.clearSelected()
  else if (event.detail < 2) props.onDetails(line)
}

function GridBody<Row>(props: BodyProps<Row>) {
  const { grid, columns, drawn, cell } = props
  const { id, table, read, isTree = false } = grid
  const lines = useStore(table.store, (state) => state.lines)
  const selected = useStore(table.store, (state) => state.selected)
  const context = useCellContext()
  const toggle = useCallback(
    (line: Line) => table.setExpanded(line.key, line.isExpanded !== true),
    [table],
  )
  useEffect(() => () => table.setPointerInside(false), [table])
  return (
    <div
      role="rowgroup"
      className="grid-body"
      style={{ height: drawn.getTotalSize() }}
      onPointerEnter={() => table.setPointerInside(true)}
      onPointerLeave={() => table.setPointerInside(false)}
      onMouseOver={props.onMouseOver}
      onMouseLeave={hideTip}
      onClick={(event) => onPress(event, props)}
      onDoubleClick={(event) => {
        const line = lines[placeAt(event.target as Element).row]
        if (line !== undefined && grid.onOpen === undefined) props.onDetails(line)
      }}
    >
      {drawn.getVirtualItems().map(({ index, start }) => {
        const line = lines[index]
        return line === undefined ? null : (
          <GridRow
            key={line.key}
            {...{ gridId: id, line, index, top: start, columns, read, context, isTree }}
            active={cell.place.row === index ? cell.place.column : null}
            isSelected={selected.has(line.key)}
            onToggle={toggle}
          />
        )
      })}
    </div>
  )
}

/** Brings the active cell into view and focuses the table whenever something asked for it. */
function useRevealed(scroller: RefObject<HTMLElement | null>, table: Table, show: () => void) {
  const revealed = useStore(table.store, (state) => state.revealed)
  const seen = useRef(0)
  useEffect(() => {
    if (revealed === seen.current) return
    seen.current = revealed
    show()
    scroller.current?.focus()
  }, [revealed, scroller, show])
}

const AT_REST_MS = 250

/** Tells which lines are in sight once scrolling rests, and that none is when the table goes. */
function useSeen(
  onSeen: ((lines: readonly Line[]) => void) | undefined,
  lines: readonly Line[],
  range: { readonly startIndex: number; readonly endIndex: number } | null,
) {
  const [first, last] = [range?.startIndex ?? 0, range?.endIndex ?? -1]
  useEffect(() => {
    if (onSeen === undefined) return
    const timer = setTimeout(() => onSeen(lines.slice(first, last + 1)), AT_REST_MS)
    return () => clearTimeout(timer)
  }, [onSeen, lines, first, last])
  useEffect(() => () => onSeen?.([]), [onSeen])
}

/** Sorts by the column, or chooses every row and, when all are chosen, none. */
function pressHead<Row>(table: Table, column: Column<Row> | undefined): void {
  if (column?.kind !== 'select') {
    table.sortBy(column?.id ?? '')
    return
  }
  const { lines, selected } = table.store.getState()
  const [first, last] = [lines[0], lines.at(-1)]
  if (first === undefined || last === undefined) return
  if (lines.every(({ key }) => selected.has(key))) table.clearSelected()
  else table.selectRange(first.key, last.key)
}

/** Everything a table is made of, from what it shows and how wide it is. */
function useGrid<Row>(props: GridProps<Row>, scroller: RefObject<HTMLDivElement | null>) {
  const { id, table } = props
  const lines = useStore(table.store, (state) => state.lines)
  const activeRow = useStore(table.store, (state) => state.active.row)
  const choice = useStore(choices, (state) => tableChoiceOf(state, id))
  const width = useWidth(scroller)
  const columns = useMemo(
    () => fittingColumns(props.columns, width, choice),
    [props.columns, width, choice],
  )
  useEffect(() => table.setShown(columns.map((column) => column.id)), [table, columns])
  const drawn = useDrawn({ scroller, table, lines, active: activeRow })
  useScrolled(scroller, table)
  useSeen(props.onSeen, lines, drawn.range)
  const [detailed, setDetailed] = useState<Detailed | null>(null)
  const onDetails = (line: Line) => {
    const page = scroller.current?.ownerDocument ?? document
    if (props.onOpen === undefined) setDetailed({ line, page })
    else props.onOpen(line, page)
  }
  const onHead = (column: number) => pressHead(table, columns[column])
  const cell = useActiveCell({
    ...{ table, lines, columns, onDetails, onHead },
    page: () => Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2,
    scrollTo: (row) => drawn.scrollToIndex(row),
  })
  const activeId = `${id}:${lines[cell.place.row]?.key ?? 'head'}:${cell.column}`
  const tips = useCellTips(props, columns)
  useRevealed(scroller, table, () => {
    if (cell.place.row >= 0) drawn.scrollToIndex(cell.place.row, { align: 'center' })
  })
  useEffect(() => {
    const { current } = scroller
    if (current?.matches(':focus-visible') !== true) return
    tips.show(current.ownerDocument.getElementById(activeId), 500)
    // Only a move of the active cell opens the tip; a tick must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [activeId])
  const closeDetails = () => setDetailed(null)
  return {
    lines,
    columns,
    drawn,
    cell,
    activeId,
    tips,
    detailed,
    onHead,
    onDetails,
    closeDetails,
  }
}

/** A table of the book: `grid`, or `treegrid` when its lines open and close. */
export function Grid<Row>(props: GridProps<Row>) {
  const { id, table, label, read } = props
  const scroller = useRef<HTMLDivElement>(null)
  const grid = useGrid(props, scroller)
  const { lines, columns, drawn, cell, onDetails, detailed } = grid
  const sort = useStore(table.store, (state) => state.sort)
  const menu = useGridMenu({ grid: props, columns, cell, onDetails })
  return (
    <div
      ref={scroller}
      role={props.isTree === true ? 'treegrid' : 'grid'}
      aria-label={label}
      aria-rowcount={lines.length + 1}
      aria-colcount={columns.length}
      aria-multiselectable
      aria-activedescendant={grid.activeId}
      tabIndex={0}
      data-focus={id}
      className="grid"
      style={{ '--columns': templateOf(columns) } as React.CSSProperties}
      onKeyDown={(event) => {
        if (!menu.onKeyDown(event)) cell.onKeyDown(event)
      }}
      onContextMenu={menu.onContextMenu}
      onBlur={hideTip}
    >
      <GridHeader
        {...{ gridId: id, columns, sort }}
        active={cell.place.row === -1 ? cell.place.column : null}
        onSort={grid.onHead}
      />
      <GridBody
        {...{ grid: props, columns, drawn, cell, onDetails }}
        onMouseOver={grid.tips.onMouseOver}
      />
      {lines.length === 0 ? props.empty : null}
      {detailed === null ? null : (
        <Details
          {...{ label, detailed, columns: props.columns, read }}
          {...(props.actions === undefined ? {} : { actions: props.actions })}
          onClose={grid.closeDetails}
        />
      )}
    </div>
  )
}
