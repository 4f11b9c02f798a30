import type { KeyboardEvent, MouseEvent } from 'react'
import type { Line } from '../../stores/table.ts'
import { useWorkspace } from '../../workspace/context.ts'
import { openMenu } from '../menu.tsx'
import { hideTip } from '../tooltip.tsx'
import type { useActiveCell } from './active-cell.ts'
import { cellMenu, chosenRows, columnChooser, columnEntries, copyText } from './cell-menu.ts'
import { tabSeparated, type Column } from './column.ts'
import type { GridProps } from './props.ts'
import type { Place } from './keys.ts'

type Around<Row> = {
  readonly grid: GridProps<Row>
  readonly columns: readonly Column<Row>[]
  readonly cell: ReturnType<typeof useActiveCell>
  readonly onDetails: (line: Line) => void
}

const isMenuKey = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')

const isCopyKey = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c'

/** The menu of cells and of column titles, by the right button or by the keyboard. */
export function useGridMenu<Row>({ grid, columns, cell, onDetails }: Around<Row>) {
  const { store } = useWorkspace().desk
  const read = (line: Line): Row | undefined => grid.read(store.getState(), line)
  const shown = columns.map((column) => column.id)
  const lineAt = (place: Place) => grid.table.store.getState().lines[place.row]

  const open = (place: Place, at: Element | { x: number; y: number }, page: Document) => {
    const column = columns[place.column]
    const line = lineAt(place)
    const row = line === undefined ? undefined : read(line)
    if (column === undefined) return
    hideTip()
    const entries = () =>
      line === undefined || row === undefined
        ? [...columnChooser(grid.id, grid.columns, shown), ...columnEntries(grid, column)]
        : cellMenu(grid, read, { line, row, column, page, onDetails: () => onDetails(line) })
    openMenu({ name: `${grid.label}: ${column.title}`, entries, at, in: page })
  }
  const onContextMenu = (event: MouseEvent) => {
    event.preventDefault()
    const target = event.target as Element
    const head = target.closest('[data-head]')?.getAttribute('data-head')
    const line = target.closest('[data-line]')?.getAttribute('data-line')
    if (head === undefined && line === undefined) return
    const column = target.closest('[data-column]')?.getAttribute('data-column') ?? head ?? 0
    const place = { row: Number(line ?? -1), column: Number(column) }
    cell.goTo(place)
    open(place, { x: event.clientX, y: event.clientY }, target.ownerDocument)
  }
  /** True when the key was one of these. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const page = event.currentTarget.ownerDocument
    const line = lineAt(cell.place)
    const column = columns[cell.place.column]
    if (isMenuKey(event)) {
      const at = event.currentTarget.querySelector('.cell.active') ?? event.currentTarget
      open(cell.place, at, page)
    } else if (isCopyKey(event) && line !== undefined && column !== undefined) {
      const isMany = grid.table.store.getState().selected.has(line.key)
      const rows = chosenRows(grid, read, line)
      const [only] = rows
      if (isMany) void copyText(tabSeparated(grid.columns, rows), `${rows.length} rows`, page)
      else if (only !== undefined) void copyText(column.copy(only), column.copy(only), page)
    } else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return { onContextMenu, onKeyDown }
}
