import type { StoreApi } from 'zustand/vanilla'
import type { WorkspaceDocument } from '#shared/api/workspace.ts'
import { chooseTable, tableChoiceOf } from './choices.ts'
import type { Table } from './table.ts'

/** Sorts each table as it was left, and remembers how it is sorted from then on. */
export function keepSorts(
  choices: StoreApi<WorkspaceDocument>,
  tables: Readonly<Record<string, Table>>,
): void {
  for (const [id, table] of Object.entries(tables)) {
    const saved = tableChoiceOf(choices.getState(), id).sort
    if (saved !== null) table.setSort(saved)
    table.store.subscribe(({ sort }, before) => {
      if (sort !== before.sort) chooseTable(id, { sort })
    })
  }
}
