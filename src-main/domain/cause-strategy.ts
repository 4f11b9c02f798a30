import type { LikelyCause } from './cause.ts'
import type { Transfer } from './transfer.ts'

/** What a closing by hand looks like on the screen: whose it is, and the move that makes it so. */
export function wrongStrategy(transfer: Transfer, symbol: string): LikelyCause {
  const { from, to, quantity } = transfer
  return {
    cause: 'wrong strategy',
    certainty: 'likely',
    sentence: `${to} is open in ${symbol}, ${from} stands against it, and the broker is flat.`,
    facts: [{ name: `${from} holds`, value: quantity.toFixed() }],
    proposals: [{ how: 'transfer', transfer }],
  }
}
