/** A place in a grid; row −1 is the header. */
export type Place = { readonly row: number; readonly column: number }
export type Size = { readonly rows: number; readonly columns: number; readonly page: number }

/** Where a key leads from a place; null when the key does not move. */
export function moved(key: string, from: Place, size: Size): Place | null {
  const { row, column } = from
  const lastRow = size.rows - 1
  const lastColumn = size.columns - 1
  const to = (toRow: number, toColumn: number): Place => ({
    row: Math.min(Math.max(toRow, -1), lastRow),
    column: Math.min(Math.max(toColumn, 0), lastColumn),
  })
  switch (key) {
    case 'ArrowDown':
      return to(row + 1, column)
    case 'ArrowUp':
      return to(row - 1, column)
    case 'ArrowRight':
      return to(row, column + 1)
    case 'ArrowLeft':
      return to(row, column - 1)
    case 'Home':
      return to(row, 0)
    case 'End':
      return to(row, lastColumn)
    case 'PageDown':
      return to(row + size.page, column)
    case 'PageUp':
      return to(Math.max(row - size.page, 0), column)
    case 'Control+Home':
      return to(0, 0)
    case 'Control+End':
      return to(lastRow, lastColumn)
    default:
      return null
  }
}
