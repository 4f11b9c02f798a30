import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { useStore } from 'zustand'
import { timeOf } from '../format/time.ts'
import { asOf, isFresh, type DeskState } from '../stores/desk-state.ts'
import type { Line, Table } from '../stores/table.ts'
import { tabSeparated, type Column } from '../widgets/grid/column.ts'
import { Guard } from '../widgets/guard.tsx'
import { tipOn } from '../widgets/tooltip.tsx'
import { useDesk, useWorkspace, type PanelId } from '../workspace/context.ts'

/** Rows of bars stand where rows will be, only until the first snapshot has come. */
function Skeleton() {
  return (
    <div className="skeleton" role="status" aria-label="Loading the book">
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} className="skeleton-row" />
      ))}
    </div>
  )
}

/** Left and right of the title when what is below is not live. */
function StaleSince() {
  const fresh = useDesk(isFresh)
  const at = useDesk(asOf)
  return fresh || at === null ? null : <span className="as-of">as of {timeOf(at)}</span>
}

type FilterProps = { readonly id: PanelId; readonly table: Table; readonly label: string }

export function Filter({ id, table, label }: FilterProps) {
  const filter = useStore(table.store, (state) => state.filter)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' && event.key !== 'Enter') return
    event.stopPropagation()
    if (event.key === 'Escape') table.filterBy('')
    document.querySelector<HTMLElement>(`[data-focus="${id}"]`)?.focus()
  }
  return (
    <input
      type="search"
      className="filter"
      data-filter={id}
      aria-label={`Filter ${label}`}
      aria-keyshortcuts="/"
      placeholder="Filter  /"
      spellCheck={false}
      autoComplete="off"
      value={filter}
      onChange={(event) => table.filterBy(event.target.value)}
      onKeyDown={onKeyDown}
    />
  )
}

type CopyProps<Row> = {
  readonly table: Table
  readonly columns: readonly Column<Row>[]
  readonly read: (state: DeskState, line: Line) => Row | undefined
}

const SAID_MS = 1500

/** Puts every line and every column, shown or not, on the clipboard. */
export function CopyTable<Row>({ table, columns, read }: CopyProps<Row>) {
  const { desk } = useWorkspace()
  const [said, say] = useState<string | null>(null)
  const copy = async () => {
    const state = desk.store.getState()
    const lines = table.store.getState().lines
    const rows = lines.map((line) => read(state, line)).filter((row) => row !== undefined)
    const isCopied = await navigator.clipboard.writeText(tabSeparated(columns, rows)).then(
      () => true,
      () => false,
    )
    say(isCopied ? `Copied ${rows.length}` : 'Not allowed')
    setTimeout(() => say(null), SAID_MS)
  }
  return (
    <button
      type="button"
      className="button quiet"
      onClick={() => void copy()}
      {...tipOn('Copy the whole table for a spreadsheet: every column, exact values.')}
    >
      <span aria-live="polite">{said ?? 'Copy'}</span>
    </button>
  )
}

type PanelProps = {
  readonly name: string
  readonly title: ReactNode
  readonly tools: ReactNode
  readonly children: ReactNode
  /** Right-click on the header. */
  readonly panel: PanelId
}

export function Panel({ name, title, tools, children, panel }: PanelProps) {
  const isTold = useDesk((state) => state.told !== null)
  const fresh = useDesk(isFresh)
  const isStale = isTold && !fresh
  return (
    <section className="panel" aria-label={name} data-panel={panel}>
      <div className={`panel-head${isStale ? ' hatched' : ''}`}>
        {title}
        <StaleSince />
        <span className="spring" />
        {isTold ? tools : null}
      </div>
      <Guard name={name}>{isTold ? children : <Skeleton />}</Guard>
    </section>
  )
}
