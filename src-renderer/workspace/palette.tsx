import { useMemo, useState, type KeyboardEvent } from 'react'
import { choices } from '../stores/choices.ts'
import { Dialog } from '../widgets/dialog.tsx'
import { commandsOf } from './commands.ts'
import { useWorkspace, type Workspace } from './context.ts'
import { showPanel } from './dock-moves.ts'
import { keysOf } from './key-bindings.ts'
import { closeDialog } from './open-dialog.ts'
import { bookEntries, search, type PaletteEntry } from './palette-entries.ts'

/** More than anybody reads; further words narrow it down. */
const MOST = 60

function entriesOf(workspace: Workspace): readonly PaletteEntry[] {
  const { desk, tables } = workspace
  const { keys } = choices.getState()
  const { told, positions } = desk.store.getState()
  const commands = commandsOf(workspace)
    .filter(({ id }) => id !== 'palette')
    .map(({ id, group, title, run }) => ({ id, group, title, run, key: keysOf(keys, id) }))
  const accounts = (told?.accounts ?? []).length < 2 ? [] : (told?.accounts ?? [])
  return [
    ...commands,
    ...bookEntries(positions.byKey.values(), {
      toSymbol: (key) => {
        showPanel('positions')
        requestAnimationFrame(() => tables.positions.reveal(key))
      },
      toStrategy: (name) => {
        tables.positions.filterBy(name)
        showPanel('positions')
      },
    }),
    ...accounts.map((account) => ({
      id: `account.${account}`,
      group: 'Accounts',
      title: account,
      run: () => desk.show(account),
    })),
  ]
}

type OptionProps = {
  readonly entry: PaletteEntry
  readonly isActive: boolean
  readonly onRun: (entry: PaletteEntry) => void
}

function Option({ entry, isActive, onRun }: OptionProps) {
  return (
    <li
      id={`palette-${entry.id}`}
      role="option"
      aria-selected={isActive}
      className="palette-option"
      ref={isActive ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
      onClick={() => onRun(entry)}
    >
      <span className="palette-group">{entry.group}</span>
      <span className="menu-label">{entry.title}</span>
      {entry.key === undefined || entry.key === '' ? null : <kbd>{entry.key}</kbd>}
    </li>
  )
}

/** The index a key leads to; null when it leads nowhere. */
function indexFor(key: string, here: number, count: number): number | null {
  const steps: Partial<Record<string, number>> = {
    ArrowDown: here + 1,
    ArrowUp: here - 1,
    PageDown: Math.min(here + 10, count - 1),
    PageUp: Math.max(here - 10, 0),
  }
  const to = steps[key]
  return to === undefined || count === 0 ? null : (to + count) % count
}

/** One line to type in, and what it can mean below. */
export function Palette() {
  const workspace = useWorkspace()
  const entries = useMemo(() => entriesOf(workspace), [workspace])
  const [typed, type] = useState('')
  const [chosen, choose] = useState(0)
  const found = search(entries, typed).slice(0, MOST)
  const active = found[Math.min(chosen, found.length - 1)]
  const run = (entry: PaletteEntry) => {
    closeDialog()
    // Once the dialog has given the focus back, so that the command has the last word on it.
    setTimeout(() => void entry.run(), 0)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const to = indexFor(event.key, chosen, found.length)
    if (to !== null) choose(to)
    else if (event.key === 'Enter' && active !== undefined) run(active)
    else return
    event.preventDefault()
  }
  return (
    <Dialog name="Commands" className="palette" onClose={closeDialog}>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={active === undefined ? undefined : `palette-${active.id}`}
        aria-label="Search commands, symbols, strategies and settings"
        placeholder="Command, symbol, strategy or setting"
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          type(event.target.value)
          choose(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-list" role="listbox" aria-label="What was found">
        {found.map((entry) => (
          <Option key={entry.id} entry={entry} isActive={entry === active} onRun={run} />
        ))}
      </ul>
      {found.length === 0 ? <p className="message">Nothing is called “{typed}”.</p> : null}
    </Dialog>
  )
}
