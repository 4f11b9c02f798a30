import { useEffect } from 'react'
import { choices } from '../stores/choices.ts'
import { commandsOf } from './commands.ts'
import { useWorkspace, type Workspace } from './context.ts'
import { dock } from './dock-state.ts'
import { entryFor, isSingle, keysOf } from './key-bindings.ts'
import { openedDialog } from './open-dialog.ts'

/** Text is being typed there; a window popped out has its own kind of elements. */
const isTyping = (target: EventTarget | null): boolean =>
  target !== null &&
  'tagName' in target &&
  ['INPUT', 'SELECT', 'TEXTAREA'].includes(String(target.tagName))

const ONLY_IN_GRIDS: ReadonlySet<string> = new Set(['reconcile'])

/** A grid has the focus; elsewhere a letter alone would do too much. */
const isInGrid = (target: EventTarget | null): boolean =>
  target !== null &&
  'closest' in target &&
  (target as Element).closest('[role="grid"],[role="treegrid"]') !== null

/** A dialog has its keys to itself. */
const isInDialog = (target: EventTarget | null): boolean =>
  target !== null && 'closest' in target && (target as Element).closest('dialog') !== null

/** Does what a key means wherever the focus is; inside a dialog the dialog has the keys. */
function obey(workspace: Workspace, event: KeyboardEvent): void {
  if (event.defaultPrevented || openedDialog.getState().name !== null) return
  if (isInDialog(event.target)) return
  const { keys } = choices.getState()
  const entry = entryFor(keys, event)
  if (entry === null) return
  const isForText = isSingle(keysOf(keys, entry.id)) || entry.id === 'undo'
  if (isForText && isTyping(event.target)) return
  if (ONLY_IN_GRIDS.has(entry.id) && isSingle(keysOf(keys, entry.id)) && !isInGrid(event.target)) {
    return
  }
  const command = commandsOf(workspace).find(({ id }) => id === entry.id)
  if (command === undefined) return
  event.preventDefault()
  command.run()
}

/** Listens in this window and in every one popped out of it. */
export function useKeys(): void {
  const workspace = useWorkspace()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => obey(workspace, event)
    const listened = new Set<Window>()
    const listen = (view: Window) => {
      if (listened.has(view)) return
      listened.add(view)
      view.addEventListener('keydown', onKeyDown)
    }
    const listenToAll = () => {
      listen(window)
      for (const popout of dock.getState().api?.getPopouts() ?? []) listen(popout.window)
    }
    listenToAll()
    const stop = dock.subscribe(listenToAll)
    return () => {
      stop()
      for (const view of listened) view.removeEventListener('keydown', onKeyDown)
    }
  }, [workspace])
}
