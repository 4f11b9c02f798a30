import { useStore } from 'zustand'
import { settling } from '../../stores/settling.ts'
import { ManyBreaks } from './many-breaks.tsx'
import { OneBreak } from './one-break.tsx'

/** What is being settled, at the right edge; nothing while no break was opened. */
export function BreakDrawer() {
  const looking = useStore(settling, (state) => state.looking)
  if (looking === null) return null
  const { breakIds, page } = looking
  const [first, ...others] = breakIds
  const key = breakIds.join('|')
  if (first === undefined) return null
  if (others.length === 0) return <OneBreak key={key} breakId={first} page={page} />
  return <ManyBreaks key={key} {...{ breakIds, page }} />
}
