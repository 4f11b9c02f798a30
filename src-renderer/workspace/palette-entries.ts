import { UNATTRIBUTED } from '#shared/ids.ts'
import type { PositionRow } from '#shared/api/views.ts'
import { strategyName, symbolKey, titleOf } from '../stores/holding.ts'

export type PaletteEntry = {
  readonly id: string
  readonly group: string
  readonly title: string
  /** Found by these words, too. */
  readonly also?: string
  readonly key?: string
  readonly run: () => unknown
}

type Going = {
  readonly toSymbol: (key: string) => void
  readonly toStrategy: (name: string) => void
}

/** Every symbol and every strategy of the book. */
export function bookEntries(rows: Iterable<PositionRow>, going: Going): readonly PaletteEntry[] {
  const all = [...rows]
  const symbols = new Map(all.map((row) => [row.conId, row]))
  const strategies = [...new Set(all.map((row) => row.strategy))].toSorted(
    (left, right) => Number(left === UNATTRIBUTED) - Number(right === UNATTRIBUTED),
  )
  return [
    ...[...symbols.values()]
      .map((row) => ({ title: titleOf(row), row }))
      .toSorted((left, right) => left.title.localeCompare(right.title))
      .map(({ title, row }) => ({
        id: `symbol.${row.conId}`,
        group: 'Symbols',
        title,
        also: `${row.symbol} ${row.name} ${row.secType} ${row.currency}`,
        run: () => going.toSymbol(symbolKey(row.conId)),
      })),
    ...strategies.map(strategyName).map((name) => ({
      id: `strategy.${name}`,
      group: 'Strategies',
      title: name,
      also: 'strategy',
      run: () => going.toStrategy(name),
    })),
  ]
}

/** How well one word fits: 0 not at all, higher is better. */
function fit(word: string, title: string, also: string): number {
  if (title === word) return 5
  if (title.startsWith(word)) return 4
  if (title.split(/[\s:,/-]+/).some((part) => part.startsWith(word))) return 3
  if (title.includes(word)) return 2
  return also.includes(word) ? 1 : 0
}

/** Entries that have every word typed, the best first; of equals the order stays. */
export function search(entries: readonly PaletteEntry[], typed: string): readonly PaletteEntry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return entries
  return entries
    .map((entry) => {
      const also = `${entry.group} ${entry.also ?? ''}`.toLowerCase()
      const fits = words.map((word) => fit(word, entry.title.toLowerCase(), also))
      const isFound = fits.every((each) => each > 0)
      return { entry, score: isFound ? fits.reduce((sum, each) => sum + each, 0) : 0 }
    })
    .filter(({ score }) => score > 0)
    .toSorted((left, right) => right.score - left.score)
    .map(({ entry }) => entry)
}
