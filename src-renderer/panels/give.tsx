import { useStore } from 'zustand'
import { giving } from '../stores/giving.ts'
import { GiveByHand } from './give-by-hand.tsx'
import { GiveFills } from './give-fills.tsx'
import { GiveHolding } from './give-holding.tsx'

/** What was asked to be given to another strategy, with its preview. */
export function Give() {
  const asked = useStore(giving, (state) => state.asked)
  if (asked === null) return null
  const { page } = asked
  switch (asked.kind) {
    case 'fills':
      return <GiveFills fills={asked.fills} page={page} />
    case 'holding':
      return <GiveHolding key={asked.holding.key} holding={asked.holding} page={page} />
    case 'by hand':
      return <GiveByHand move={asked.move} page={page} />
  }
}
