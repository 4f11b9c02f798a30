import type { KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import type { Line, Table } from '../../stores/table.ts'
import { moved, type Place } from './keys.ts'

/** Names the header's row; no row of the book has this key. */
const HEADER = ''

type Shape = {
  readonly table: Table
  readonly lines: readonly Line[]
  readonly columns: readonly { readonly id: string }[]
  readonly page: () => number
  readonly scrollTo: (row: number) => void
  /** A press on the title of a column. */
  readonly onHead: (column: number) => void
  /** Shows everything that is known of a line. */
  readonly onDetails: (line: Line) => void
}

/** What a key does to a line of a tree: opens or closes it, or leads to the line above it. */
function steer(key: string, line: Line | undefined): 'toggle' | 'parent' | null {
  if (line === undefined) return null
  if (key === 'ArrowLeft' && line.parent !== null) return 'parent'
  if (line.isExpanded === null) return null
  return key === (line.isExpanded ? 'ArrowLeft' : 'ArrowRight') ? 'toggle' : null
}

/**
 * The cell the keyboard is at, kept by name: it stays the same cell when rows are sorted, come or
 * go. The focus itself stays on the grid, so scrolling a row out of the drawn ones never loses it.
 */
export function useActiveCell(shape: Shape) {
  const { table, lines, columns } = shape
  const named = useStore(table.store, (state) => state.active)
  const rowOf = named.row === HEADER ? -1 : lines.findIndex((line) => line.key === named.row)
  const columnOf = Math.max(
    0,
    columns.findIndex((column) => column.id === named.column),
  )
  const place: Place = { row: rowOf, column: columnOf }

  const goTo = ({ row, column }: Place) => {
    table.setActive({ row: lines[row]?.key ?? HEADER, column: columns[column]?.id ?? '' })
    if (row >= 0) shape.scrollTo(row)
  }
  const press = (key: string): boolean => {
    const line = lines[place.row]
    if (line === undefined) shape.onHead(place.column)
    else if (key === 'Enter') shape.onDetails(line)
    else table.toggleSelected(line.key)
    return true
  }
  /** Does what the key means here; false when it means nothing. */
  const obey = (key: string): boolean => {
    if (key === 'Enter' || key === ' ') return press(key)
    const line = place.column === 0 ? lines[place.row] : undefined
    const steered = steer(key, line)
    if (steered === 'toggle' && line !== undefined) {
      table.setExpanded(line.key, !line.isExpanded)
      return true
    }
    const size = { rows: lines.length, columns: columns.length, page: shape.page() }
    const parent = lines.findIndex((each) => each.key === line?.parent)
    const to = steered === 'parent' ? { ...place, row: parent } : moved(key, place, size)
    if (to !== null) goTo(to)
    return to !== null
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return
    if (!obey(event.ctrlKey ? `Control+${event.key}` : event.key)) return
    event.preventDefault()
    event.stopPropagation()
  }
  const column = columns[place.column]?.id ?? ''
  return { place, column, goTo, onKeyDown }
}
