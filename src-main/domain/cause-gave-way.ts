import { grouped } from '#shared/grouped.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import { standingEntries, type CashEntry } from './cash.ts'
import { isNearCent } from './cause-booking.ts'
import type { Known } from './cause-cash-evidence.ts'
import type { LikelyCause } from './cause.ts'
import { commandOf } from './settlement.ts'

/** What one command booked of a currency. */
type Booked = { readonly command: string; readonly entries: readonly CashEntry[] }

/**
 * Cash that was booked because a residual was settled for another value than was paid: since the
 * executions tell what was paid, it is in the book twice, once by them and once as what it was
 * booked as. Believed where both are the same amount, to the cent.
 */
export function bookedTwice({ evidence, amount, currency }: Known): LikelyCause | null {
  for (const { command, entries } of bookedIn(evidence.history, currency)) {
    const booked = entries.reduce<Decimal>((sum, one) => sum.plus(one.amount), ZERO)
    if (!isNearCent(booked.negated(), amount)) continue
    const gave = evidence.gaveWay.find(
      ({ leftOver, settledAt }) =>
        isNearCent(leftOver, booked) && entries.every((one) => one.recordedAt > settledAt),
    )
    if (gave === undefined) continue
    return {
      cause: 'booked twice',
      certainty: 'likely',
      sentence:
        `It was booked as ${entries[0]?.class ?? 'cash'} because ${gave.symbol} was settled for ` +
        'another value than was paid; the executions that turned up since tell what was paid.',
      facts: [
        { name: 'booked', value: booked.toFixed() },
        { name: 'booked by', value: command },
        { name: 'settlement that gave way', value: gave.command },
        ...gave.executions.map((value) => ({ name: 'execution', value })),
      ],
      proposals: [{ how: 'take back', command }],
    }
  }
  return null
}

/** What stands of each command that booked cash of a currency, the latest first. */
function bookedIn(history: readonly CashEntry[], currency: string): readonly Booked[] {
  const booked = standingEntries(history).filter(
    (one) => one.class !== 'opening' && one.currency === currency,
  )
  return [...grouped(booked, ({ id }) => commandOf(id))]
    .map(([command, entries]) => ({ command, entries }))
    .toReversed()
}
