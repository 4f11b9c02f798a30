import { createStore } from 'zustand/vanilla'

/** The way back from what one command wrote. */
export type UndoOf = { readonly command: string; readonly run: () => Promise<unknown> }

export type Toast = {
  readonly id: number
  readonly text: string
  readonly isLasting: boolean
  /** Takes back what the words tell; null where nothing can be. */
  readonly undo: UndoOf | null
}

/** Short words at the edge of the screen; what must not be missed stays until it is dismissed. */
export const toasts = createStore<{ readonly all: readonly Toast[] }>(() => ({ all: [] }))

let count = 0

function add(toast: Omit<Toast, 'id'>): void {
  count += 1
  const others = toasts.getState().all.filter(({ text, undo }) => text !== toast.text || undo)
  toasts.setState({ all: [...others, { ...toast, id: count }] })
}

export const toast = (text: string, isLasting = false): void => add({ text, isLasting, undo: null })

/** Says what was done, with a way back for a moment; later it is in the history. */
export const toastWithUndo = (text: string, undo: UndoOf): void =>
  add({ text, isLasting: false, undo })

/** The command was taken back another way: its toast goes. */
export const dismissUndo = (command: string): void =>
  toasts.setState(({ all }) => ({ all: all.filter((each) => each.undo?.command !== command) }))

/** Takes back what the latest message offers to; null when none does. */
export function takeBackLatest(): Promise<unknown> | null {
  const latest = toasts.getState().all.findLast(({ undo }) => undo !== null)
  if (latest === undefined) return null
  dismiss(latest.id)
  return latest.undo?.run() ?? null
}

export const dismiss = (id: number): void =>
  toasts.setState(({ all }) => ({ all: all.filter((each) => each.id !== id) }))
