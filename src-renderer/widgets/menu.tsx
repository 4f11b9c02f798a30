import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { createPortal } from 'react-dom'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

export type MenuEntry =
  | { readonly kind: 'heading'; readonly label: string }
  | { readonly kind: 'separator' }
  | {
      readonly kind: 'action'
      readonly label: string
      /** Its key, shown at the right; an empty text is none. */
      readonly hint?: string
      readonly isDisabled?: boolean
      readonly run: () => void
    }
  /** Stays open when it is pressed, so that several can be chosen one after another. */
  | {
      readonly kind: 'check'
      readonly label: string
      readonly isChecked: boolean
      /** One of several of which exactly one holds. */
      readonly isRadio?: boolean
      readonly run: () => void
    }

type Spot = { readonly x: number; readonly y: number }
type Opened = {
  readonly name: string
  /** Asked anew after every choice. */
  readonly entries: () => readonly MenuEntry[]
  readonly at: Element | Spot
  /** The page it opens in, and what gets the focus back. */
  readonly page: Document
  readonly before: HTMLElement | null
}

const menu = createStore<{ readonly opened: Opened | null }>(() => ({ opened: null }))

type MenuOptions = Pick<Opened, 'name' | 'entries' | 'at'> & { readonly in?: Document }

/** Opens a menu below an element, or at the pointer. */
export function openMenu({ in: page = document, ...opened }: MenuOptions): void {
  menu.setState({ opened: { ...opened, page, before: page.activeElement as HTMLElement | null } })
}

function closeMenu(): void {
  const { opened } = menu.getState()
  if (opened === null) return
  menu.setState({ opened: null })
  opened.before?.focus()
}

const EDGE = 6

/** Where the menu fits: below and to the right where there is room. */
function placeFor(at: Element | Spot, box: DOMRect, view: Window): Spot {
  const from = 'x' in at ? new DOMRect(at.x, at.y, 0, 0) : at.getBoundingClientRect()
  const isAtElement = !('x' in at)
  const x = Math.min(from.left, view.innerWidth - box.width - EDGE)
  const below = from.bottom + (isAtElement ? 3 : 0)
  const fits = below + box.height <= view.innerHeight - EDGE
  return { x: Math.max(EDGE, x), y: fits ? below : Math.max(EDGE, from.top - box.height - 3) }
}

const isChoice = (
  entry: MenuEntry,
): entry is Exclude<MenuEntry, { kind: 'heading' | 'separator' }> =>
  entry.kind === 'action' || entry.kind === 'check'

const roleOf = (entry: MenuEntry): string => {
  if (entry.kind !== 'check') return 'menuitem'
  return entry.isRadio === true ? 'menuitemradio' : 'menuitemcheckbox'
}

type ItemProps = { readonly entry: MenuEntry; readonly onRun: (entry: MenuEntry) => void }

function MenuItem({ entry, onRun }: ItemProps) {
  if (entry.kind === 'separator') return <div role="separator" className="menu-separator" />
  if (entry.kind === 'heading') return <div className="menu-heading">{entry.label}</div>
  const isDisabled = entry.kind === 'action' && entry.isDisabled === true
  return (
    <div
      role={roleOf(entry)}
      tabIndex={-1}
      className="menu-item"
      aria-disabled={isDisabled || undefined}
      aria-checked={entry.kind === 'check' ? entry.isChecked : undefined}
      onClick={() => {
        if (!isDisabled) onRun(entry)
      }}
      onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
    >
      <span className="menu-mark" aria-hidden>
        {entry.kind === 'check' && entry.isChecked ? '✓' : ''}
      </span>
      <span className="menu-label">{entry.label}</span>
      {entry.kind === 'action' && (entry.hint ?? '') !== '' ? <kbd>{entry.hint}</kbd> : null}
    </div>
  )
}

/** The item a key leads to; null when it leads nowhere. */
function itemFor(key: string, items: readonly HTMLElement[], here: number): HTMLElement | null {
  const at = (index: number) => items[(index + items.length) % items.length] ?? null
  switch (key) {
    case 'ArrowDown':
      return at(here + 1)
    case 'ArrowUp':
      return at(here === -1 ? -1 : here - 1)
    case 'Home':
      return at(0)
    case 'End':
      return at(-1)
  }
  if (key.length !== 1 || key === ' ') return null
  const after = [...items.slice(here + 1), ...items.slice(0, here + 1)]
  const starts = (item: HTMLElement) =>
    item.querySelector('.menu-label')?.textContent.toLowerCase().startsWith(key.toLowerCase())
  return after.find(starts) ?? null
}

function useClosing(box: React.RefObject<HTMLDivElement | null>, page: Document): void {
  useEffect(() => {
    const onPress = (event: PointerEvent) => {
      if (box.current?.contains(event.target as Node) !== true) menu.setState({ opened: null })
    }
    const view = page.defaultView ?? window
    page.addEventListener('pointerdown', onPress, true)
    view.addEventListener('blur', closeMenu)
    return () => {
      page.removeEventListener('pointerdown', onPress, true)
      view.removeEventListener('blur', closeMenu)
    }
  }, [box, page])
}

function OpenMenu({ opened }: { readonly opened: Opened }) {
  const box = useRef<HTMLDivElement>(null)
  const [spot, setSpot] = useState<Spot>({ x: -9999, y: -9999 })
  const [, setTurn] = useState(0)
  useLayoutEffect(() => {
    const { current } = box
    if (current === null) return
    const view = opened.page.defaultView ?? window
    setSpot(placeFor(opened.at, current.getBoundingClientRect(), view))
    current.querySelector<HTMLElement>('[role^="menuitem"]')?.focus({ preventScroll: true })
  }, [opened])
  useClosing(box, opened.page)
  const run = (entry: MenuEntry) => {
    if (!isChoice(entry)) return
    if (entry.kind === 'action') closeMenu()
    entry.run()
    setTurn((turn) => turn + 1)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    event.stopPropagation()
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role^="menuitem"]')]
    const here = items.findIndex((item) => item === opened.page.activeElement)
    if (event.key === 'Escape' || event.key === 'Tab') closeMenu()
    else if (event.key === 'Enter' || event.key === ' ') items[here]?.click()
    else itemFor(event.key, items, here)?.focus()
    event.preventDefault()
  }
  return (
    <div
      ref={box}
      role="menu"
      aria-label={opened.name}
      className="menu"
      style={{ left: spot.x, top: spot.y }}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => event.preventDefault()}
    >
      {opened.entries().map((entry, index) => (
        <MenuItem key={index} entry={entry} onRun={run} />
      ))}
    </div>
  )
}

/** The one menu of the page, wherever it was opened. */
export function Menu() {
  const opened = useStore(menu, (state) => state.opened)
  if (opened === null) return null
  return createPortal(<OpenMenu key={opened.name} opened={opened} />, opened.page.body)
}
