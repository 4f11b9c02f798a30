import { createStore } from 'zustand/vanilla'
import type { ReconciliationView } from '#shared/api/reconcile-views.ts'
import type { FillRow } from '#shared/api/views.ts'
import { UNATTRIBUTED } from '#shared/ids.ts'
import { strategyName, type Holding } from './holding.ts'

/** A holding that seems to have closed a strategy's by hand. */
export type ByHand = ReconciliationView['closedByHand'][number]

/** What is to be given to another strategy, and the page it was asked for in. */
export type Asked = { readonly page: Document } & (
  | { readonly kind: 'fills'; readonly fills: readonly [FillRow, ...FillRow[]] }
  | { readonly kind: 'holding'; readonly holding: Holding }
  | { readonly kind: 'by hand'; readonly move: ByHand }
)

/** The one question about it that is on screen; null: none. */
export const giving = createStore<{ readonly asked: Asked | null }>(() => ({ asked: null }))

export const askToGive = (asked: Asked): void => giving.setState({ asked })
export const stopAsking = (): void => giving.setState({ asked: null })

/** Rises whenever this screen has written or taken back something the history lists. */
export const historyChanges = createStore(() => ({ count: 0 }))

export const noteChange = (): void => historyChanges.setState(({ count }) => ({ count: count + 1 }))

/** A strategy as the trader types it, the bucket by the name the screen gives it. */
export function strategyTyped(text: string): string {
  const name = text.trim()
  return name.toLowerCase() === strategyName(UNATTRIBUTED).toLowerCase() ? UNATTRIBUTED : name
}

type Named = { readonly strategy: string }

/** The strategies there are, as the screen calls them, in the order of the alphabet. */
export function strategiesIn(rows: Iterable<Named>, other: string): readonly string[] {
  const names = new Set([...rows].map(({ strategy }) => strategy))
  names.add(UNATTRIBUTED)
  names.delete(other)
  return [...names].map(strategyName).toSorted((a, b) => a.localeCompare(b, 'en'))
}
