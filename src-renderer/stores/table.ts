import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Decimal } from '#shared/money.ts'
import type { DeskState } from './desk-state.ts'

/** One line of a grid; in a tree the lines of a symbol's strategies follow it at level 2. */
export type Line = {
  readonly key: string
  readonly level: 1 | 2
  /** Null for what cannot be expanded. */
  readonly isExpanded: boolean | null
  /** Keys of the rows a sum line sums. */
  readonly parts: readonly string[]
  /** Key of the line this one is under. */
  readonly parent: string | null
}

export const flatLine = (key: string): Line => ({
  ...{ key, level: 1, isExpanded: null, parts: [], parent: null },
})

export type Sort = { readonly column: string; readonly direction: 'ascending' | 'descending' }
export type SortValue = Decimal | string | number | null

/** What the trader chose to see of a table. */
export type View = {
  readonly sort: Sort
  readonly filter: string
  readonly collapsed: ReadonlySet<string>
}
/** The cell the keyboard is at, by name; the header's row has the empty key. */
export type ActiveCell = { readonly row: string; readonly column: string }
export type TableState = View & {
  readonly lines: readonly Line[]
  readonly active: ActiveCell
  /** Keys of the lines chosen to be copied together. */
  readonly selected: ReadonlySet<string>
  /** Grows whenever the active cell is to be brought into view and focused. */
  readonly revealed: number
  /** How far down the table was scrolled when it was last drawn, in pixels. */
  readonly scrolled: number
  /** The columns on screen, by name. */
  readonly shown: readonly string[]
}

export type TableSource = {
  readonly lines: (state: DeskState, view: View) => readonly Line[]
  readonly shape: (state: DeskState) => number
  readonly sort: Sort
}

/** Unknown values stay at the end, whichever way the column is sorted. */
export function compareBy(direction: Sort['direction']) {
  const sign = direction === 'ascending' ? 1 : -1
  return (left: SortValue, right: SortValue): number => {
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    if (typeof left === 'object' && typeof right === 'object') return sign * left.comparedTo(right)
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right)
    return sign * collator.compare(String(left), String(right))
  }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** True when any of the texts holds every word of the filter. */
export function matches(filter: string, texts: readonly string[]): boolean {
  const haystack = texts.join(' ').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word))
}

const family = (line: Line): string => line.parent ?? line.key

function byFamily(lines: readonly Line[]): Map<string, Line[]> {
  const families = new Map<string, Line[]>()
  for (const line of lines) {
    const members = families.get(family(line))
    if (members === undefined) families.set(family(line), [line])
    else members.push(line)
  }
  return families
}

/**
 * The new lines in the old order: nothing moves under the pointer. What is new stands before the
 * line that follows it in the sorted order.
 */
export function keepOrder(was: readonly Line[], sorted: readonly Line[]): readonly Line[] {
  const families = byFamily(sorted)
  const known = new Set([...byFamily(was).keys()].filter((key) => families.has(key)))
  const before = new Map<string | null, string[]>()
  let waiting: string[] = []
  for (const key of families.keys()) {
    if (known.has(key)) {
      before.set(key, waiting)
      waiting = []
    } else waiting.push(key)
  }
  const order = [...known].flatMap((key) => [...(before.get(key) ?? []), key])
  return [...order, ...waiting].flatMap((key) => families.get(key) ?? [])
}

const isSameOrder = (left: readonly Line[], right: readonly Line[]): boolean =>
  left.length === right.length &&
  left.every((line, i) => {
    const other = right[i]
    return (
      line.key === other?.key &&
      line.isExpanded === other.isExpanded &&
      line.parts.length === other.parts.length
    )
  })

/** The order of one table: at once when rows come and go, at most once a second when they tick. */
export class Table {
  readonly store: StoreApi<TableState>
  private readonly desk: StoreApi<DeskState>
  private readonly source: TableSource
  private shape: number
  private isPointerInside = false

  constructor(desk: StoreApi<DeskState>, source: TableSource) {
    this.desk = desk
    this.source = source
    const view: View = { sort: source.sort, filter: '', collapsed: new Set() }
    this.shape = source.shape(desk.getState())
    const lines = source.lines(desk.getState(), view)
    const active = { row: '', column: '' }
    const own = { active, selected: new Set<string>(), revealed: 0, scrolled: 0, shown: [] }
    this.store = createStore(() => ({ ...view, lines, ...own }))
    desk.subscribe((state) => {
      if (source.shape(state) === this.shape) return
      this.shape = source.shape(state)
      this.rebuild()
    })
  }

  /** Once a second: sorts anew what has ticked out of order, but never under the pointer. */
  tick(): void {
    if (!this.isPointerInside) this.rebuild()
  }

  setPointerInside(isInside: boolean): void {
    this.isPointerInside = isInside
  }

  sortBy(column: string): void {
    const { sort } = this.store.getState()
    const isReversed = sort.column === column && sort.direction === 'ascending'
    this.setSort({ column, direction: isReversed ? 'descending' : 'ascending' })
  }

  /** Sorts so; null is the order of the first day. */
  setSort(sort: Sort | null): void {
    this.choose({ sort: sort ?? this.source.sort })
  }

  filterBy(filter: string): void {
    this.choose({ filter: filter.trimStart() })
  }

  setExpanded(key: string, isExpanded: boolean): void {
    const collapsed = new Set(this.store.getState().collapsed)
    if (isExpanded) collapsed.delete(key)
    else collapsed.add(key)
    this.choose({ collapsed })
  }

  setAllExpanded(isExpanded: boolean): void {
    const { lines } = this.store.getState()
    const keys = lines.filter((line) => line.isExpanded !== null).map((line) => line.key)
    this.choose({ collapsed: new Set(isExpanded ? [] : keys) })
  }

  setActive(active: ActiveCell): void {
    this.store.setState({ active })
  }

  setScrolled(scrolled: number): void {
    this.store.setState({ scrolled })
  }

  setShown(shown: readonly string[]): void {
    this.store.setState({ shown })
  }

  /** Goes to a line, whatever hides it: a filter, or the closed line above it. */
  reveal(key: string): void {
    const isThere = () => this.store.getState().lines.some((line) => line.key === key)
    if (!isThere()) this.choose({ filter: '', collapsed: new Set() })
    if (!isThere()) return
    const { active, revealed } = this.store.getState()
    this.store.setState({ active: { ...active, row: key }, revealed: revealed + 1 })
  }

  toggleSelected(key: string): void {
    const selected = new Set(this.store.getState().selected)
    if (!selected.delete(key)) selected.add(key)
    this.store.setState({ selected })
  }

  /** Chooses every line from one to another, and no other. */
  selectRange(from: string, to: string): void {
    const { lines } = this.store.getState()
    const [start, end] = [from, to]
      .map((key) => lines.findIndex((line) => line.key === key))
      .toSorted((left, right) => left - right)
    if (start === undefined || end === undefined || start < 0) return
    const selected = new Set(lines.slice(start, end + 1).map((line) => line.key))
    this.store.setState({ selected })
  }

  clearSelected(): void {
    if (this.store.getState().selected.size > 0) this.store.setState({ selected: new Set() })
  }

  private choose(change: Partial<View>): void {
    const view = { ...this.store.getState(), ...change }
    this.store.setState({ ...view, lines: this.source.lines(this.desk.getState(), view) }, true)
  }

  private rebuild(): void {
    const view = this.store.getState()
    const sorted = this.source.lines(this.desk.getState(), view)
    const lines = this.isPointerInside ? keepOrder(view.lines, sorted) : sorted
    if (!isSameOrder(view.lines, lines)) this.store.setState({ lines })
  }
}
