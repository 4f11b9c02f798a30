import type { ConId } from '#shared/ids.ts'

/** Instruments prices are wanted of, each kind in its own order, the most important first. */
export type Wanted = {
  /** What each screen shows at the moment: each gets its share of the lines. */
  readonly visible: readonly (readonly ConId[])[]
  /** Instruments with an open order. */
  readonly ordered: readonly ConId[]
  readonly held: readonly ConId[]
}

/** The same as one list: what is seen, what is about to trade, what is held. */
export type Ranked = {
  readonly conIds: readonly ConId[]
  readonly visible: ReadonlySet<ConId>
}

/** Puts what is wanted into one order: the screens in turn, then orders, then holdings. */
export function rank({ visible, ordered, held }: Wanted): Ranked {
  const seen = new Set(inTurn(visible))
  return { conIds: [...new Set([...seen, ...ordered, ...held])], visible: seen }
}

function inTurn(lists: readonly (readonly ConId[])[]): readonly ConId[] {
  const longest = lists.reduce((most, list) => Math.max(most, list.length), 0)
  return Array.from({ length: longest }, (_, index) =>
    lists.flatMap((list) => list[index] ?? []),
  ).flat()
}

/** The market data lines as they are, and the rules for changing them. */
export type Lines = {
  /** Since when each is open, monotonic milliseconds. */
  readonly open: ReadonlyMap<ConId, number>
  readonly limit: number
  readonly now: number
  /** A line stays at least this long before another takes its place. */
  readonly holdMs: number
  /** So many lines change hands at once at most; free lines are filled without waiting. */
  readonly swaps: number
}

export type LinePlan = {
  readonly close: readonly ConId[]
  readonly open: readonly ConId[]
  /** When to plan again, because something had to wait; null when nothing waits. */
  readonly againInMs: number | null
}

/**
 * Which lines to close and to open. Free lines go to what is wanted most. When there are none left,
 * what is seen takes the place of what is not, the least wanted first; nothing else changes places,
 * so that scrolling does not make TWS cancel and subscribe without end. What nobody wants any more
 * is closed once it has been held long enough, or when its line is needed.
 */
export function planLines({ conIds, visible }: Ranked, lines: Lines): LinePlan {
  const { open, limit, now, holdMs, swaps } = lines
  const importance = new Map(conIds.map((conId, index) => [conId, index]))
  const isRipe = (conId: ConId): boolean => now - (open.get(conId) ?? now) >= holdMs
  const rankOf = (conId: ConId): number => importance.get(conId) ?? Infinity
  // The least wanted first; equal ones by conId, so that the same question has the same answer.
  const byNeed = [...open.keys()].sort((a, b) => compare(rankOf(b), rankOf(a)) || b - a)
  const close = new Set(byNeed.filter((conId) => !importance.has(conId) && isRipe(conId)))
  for (const conId of byNeed) {
    if (open.size - close.size <= limit) break
    close.add(conId)
  }
  const missing = conIds.filter((conId) => !open.has(conId))
  const free = Math.max(0, limit - (open.size - close.size))
  const opened = missing.slice(0, free)
  const waiting = missing.slice(free).filter((conId) => visible.has(conId))
  const givable = byNeed.filter((conId) => !close.has(conId) && !visible.has(conId))
  const ripe = givable.filter((conId) => !importance.has(conId) || isRipe(conId))
  const count = Math.min(waiting.length, ripe.length, swaps)
  for (const conId of ripe.slice(0, count)) close.add(conId)
  const isWaiting = Math.min(waiting.length, givable.length) > count
  const isKept = byNeed.some((conId) => !importance.has(conId) && !close.has(conId))
  return {
    close: [...close],
    open: [...opened, ...waiting.slice(0, count)],
    againInMs: isWaiting || isKept ? holdMs : null,
  }
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)
