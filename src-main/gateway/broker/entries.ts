import type { Decimal } from '#shared/money.ts'
import { decimalOf, fixed } from '../fixed.ts'
import { book, type Booked, type BookedFill } from './holding.ts'
import type { Execution, Holding } from './types.ts'

/** What changes a holding, in the order it happened. */
export type Entry =
  /** An execution at its latest revision. */
  | { readonly what: 'fill'; execution: Execution }
  /** Something without an execution: a delivery, an expiry, a fraction paid out. */
  | { readonly what: 'movement'; readonly fill: BookedFill }
  | { readonly what: 'split'; readonly ratio: Decimal }

/** The fill as the book sees it; a commission in another currency is not part of the cost. */
const bookedFill = (execution: Execution): BookedFill => ({
  quantity: execution.signedQuantity,
  worth: execution.worth,
  commission:
    execution.commission?.currency === execution.instrument.currency
      ? execution.commission.paid
      : 0n,
})

/** The holding after an entry, and what it realised; null when it closed nothing. */
export function applied(holding: Holding, entry: Entry): Booked {
  if (entry.what === 'split')
    return {
      // One for three of three is one, though a third is never exact.
      holding: { ...holding, quantity: fixed(decimalOf(holding.quantity).times(entry.ratio)) },
      realized: null,
    }
  return book(holding, entry.what === 'fill' ? bookedFill(entry.execution) : entry.fill)
}
