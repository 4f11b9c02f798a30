import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type RefObject,
} from 'react'
import { useStore } from 'zustand'
import { isFresh, type DeskState } from '../../stores/desk-state.ts'
import type { Line, Table } from '../../stores/table.ts'
import { useDesk, useMinute, useWorkspace } from '../../workspace/context.ts'
import { hideTip, showTip } from '../tooltip.tsx'
import { useActiveCell } from './active-cell.ts'
import { fittingColumns, templateOf, type Column } from './column.ts'
import { GridHeader } from './header.tsx'
import { GridRow } from './row.tsx'

const ROW_HEIGHT = 24
const HEADER_HEIGHT = 26

export type GridProps<Row> = {
  readonly id: string
  readonly label: string
  readonly table: Table
  readonly columns: readonly Column<Row>[]
  /** The row of a line; the same object for as long as nothing in it changes. */
  readonly read: (state: DeskState, line: Line) => Row | undefined
  readonly isTree?: boolean
  /** What stands in place of rows when there are none. */
  readonly empty: React.ReactNode
}

/** The width inside an element, without its scroll bar. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1000)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return undefined
    const observer = new ResizeObserver(() => setWidth(current.clientWidth))
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return width
}

/** The drawn part of the lines; the active one is always drawn, so that it can be named. */
function useDrawn(
  scroller: RefObject<HTMLDivElement | null>,
  lines: readonly Line[],
  active: string | null,
) {
  const activeIndex = active === null ? -1 : lines.findIndex((line) => line.key === active)
  // The virtualizer is read anew on every drawing; nothing of it is memoized.
  // eslint-disable-next-line react-hooks/incompatible-library
  return useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 6,
    scrollPaddingStart: HEADER_HEIGHT,
    useFlushSync: false,
    rangeExtractor: (range: Range) => {
      const drawn = defaultRangeExtractor(range)
      if (activeIndex < 0 || drawn.includes(activeIndex)) return drawn
      return [...drawn, activeIndex].toSorted((left, right) => left - right)
    },
  })
}

/** Says of the cell under the pointer where its number is from. */
function useCellTips<Row>(props: GridProps<Row>, columns: readonly Column<Row>[]) {
  const { store } = useWorkspace().desk
  const { read, table } = props
  const tipOf = (line: Line, column: Column<Row>) => (): string => {
    const state = store.getState()
    const row = read(state, line)
    return row === undefined ? '' : column.tip(row, { now: 0, isFresh: isFresh(state) })
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
}

function GridBody<Row>({ grid, columns, drawn, cell, onMouseOver }: BodyProps<Row>) {
  const { id, table, read, isTree = false } = grid
  const lines = useStore(table.store, (state) => state.lines)
  const now = useMinute()
  const fresh = useDesk(isFresh)
  const context = useMemo(() => ({ now, isFresh: fresh }), [now, fresh])
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
      onMouseOver={onMouseOver}
      onMouseLeave={hideTip}
      onClick={(event) => cell.goTo(placeAt(event.target as Element))}
    >
      {drawn.getVirtualItems().map(({ index, start }) => {
        const line = lines[index]
        return line === undefined ? null : (
          <GridRow
            key={line.key}
            {...{ gridId: id, line, index, top: start, columns, read, context, isTree }}
            active={cell.place.row === index ? cell.place.column : null}
            onToggle={toggle}
          />
        )
      })}
    </div>
  )
}

/** A table of the book: `grid`, or `treegrid` when its lines open and close. */
export function Grid<Row>(props: GridProps<Row>) {
  const { id, table } = props
  const scroller = useRef<HTMLDivElement>(null)
  const lines = useStore(table.store, (state) => state.lines)
  const sort = useStore(table.store, (state) => state.sort)
  const width = useWidth(scroller)
  const columns = useMemo(() => fittingColumns(props.columns, width), [props.columns, width])
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const drawn = useDrawn(scroller, lines, activeKey)
  const cell = useActiveCell({
    ...{ table, lines, columns },
    page: () => Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2,
    scrollTo: (row) => drawn.scrollToIndex(row),
  })
  const tips = useCellTips(props, columns)
  const lineKey = lines[cell.place.row]?.key ?? null
  const activeId = `${id}:${lineKey ?? 'head'}:${cell.column}`
  if (lineKey !== activeKey) setActiveKey(lineKey)
  useEffect(() => {
    if (scroller.current?.matches(':focus-visible') !== true) return
    tips.show(document.getElementById(activeId), 500)
    // Only a move of the active cell opens the tip; a tick must not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [activeId])

  return (
    <div
      ref={scroller}
      role={props.isTree === true ? 'treegrid' : 'grid'}
      aria-label={props.label}
      aria-rowcount={lines.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={activeId}
      tabIndex={0}
      data-focus={id}
      className="grid"
      style={{ '--columns': templateOf(columns) } as React.CSSProperties}
      onKeyDown={cell.onKeyDown}
      onBlur={hideTip}
    >
      <GridHeader
        {...{ gridId: id, columns, sort }}
        active={cell.place.row === -1 ? cell.place.column : null}
        onSort={(column) => table.sortBy(columns[column]?.id ?? '')}
      />
      <GridBody grid={props} {...{ columns, drawn, cell }} onMouseOver={tips.onMouseOver} />
      {lines.length === 0 ? props.empty : null}
    </div>
  )
}
