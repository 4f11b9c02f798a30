import type { WorkspaceDocument } from '#shared/api/workspace.ts'

/**
 * Keys are written as they are shown: `Ctrl+K`, `Shift+F6`, `/`. Ctrl is the command key of a Mac.
 */
export type KeyEntry = {
  readonly id: string
  readonly does: string
  /** The key it has until it is given another; an empty text is none. */
  readonly key: string
  /** False for what tables and dialogs do by themselves. */
  readonly isOurs: boolean
}

const ours = (id: string, key: string, does: string): KeyEntry => ({ id, key, does, isOurs: true })
const fixed = (key: string, does: string): KeyEntry => ({ id: key, key, does, isOurs: false })

/** Every key of the screen: what acts, what the help lists, and what can be changed. */
export const KEYS: readonly KeyEntry[] = [
  ours('palette', 'Ctrl+K', 'Commands, symbols, strategies and settings'),
  ours('help', '?', 'This list'),
  ours('panel.next', 'F6', 'Next panel'),
  ours('panel.previous', 'Shift+F6', 'Previous panel'),
  ours('tab.next', 'Alt+PageDown', 'Next tab of the panel'),
  ours('tab.previous', 'Alt+PageUp', 'Previous tab of the panel'),
  ours('workspace.monitor', 'Alt+1', 'Workspace Monitor'),
  ours('workspace.reconcile', 'Alt+2', 'Workspace Reconcile'),
  ours('workspace.review', 'Alt+4', 'Workspace Review'),
  ours('reconcile', 'R', 'Reconcile now'),
  ours('undo', 'Ctrl+Z', 'Take back what was just done'),
  ours('filter', '/', 'Filter the table'),
  ours('panel.maximize', 'Alt+Enter', 'Fill the window with the panel, or give it its place back'),
  ours('panel.popout', 'Alt+O', 'Panel in a window of its own, or back'),
  ours('panel.left', 'Alt+Shift+ArrowLeft', 'Move the panel left'),
  ours('panel.right', 'Alt+Shift+ArrowRight', 'Move the panel right'),
  ours('panel.up', 'Alt+Shift+ArrowUp', 'Move the panel up'),
  ours('panel.down', 'Alt+Shift+ArrowDown', 'Move the panel down'),
  fixed('← → ↑ ↓', 'Move in a table; in a tree open and close a symbol'),
  fixed('Home, End', 'First and last column; with Ctrl first and last row'),
  fixed('PageUp, PageDown', 'A page of rows up and down'),
  fixed('Enter', 'Details of a row; on a title sort by it'),
  fixed('Space', 'Select a row, to copy or settle several together'),
  fixed('Ctrl+C', 'Copy the cell, or the selected rows'),
  fixed('Shift+F10', 'Menu of the cell'),
  fixed('Escape', 'Leave the filter, close what floats'),
]

type Keys = WorkspaceDocument['keys']

/** The key of an entry as it is now; an empty text is none. */
export const keysOf = (keys: Keys, id: string): string =>
  keys.bound[id] ?? KEYS.find((entry) => entry.id === id)?.key ?? ''

/** One printable key without Ctrl or Alt: typing it in a text field is typing. */
export const isSingle = (key: string): boolean => key.length === 1

/** Whether a key acts: single keys can be turned off as a whole. */
export const isSoleKeyOn = (keys: Keys, key: string): boolean =>
  key !== '' && (keys.singles || !isSingle(key))

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const MODIFIERS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'CapsLock'])

/** How a press is written; null for a modifier alone. */
export function writtenKey(event: Pressed): string | null {
  const { key } = event
  if (MODIFIERS.has(key) || key === 'Dead' || key === 'Unidentified') return null
  const isPrintable = key.length === 1
  const name = isPrintable ? key.toUpperCase() : key
  const parts = [
    ...(event.ctrlKey || event.metaKey ? ['Ctrl'] : []),
    ...(event.altKey ? ['Alt'] : []),
    // A printed sign says itself whether Shift was held.
    ...(event.shiftKey && !(isPrintable && /[^A-Z]/.test(name)) ? ['Shift'] : []),
    key === ' ' ? 'Space' : name,
  ]
  return parts.join('+')
}

/** The entry a press means now; null when it means none. */
export function entryFor(keys: Keys, event: Pressed): KeyEntry | null {
  const key = writtenKey(event)
  if (key === null || !isSoleKeyOn(keys, key)) return null
  return KEYS.find((entry) => entry.isOurs && keysOf(keys, entry.id) === key) ?? null
}

/**
 * Gives an entry another key. A key does one thing: refused in a sentence when something else has
 * it, or when it is needed to move and to type.
 */
export function bind(
  keys: Keys,
  id: string,
  key: string,
): { readonly bound: Keys['bound'] } | { readonly refusal: string } {
  if (RESERVED.has(key)) return { refusal: `${key} is needed in tables and dialogs.` }
  const other = KEYS.find(
    (entry) => entry.id !== id && (entry.isOurs ? keysOf(keys, entry.id) : entry.key) === key,
  )
  if (key !== '' && other !== undefined) {
    return { refusal: `${key} already means: ${other.does}.` }
  }
  return { bound: { ...keys.bound, [id]: key } }
}

const RESERVED = new Set([
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'],
  ...['Enter', 'Space', 'Escape', 'Tab', 'Shift+Tab', 'Backspace', 'Delete', 'Ctrl+Home'],
  ...['Ctrl+End', 'Ctrl+C', 'Ctrl+V', 'Ctrl+X', 'Ctrl+A', 'ContextMenu'],
])
