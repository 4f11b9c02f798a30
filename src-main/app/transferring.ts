import {
  planTransfer,
  TRANSFER_REFUSALS,
  type Transfer,
  type TransferRefusal,
} from '#domain/transfer.ts'
import type { SettlePlan } from '#domain/settlement.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import { text } from '#shared/money.ts'
import type { Result } from '#shared/result.ts'

import type { Batch } from './batch.ts'
import { journalIn } from './journal.ts'
import type { BookMemory } from './memory.ts'
import { refoldHolding } from './refold.ts'
import { afterAll, positionsIn } from './settle-request.ts'

export type TransferringPlace = { readonly ledger: Ledger; readonly clock: Clock }

/** A move of a holding, and why; an empty reason says what it is. */
export type WantedTransfer = { readonly transfer: Transfer; readonly reason: string }

/** What a command came to; filled in when it runs. */
export type Transferred = { command: string; plan: SettlePlan | null }

/** What a transfer would write and change, on the book as it is; writes nothing. */
export function previewTransfer(
  { clock }: Pick<TransferringPlace, 'clock'>,
  { transfer, reason }: WantedTransfer,
  memory: BookMemory,
): Result<SettlePlan, TransferRefusal> {
  const positions = positionsIn(memory, transfer.conId)
  const recordedAt = clock.stamp()
  const writing = {
    command: `transfer-${recordedAt}`,
    author: 'trader',
    reason: reason === '' ? wordsOf(transfer, memory) : reason,
    effectiveAt: afterAll(positions, recordedAt),
    recordedAt,
  }
  return planTransfer(transfer, { positions, writing })
}

/**
 * Moves a holding between strategies at its cost, in one transaction; what it wrote is taken back
 * like a settlement. @throws {Error} in words, when it is refused; then nothing is written.
 */
export const transferHolding =
  (place: TransferringPlace, wanted: WantedTransfer, done: Transferred) =>
  async (memory: BookMemory, batch: Batch): Promise<void> => {
    const plan = previewTransfer(place, wanted, memory)
    if (!plan.ok) throw new Error(TRANSFER_REFUSALS[plan.error])
    const { adjustments } = plan.value
    const command = adjustments[0]?.command ?? ''
    memory.addAdjustments(adjustments)
    batch.adjustments.push(...adjustments)
    for (const { strategy, conId } of adjustments) {
      await refoldHolding({ ...place, memory, batch }, { strategy, conId })
    }
    const detail = `${command}: ${wordsOf(wanted.transfer, memory)}`
    const said = { command: 'positions.transfer', outcome: 'transferred', detail }
    journalIn({ memory, batch }, place.clock, said)
    Object.assign(done, { command, plan: plan.value })
  }

function wordsOf({ conId, from, to, quantity }: Transfer, { instruments }: BookMemory): string {
  const what = instruments.get(conId)?.symbol ?? `#${conId}`
  return `${text(quantity)} ${what} from ${from} to ${to}`
}
