import { sum } from '#shared/money.ts'
import { err, type Result } from '#shared/result.ts'
import { isNearCent } from './cause-booking.ts'
import type { Entries, SettleRefusal, SettleRequest } from './settlement.ts'
import { planUndo } from './undo.ts'

/**
 * Settles a break by taking back all that stands of an earlier command: right where that is the
 * whole difference, and nothing else. Balances of cash are told in cents.
 */
export function draftTakeBack(
  { break: broken, writtenBefore, writing }: SettleRequest,
  command: string,
): Result<Entries, SettleRefusal> {
  const { kind, conId, currency, difference } = broken
  if (kind === 'cost' || difference === null) return err('wrong-kind')
  const plan = planUndo({ command, ...writtenBefore }, writing)
  if (!plan.ok) return err('nothing-stands')
  const { adjustments, cashEntries } = plan.value
  const units = sum(adjustments.map(({ quantity }) => quantity))
  const amount = sum(cashEntries.map((one) => one.amount))
  const isWhole =
    kind === 'cash'
      ? adjustments.length === 0 &&
        cashEntries.every((one) => one.currency === currency) &&
        isNearCent(amount, difference)
      : cashEntries.length === 0 &&
        adjustments.every((one) => one.conId === conId) &&
        units.equals(difference)
  return isWhole ? plan : err('not-solvable')
}
