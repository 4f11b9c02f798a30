import type { ToldExecution } from '#domain/execution.ts'
import type {
  AccountWindow,
  Broker,
  BrokerPosition,
  BrokerSnapshot,
  SnapshotAsking,
  SnapshotFailure,
} from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { UtcMillis } from '#shared/time.ts'

/** One instrument at a moment at which it stood still. */
export type SettledHolding = {
  readonly conId: ConId
  /** Null: the broker holds nothing of it. */
  readonly position: BrokerPosition | null
  /** The day's executions in it until then, each at its highest revision. */
  readonly executions: readonly ToldExecution[]
  readonly at: UtcMillis
}

/** An account window, and the instruments that did not stand still around it. */
export type SettledWindow = {
  readonly window: AccountWindow
  readonly busy: ReadonlySet<ConId>
}

/** What the broker holds, as far as it stood still for a moment. */
export type SettledSnapshot = {
  readonly account: AccountId
  readonly settled: readonly SettledHolding[]
  /** Never stood still: unknown, which is not flat. */
  readonly inFlight: readonly ConId[]
  /** Told twice and differently by the broker: unknown, too. */
  readonly contradicted: readonly ConId[]
  /** The account window of the last look that has one; null: none was told. */
  readonly window: SettledWindow | null
  /** The first of the moments. */
  readonly takenAt: UtcMillis
  /** How far the broker's clock was ahead of ours at the last look; null: it has not told. */
  readonly clockAheadMs: number | null
  readonly isComplete: boolean
}

/**
 * Puts together, over several looks, every instrument at a moment at which it stood still: an
 * account that trades without a pause is never still as a whole. What it held before the day's
 * executions is the same at whichever moment it is looked at; of two such moments the later counts.
 */
export class Settled {
  readonly #holdings = new Map<ConId, SettledHolding>()
  #window: SettledWindow | null = null

  /** Takes a look in; answers what is known after it. */
  merge(look: BrokerSnapshot): SettledSnapshot {
    const { account, inFlight, contradicted, takenAt, clockAheadMs } = look
    if (look.window !== null) {
      this.#window = { window: look.window, busy: new Set([...inFlight, ...contradicted]) }
    }
    const seen = holdingsOf(look)
    const told = new Set<string>(look.executions.map(({ execId }) => execId))
    for (const [conId, known] of this.#holdings) {
      if (!isStillSo(known, { seen, told })) this.#holdings.delete(conId)
    }
    for (const [conId, holding] of seen) {
      if (!inFlight.has(conId) && !contradicted.has(conId)) this.#holdings.set(conId, holding)
    }
    const isOpen = (conId: ConId): boolean => !this.#holdings.has(conId)
    const settled = [...this.#holdings.values()]
    const open = [...new Set([...inFlight, ...seen.keys()])].filter(isOpen)
    return {
      account,
      settled,
      inFlight: open.filter((conId) => !contradicted.has(conId)),
      contradicted: [...contradicted].filter(isOpen),
      window: this.#window,
      takenAt: settled.reduce((first, { at }) => (at < first ? at : first), takenAt),
      clockAheadMs,
      isComplete: open.length === 0 && [...contradicted].every((conId) => !isOpen(conId)),
    }
  }
}

type Seen = {
  readonly seen: ReadonlyMap<ConId, SettledHolding>
  readonly told: ReadonlySet<string>
}

/**
 * What was settled is no longer so once one of its executions has been corrected, or nothing is
 * said of the instrument any more.
 */
const isStillSo = ({ conId, executions }: SettledHolding, { seen, told }: Seen): boolean =>
  seen.has(conId) && executions.every(({ execId }) => told.has(execId))

/** Every instrument a look names, with what belongs to it. */
function holdingsOf(look: BrokerSnapshot): ReadonlyMap<ConId, SettledHolding> {
  const executed = new Map<ConId, ToldExecution[]>()
  for (const execution of look.executions) {
    const others = executed.get(execution.conId)
    if (others) others.push(execution)
    else executed.set(execution.conId, [execution])
  }
  const held = new Map(look.positions.map((position) => [position.conId, position]))
  return new Map(
    [...new Set([...held.keys(), ...executed.keys()])].map((conId) => [
      conId,
      {
        conId,
        position: held.get(conId) ?? null,
        executions: executed.get(conId) ?? [],
        at: look.takenAt,
      },
    ]),
  )
}

/** TWS has other things to answer, too. */
const BETWEEN_LOOKS_MS = 50

type Taking = {
  readonly broker: Broker
  readonly clock: Clock
  /** How long busy instruments are waited for. */
  readonly withinMs: number
  /** What the first look asks for; the whole day is asked for once. */
  readonly asking?: SnapshotAsking
  /** True: an account window around which nothing traded is waited for, too. */
  readonly isCashWanted?: boolean
  /** Instruments of a look that are not ready for another reason, told how long it has taken. */
  readonly unready?: (look: BrokerSnapshot, takenMs: number) => Promise<readonly ConId[]>
}

/**
 * Looks at an account again and again until every instrument has stood still once, or the time is
 * over; then the busy ones are in flight and the rest is settled. Only a broker that has not
 * answered at all is a failure.
 */
export async function takeSettled(
  account: AccountId,
  taking: Taking,
): Promise<Result<SettledSnapshot, SnapshotFailure>> {
  const { broker, clock, withinMs, unready, asking = 'what is new' } = taking
  const settled = new Settled()
  const startedAt = clock.monotonic()
  const takenMs = (): number => clock.monotonic() - startedAt
  let latest: SettledSnapshot | null = null
  let isAsked = false
  for (;;) {
    const look = await broker.snapshot(account, isAsked ? 'what is new' : asking)
    isAsked = look.ok
    if (look.ok) {
      const others = (await unready?.(look.value, takenMs())) ?? []
      const inFlight = new Set([...look.value.inFlight, ...others])
      latest = settled.merge({ ...look.value, inFlight })
      if (isEnough(latest, taking)) return ok(latest)
    } else if (look.error === 'not-connected') return look
    if (takenMs() >= withinMs) return latest === null ? err('timeout') : ok(latest)
    await new Promise<void>((resolve) => void clock.after(BETWEEN_LOOKS_MS, resolve))
  }
}

const isEnough = ({ isComplete, window }: SettledSnapshot, { isCashWanted }: Taking): boolean =>
  isComplete && (isCashWanted !== true || window === null || window.busy.size === 0)

/** The whole as one snapshot; null while something of it is unknown. */
export function wholeOf(snapshot: SettledSnapshot): BrokerSnapshot | null {
  if (!snapshot.isComplete) return null
  const { account, settled, takenAt, clockAheadMs } = snapshot
  return {
    account,
    positions: settled.flatMap(({ position }) => position ?? []),
    executions: settled.flatMap(({ executions }) => executions),
    inFlight: new Set(),
    contradicted: new Set(),
    window: null,
    takenAt,
    clockAheadMs,
  }
}
