import type { Adjustment } from '#domain/adjustment.ts'
import type { BookNow } from '#domain/book-cash.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import type { BookMemory } from './memory.ts'

/**
 * What the book's cash and equity follow from.
 * @param records positions as committed for what is shown, as decided for what is being written.
 */
export function bookNow(
  memory: Pick<BookMemory, 'instruments' | 'adjustments' | 'cashEntries'>,
  records: Iterable<PositionRecord>,
): BookNow {
  const { instruments, adjustments, cashEntries } = memory
  const booked = [...records].flatMap(({ position, commissions, commissionsPending }) => {
    const instrument = instruments.get(position.conId)
    return instrument === undefined
      ? []
      : [{ position, instrument, commissions, commissionsPending }]
  })
  const paired = adjustments.flatMap((adjustment: Adjustment) => {
    const instrument = instruments.get(adjustment.conId)
    return instrument === undefined ? [] : [{ adjustment, instrument }]
  })
  return { booked, adjustments: paired, entries: cashEntries }
}
