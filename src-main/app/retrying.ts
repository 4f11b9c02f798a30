import type { Clock } from '#ports/clock.ts'
import type { Ledger, LedgerError, LedgerFailure } from '#ports/ledger.ts'
import type { Log } from '#ports/log.ts'

const RETRY_MS = 2_000

export type Retrying = {
  readonly clock: Clock
  readonly log: Log
  /** Told why it fails, and null when it succeeds again. */
  readonly onTrouble: (failure: LedgerFailure | null) => void
  /** True once nobody waits any more. */
  readonly hasEnded: () => boolean
}

export type Reads = Pick<Ledger, 'load' | 'fillsOf' | 'fillsOfOrders' | 'findFills' | 'folds'> & {
  readonly facts: Pick<Ledger['facts'], 'lateIn'>
}

/**
 * The queries a book decides on, asked until they are answered: it cannot go on without.
 * @throws the last failure once nobody waits any more.
 */
export function patient(ledger: Reads, settings: Retrying): Reads {
  const answered = async <Value>(ask: () => Promise<Value>): Promise<Value> => {
    const answer = await retrying(settings, ask)
    if ('value' in answer) return answer.value
    throw new Error(answer.sentence)
  }
  return {
    load: () => answered(ledger.load),
    fillsOf: (strategy, conId) => answered(() => ledger.fillsOf(strategy, conId)),
    fillsOfOrders: (orders) => answered(() => ledger.fillsOfOrders(orders)),
    findFills: (roots) => answered(() => ledger.findFills(roots)),
    facts: { lateIn: (conId, within) => answered(() => ledger.facts.lateIn(conId, within)) },
    folds: {
      instruments: () => answered(ledger.folds.instruments),
      bounds: (conIds) => answered(() => ledger.folds.bounds(conIds)),
      between: (wanted) => answered(() => ledger.folds.between(wanted)),
    },
  }
}

/**
 * Asks something of the ledger again and again until it is done, as on a disk that is full until
 * there is space. Answers a failure that trying again does not help, or the last one at the end.
 */
export async function retrying<Value>(
  { clock, log, onTrouble, hasEnded }: Retrying,
  ask: () => Promise<Value>,
): Promise<{ readonly value: Value } | LedgerFailure> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const value = await ask()
      if (attempt > 1) onTrouble(null)
      return { value }
    } catch (error) {
      const { failure } = error as Partial<LedgerError>
      if (failure === undefined) throw error
      log.error('The ledger could not be read or written', { attempt, reason: String(error) })
      if (failure.kind === 'duplicate' || failure.kind === 'doubled') return failure
      onTrouble(failure)
      if (hasEnded()) return failure
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve))
    }
  }
}
