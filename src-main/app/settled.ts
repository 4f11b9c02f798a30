import type { BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import { splitExecId, type Execution } from '#domain/execution.ts'
import { movesPosition } from '#domain/fill.ts'
import type { ConId } from '#shared/ids.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'

/**
 * The broker's average cost has commissions in it that it reports seconds later; one that takes
 * longer than this leaves the cost of its holding unknown.
 */
export const COMMISSIONS_WITHIN_MS = 30_000

/** One instrument at a moment at which it did not trade. */
type Part = {
  readonly position: BrokerPosition | null
  readonly executions: readonly Execution[]
}

/**
 * Puts together, over several snapshots, every instrument at a moment at which it stood still: an
 * account that trades without a pause is never still as a whole. What it held before the day's
 * executions is the same at whichever moment it is looked at.
 */
export class Settled {
  readonly #parts = new Map<ConId, Part>()
  #since: UtcMillis | null = null

  /**
   * Takes a snapshot in; answers the whole, and begins anew, once nothing is missing. An instrument
   * is not still either while the book lacks an execution of it, or its commission.
   */
  merge(snapshot: BrokerSnapshot, book: Known): BrokerSnapshot | null {
    const { executions, positions, takenAt } = snapshot
    this.#since ??= takenAt
    const isPatient = takenAt - this.#since < COMMISSIONS_WITHIN_MS
    const inFlight = isPatient
      ? new Set([...snapshot.inFlight, ...awaited(executions, book)])
      : snapshot.inFlight
    const told = new Set<string>(executions.map(({ execId }) => execId))
    const seen = partsOf(snapshot)
    for (const [conId, part] of seen) {
      if (!inFlight.has(conId)) this.#parts.set(conId, part)
      else if (!isStillTold(this.#parts.get(conId), told)) this.#parts.delete(conId)
    }
    const conIds = [...inFlight, ...[...positions, ...executions].map(({ conId }) => conId)]
    if (!conIds.every((conId) => this.#parts.has(conId))) return null
    const parts = [...this.#parts.values()]
    const whole: BrokerSnapshot = {
      ...snapshot,
      positions: parts.flatMap(({ position }) => position ?? []),
      executions: parts.flatMap((part) => part.executions),
      inFlight: new Set(),
      takenAt: this.#since,
    }
    this.#parts.clear()
    this.#since = null
    return whole
  }
}

/** What the merging needs of a book. */
type Known = Pick<BookMemory, 'fills' | 'revisionOf'>

/** Instruments of which the book has not taken in every execution with its commission. */
function awaited(executions: readonly Execution[], book: Known): readonly ConId[] {
  const isWhole = ({ execId }: Execution): boolean => {
    const { root } = splitExecId(execId)
    const fill = book.fills.get(root)
    // Of what it remembers only by its id thousands have come since.
    if (fill === undefined) return book.revisionOf(root) !== undefined
    return fill.charge !== null || !movesPosition(fill.secType)
  }
  return executions.filter((execution) => !isWhole(execution)).map(({ conId }) => conId)
}

/** A part is no longer what the broker says once one of its executions has been corrected. */
const isStillTold = (part: Part | undefined, told: ReadonlySet<string>): boolean =>
  part?.executions.every(({ execId }) => told.has(execId)) ?? true

function partsOf({ positions, executions }: BrokerSnapshot): ReadonlyMap<ConId, Part> {
  const executed = new Map<ConId, Execution[]>()
  for (const execution of executions) {
    const others = executed.get(execution.conId)
    if (others) others.push(execution)
    else executed.set(execution.conId, [execution])
  }
  const held = new Map(positions.map((position) => [position.conId, position]))
  const conIds = new Set([...held.keys(), ...executed.keys()])
  return new Map(
    [...conIds].map((conId) => [
      conId,
      { position: held.get(conId) ?? null, executions: executed.get(conId) ?? [] },
    ]),
  )
}
