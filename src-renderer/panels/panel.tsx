import { Check, Columns3, Copy } from 'lucide-react'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { isSoleKeyOn, keysOf } from '../workspace/key-bindings.ts'
import type { DeskState } from '../stores/desk-state.ts'
import type { Line, Table } from '../stores/table.ts'
import { columnChooser } from '../widgets/grid/cell-menu.ts'
import { tabSeparated, type Column } from '../widgets/grid/column.ts'
import { openMenu } from '../widgets/menu.tsx'
import { tipOn } from '../widgets/tooltip.tsx'
import { useWorkspace, type TableId } from '../workspace/context.ts'
import { choices } from '../stores/choices.ts'

/** Rows of bars stand where rows will be, only until the first snapshot has come. */
export function Skeleton() {
  return (
    <div className="skeleton" role="status" aria-label="Loading the book">
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className="skeleton-row" />
      ))}
    </div>
  )
}

type IconButtonProps = {
  readonly name: string
  readonly tip: string
  readonly onPress: (button: HTMLButtonElement) => void
  readonly children: ReactNode
  readonly hasMenu?: boolean
}

/** A button of one glyph: its name is for those who do not see it, its tip for those who do. */
export function IconButton({ name, tip, onPress, children, hasMenu = false }: IconButtonProps) {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={name}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      onClick={(event) => onPress(event.currentTarget)}
      {...tipOn(tip)}
    >
      {children}
    </button>
  )
}

type FilterProps = { readonly id: TableId; readonly table: Table; readonly label: string }

function Filter({ id, table, label }: FilterProps) {
  const filter = useStore(table.store, (state) => state.filter)
  const key = useStore(choices, (state) => keysOf(state.keys, 'filter'))
  const isKeyOn = useStore(choices, (state) => isSoleKeyOn(state.keys, key))
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Escape' && event.key !== 'Enter') return
    event.stopPropagation()
    if (event.key === 'Escape') table.filterBy('')
    const page = event.currentTarget.ownerDocument
    page.querySelector<HTMLElement>(`[data-focus="${id}"]`)?.focus()
  }
  return (
    <input
      type="search"
      className={`filter${filter === '' ? '' : ' filtering'}`}
      data-filter={id}
      aria-label={`Filter ${label}`}
      aria-keyshortcuts={isKeyOn ? key : undefined}
      placeholder={isKeyOn ? `Filter  ${key}` : 'Filter'}
      spellCheck={false}
      autoComplete="off"
      value={filter}
      onChange={(event) => table.filterBy(event.target.value)}
      onKeyDown={onKeyDown}
    />
  )
}

type TableToolProps<Row> = {
  readonly id: TableId
  readonly columns: readonly Column<Row>[]
  readonly read: (state: DeskState, line: Line) => Row | undefined
}

const SAID_MS = 1500

/** Puts every line and every column, shown or not, on the clipboard. */
function CopyTable<Row>({ id, columns, read }: TableToolProps<Row>) {
  const { desk, tables } = useWorkspace()
  const [said, say] = useState<string | null>(null)
  const copy = async (page: Document) => {
    const state = desk.store.getState()
    const { lines } = tables[id].store.getState()
    const rows = lines.map((line) => read(state, line)).filter((row) => row !== undefined)
    const { clipboard } = (page.defaultView ?? window).navigator
    const isCopied = await clipboard.writeText(tabSeparated(columns, rows)).then(
      () => true,
      () => false,
    )
    say(isCopied ? `Copied ${rows.length}` : 'Not allowed')
    setTimeout(() => say(null), SAID_MS)
  }
  return (
    <IconButton
      name={said ?? 'Copy'}
      tip="Copy the whole table for a spreadsheet: every column, exact values."
      onPress={(button) => void copy(button.ownerDocument)}
    >
      {said === null ? <Copy size={14} /> : <Check size={14} />}
      <span className="said" aria-live="polite">
        {said}
      </span>
    </IconButton>
  )
}

/** What every table has on the right of its tabs. */
export function TableTools<Row>(props: TableToolProps<Row>) {
  const table = useWorkspace().tables[props.id]
  const choose = (button: HTMLButtonElement) => {
    const entries = () => columnChooser(props.id, props.columns, table.store.getState().shown)
    openMenu({ name: `Columns of ${props.id}`, entries, at: button, in: button.ownerDocument })
  }
  return (
    <>
      <Filter id={props.id} table={table} label={props.id} />
      <IconButton name="Columns" tip="Choose the columns to show." onPress={choose} hasMenu>
        <Columns3 size={14} />
      </IconButton>
      <CopyTable {...props} />
    </>
  )
}
