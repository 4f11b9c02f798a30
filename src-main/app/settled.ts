import type { BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import type { Execution } from '#domain/execution.ts'
import type { ConId } from '#shared/ids.ts'
import type { UtcMillis } from '#shared/time.ts'

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

  /** Takes a snapshot in; answers the whole, and begins anew, once nothing is missing. */
  merge(snapshot: BrokerSnapshot): BrokerSnapshot | null {
    const { inFlight, executions, positions, takenAt } = snapshot
    this.#since ??= takenAt
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
