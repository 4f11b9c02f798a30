import { useMemo } from 'react'
import { daySince, isFresh, type DeskState } from '../../stores/desk-state.ts'
import { useDesk, useMinute } from '../../workspace/context.ts'
import type { CellContext } from './column.ts'

/** What cells need of the desk at a moment. */
export const contextAt = (state: DeskState, now: number): CellContext => ({
  ...{ now, isFresh: isFresh(state), daySince: daySince(state) },
})

/** The same now, and again when it changes. */
export function useCellContext(): CellContext {
  const now = useMinute()
  const fresh = useDesk(isFresh)
  const since = useDesk(daySince)
  return useMemo(() => ({ now, isFresh: fresh, daySince: since }), [now, fresh, since])
}
