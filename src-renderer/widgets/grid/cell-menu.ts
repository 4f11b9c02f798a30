import { choices, chooseTable, showColumn, tableChoiceOf } from '../../stores/choices.ts'
import type { Line } from '../../stores/table.ts'
import { toast } from '../../stores/toasts.ts'
import type { MenuEntry } from '../menu.tsx'
import { tabSeparated, type Column } from './column.ts'
import type { GridProps } from './props.ts'

/** Puts text on the clipboard of the page that has the focus, and says what it was. */
export async function copyText(text: string, what: string, page: Document): Promise<boolean> {
  const { clipboard } = (page.defaultView ?? window).navigator
  const isCopied = await clipboard.writeText(text).then(
    () => true,
    () => false,
  )
  toast(isCopied ? `Copied ${what}.` : 'The browser does not allow this page to copy.')
  return isCopied
}

const separator: MenuEntry = { kind: 'separator' }

/** What is at one cell: the line, its row, the column, and what is shown there now. */
export type At<Row> = {
  readonly line: Line
  readonly row: Row
  readonly column: Column<Row>
  readonly page: Document
}

const rowsOf = (count: number): string => (count === 1 ? '1 row' : `${count} rows`)

/** The rows to copy: those chosen, else the one pointed at. */
export function chosenRows<Row>(
  grid: Pick<GridProps<Row>, 'table' | 'read'>,
  read: (line: Line) => Row | undefined,
  line: Line,
): readonly Row[] {
  const { lines, selected } = grid.table.store.getState()
  const chosen = selected.has(line.key) ? lines.filter((each) => selected.has(each.key)) : [line]
  return chosen.map(read).filter((row) => row !== undefined)
}

type Reading<Row> = (line: Line) => Row | undefined

/** Everything that can be done with a cell by the right button or Shift+F10. */
export function cellMenu<Row>(
  grid: GridProps<Row>,
  read: Reading<Row>,
  at: At<Row> & { readonly onDetails: () => void },
): readonly MenuEntry[] {
  const { line, row, column, page } = at
  const value = column.copy(row)
  const rows = chosenRows(grid, read, line)
  const text = column.cell(row, { now: 0, isFresh: true, daySince: null }).text
  const copy = (copied: string, what: string) => () => void copyText(copied, what, page)
  const ids = (grid.ids ?? []).filter((id) => id.of(row) !== '')
  return [
    { kind: 'action', label: 'Details', hint: 'Enter', run: at.onDetails },
    ...(grid.actions?.(row, page, rows) ?? []).map((action): MenuEntry => ({
      kind: 'action',
      ...action,
    })),
    separator,
    {
      kind: 'action',
      label: `Copy ${column.title}`,
      hint: 'Ctrl+C',
      isDisabled: value === '',
      run: copy(value, value),
    },
    {
      kind: 'action',
      label: `Copy ${rowsOf(rows.length)}, every column`,
      run: copy(tabSeparated(grid.columns, rows), rowsOf(rows.length)),
    },
    ...ids.map((id): MenuEntry => ({
      ...{ kind: 'action', label: `Copy ${id.title}` },
      run: copy(id.of(row), id.of(row)),
    })),
    separator,
    {
      kind: 'action',
      label: `Show only “${text}”`,
      isDisabled: column.align === 'right' || text === '',
      run: () => grid.table.filterBy(text),
    },
    ...(grid.table.store.getState().filter === ''
      ? []
      : [{ kind: 'action' as const, label: 'Show all', run: () => grid.table.filterBy('') }]),
    ...columnEntries(grid, column),
  ]
}

/** Sorting by a column and hiding it. */
export function columnEntries<Row>(
  grid: GridProps<Row>,
  column: Column<Row>,
): readonly MenuEntry[] {
  const sort = (direction: 'ascending' | 'descending'): MenuEntry => ({
    kind: 'action',
    label: `Sort by ${column.title}, ${direction}`,
    run: () => grid.table.setSort({ column: column.id, direction }),
  })
  return [
    separator,
    sort('ascending'),
    sort('descending'),
    {
      kind: 'action',
      label: `Hide ${column.title}`,
      isDisabled: column.id === grid.columns[0]?.id,
      run: () => showColumn(grid.id, column.id, false),
    },
  ]
}

/** The column chooser: what is ticked is shown, the rest only when there is room. */
export function columnChooser<Row>(
  id: string,
  columns: readonly Column<Row>[],
  shown: readonly string[],
): readonly MenuEntry[] {
  const [, ...optional] = columns
  const { hidden, pinned } = tableChoiceOf(choices.getState(), id)
  const isShown = (column: string): boolean =>
    pinned.includes(column) || (shown.includes(column) && !hidden.includes(column))
  return [
    ...optional.map((column): MenuEntry => {
      const { title, titleTip } = column
      const isChecked = isShown(column.id)
      const run = () => showColumn(id, column.id, !isChecked)
      return {
        ...{ kind: 'check', isChecked, run },
        label: titleTip === undefined ? title : `${title} · ${titleTip}`,
      }
    }),
    separator,
    {
      kind: 'action',
      label: 'As many as fit',
      isDisabled: hidden.length + pinned.length === 0,
      run: () => chooseTable(id, { hidden: [], pinned: [] }),
    },
  ]
}
