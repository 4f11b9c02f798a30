import { createStore, type StoreApi } from 'zustand/vanilla'
import type { TableChoice, WorkspaceDocument, WorkspaceLayout } from '#shared/api/workspace.ts'

/** What is chosen before anybody has chosen anything. */
export const STANDARD: WorkspaceDocument = {
  version: 1,
  workspace: 'monitor',
  layouts: {},
  tables: {},
  theme: 'system',
  keys: { singles: true, bound: {} },
  snoozed: {},
}

/** Everything the trader arranged; whatever changes here is saved. */
export const choices: StoreApi<WorkspaceDocument> = createStore(() => STANDARD)

const AS_IT_FITS: TableChoice = { hidden: [], pinned: [], sort: null }

export const tableChoiceOf = (document: WorkspaceDocument, table: string): TableChoice =>
  document.tables[table] ?? AS_IT_FITS

export function chooseTable(table: string, change: Partial<TableChoice>): void {
  choices.setState((state) => {
    const chosen = { ...tableChoiceOf(state, table), ...change }
    return { tables: { ...state.tables, [table]: chosen } }
  })
}

/** Shows a column however narrow the panel is, or never. */
export function showColumn(table: string, column: string, isShown: boolean): void {
  const { hidden, pinned } = tableChoiceOf(choices.getState(), table)
  const without = (columns: readonly string[]) => columns.filter((each) => each !== column)
  chooseTable(table, {
    hidden: isShown ? without(hidden) : [...without(hidden), column],
    pinned: isShown ? [...without(pinned), column] : without(pinned),
  })
}

export type LayoutPlace = { readonly workspace: string; readonly arrangement: string }

export const layoutOf = (
  document: WorkspaceDocument,
  { workspace, arrangement }: LayoutPlace,
): WorkspaceLayout | null => document.layouts[workspace]?.[arrangement] ?? null

/** Keeps a layout; null goes back to the standard one. */
export function keepLayout(place: LayoutPlace, layout: WorkspaceLayout | null): void {
  choices.setState((state) => {
    const all = Object.entries(state.layouts[place.workspace] ?? {})
    const others = Object.fromEntries(all.filter(([name]) => name !== place.arrangement))
    const kept = layout === null ? others : { ...others, [place.arrangement]: layout }
    return { layouts: { ...state.layouts, [place.workspace]: kept } }
  })
}

export const chooseKeys = (change: Partial<WorkspaceDocument['keys']>): void =>
  choices.setState((state) => ({ keys: { ...state.keys, ...change } }))

/** Does not count a notice before that moment; zero wakes it. */
export const snooze = (message: string, until: number): void =>
  choices.setState((state) => ({ snoozed: { ...state.snoozed, [message]: until } }))

/** Whether a notice sleeps at that moment. */
export const isSnoozed = (document: WorkspaceDocument, message: string, now: number): boolean =>
  (document.snoozed[message] ?? 0) > now
