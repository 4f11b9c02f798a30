import { signedQuantity } from '#domain/fill.ts'
import type { Entries, Settlement, SettleRequest } from '#domain/settlement.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { Break } from '#shared/break.ts'
import { isFlow } from '#shared/cash.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, ZERO, type Decimal } from '#shared/money.ts'
import { nanosOf, utcNanos, type UtcMillis, type UtcNanos } from '#shared/time.ts'
import { accountCostOf } from './account-costs.ts'
import { justBefore, splitBefore, tradedSince } from './dated-split.ts'
import { fillsSince } from './fills-since.ts'
import type { BookMemory } from './memory.ts'

export type SettlingPlace = {
  readonly ledger: Ledger
  readonly clock: Clock
  /** What the broker said a holding cost in the last run; null when unknown. */
  readonly brokerAverage: (conId: ConId) => Decimal | null
  /** When that was, by the broker's clock; null when unknown. */
  readonly seenAt: (conId: ConId) => UtcMillis | null
  /** `trader`, or what settles by itself. */
  readonly author: string
}

/** Breaks to be settled alike, each at the revision it was shown with. */
export type Wanted = {
  readonly breaks: readonly { readonly breakId: string; readonly revision: number }[]
  readonly settlement: Settlement
  readonly reason: string
}

type One = Wanted & { readonly one: Wanted['breaks'][number] }

/** All that settling one break is decided on; null when there is no such break. */
export async function requestOf(
  place: SettlingPlace,
  { settlement, reason, one }: One,
  memory: BookMemory,
): Promise<SettleRequest | null> {
  const broken = memory.breaks.get(one.breakId)
  if (broken === undefined) return null
  const { ledger, clock } = place
  const recordedAt = clock.stamp()
  const subject = await subjectOf(place, { conId: broken.conId, settlement }, memory)
  const moment = splitBefore(settlement)
  const traded =
    moment === null || broken.conId === null
      ? new Map<StrategyId, Decimal>()
      : await tradedSince({ ledger, clock, memory }, broken.conId, moment)
  return {
    break: broken,
    revision: subject.isBehind ? -1 : one.revision,
    settlement,
    ...subject.sides,
    tradedSince: traded,
    holders: await holdersOf(place, settlement, memory),
    orderFills:
      settlement.how === 'stand in' ? await ledger.fillsOfOrders([settlement.order.permId]) : [],
    writtenBefore: settlement.how === 'take back' ? writtenIn(memory) : NOTHING_WRITTEN,
    writing: {
      command: `settle-${recordedAt}`,
      author: place.author,
      reason: reason === '' ? settlement.how : reason,
      effectiveAt:
        moment !== null && traded.size > 0
          ? justBefore(moment)
          : afterAll(
              subject.sides.positions,
              takesEffect(place, { broken, settlement, recordedAt }),
            ),
      recordedAt,
    },
  }
}

const NOTHING_WRITTEN: Entries = { adjustments: [], cashEntries: [] }

/** All that may be taken back: the opening of the book has an undo of its own. */
export const writtenIn = ({ adjustments, cashEntries }: BookMemory): Entries => ({
  adjustments: adjustments.filter(({ kind }) => kind !== 'opening'),
  cashEntries: cashEntries.filter((entry) => entry.class !== 'opening'),
})

type Taking = {
  readonly broken: Break
  readonly settlement: Settlement
  readonly recordedAt: UtcNanos
}

const isOfResidual = ({ how }: Settlement): boolean =>
  how === 'assign' || how === 'share out' || how === 'keep unattributed'

/**
 * Now; but what nobody can explain takes effect when the broker was seen to hold it: what was
 * executed until then and turns up later explains it.
 */
function takesEffect(place: SettlingPlace, { broken, settlement, recordedAt }: Taking): UtcNanos {
  if (!isOfResidual(settlement)) return recordedAt
  const { conId, lastSeenAt } = broken
  const seen = conId === null ? null : place.seenAt(conId)
  return nanosOf(seen ?? lastSeenAt)
}

type Sides = Pick<
  SettleRequest,
  'instrument' | 'underlying' | 'positions' | 'cost' | 'brokerAverage'
>

/** What a break is about on both sides; `isBehind`: more is taken in than is committed. */
async function subjectOf(
  { ledger, clock, brokerAverage }: SettlingPlace,
  { conId, settlement }: { readonly conId: ConId | null; readonly settlement: Settlement },
  memory: BookMemory,
): Promise<{ readonly sides: Sides; readonly isBehind: boolean }> {
  if (conId === null) {
    const none = { instrument: null, underlying: null, positions: [], cost: null }
    return { sides: { ...none, brokerAverage: null }, isBehind: false }
  }
  const instrument = memory.instruments.get(conId) ?? null
  const isDelivered = settlement.how === 'deliver' && instrument !== null
  const underlying = isDelivered ? underlyingOf(instrument, memory) : null
  const own = positionsIn(memory, conId)
  const positions = underlying === null ? own : [...own, ...positionsIn(memory, underlying.conId)]
  const cost = await accountCostOf({ ledger, clock, memory }, conId)
  const held = own.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)
  return {
    sides: { instrument, underlying, positions, cost, brokerAverage: brokerAverage(conId) },
    // What was shown is no longer so.
    isBehind: cost !== null && !cost.position.quantity.equals(held),
  }
}

export const positionsIn = (memory: BookMemory, conId: ConId): SettleRequest['positions'] =>
  memory.keysOf(conId).flatMap((key) => memory.holdings.get(key)?.position ?? [])

/** Then, or right after the last fill: the broker's clock may be ahead of ours. */
export function afterAll(positions: SettleRequest['positions'], now: UtcNanos): UtcNanos {
  const last = positions.reduce((latest, { lastSlot }) => {
    const at = lastSlot?.at ?? 0n
    return at > latest ? at : latest
  }, 0n)
  return last >= now ? utcNanos(last + 1n) : now
}

/** IB's symbol of an option is its underlying's. */
const underlyingOf = (option: Instrument, memory: BookMemory): Instrument | null =>
  [...memory.instruments.values()].find(
    ({ secType, symbol, currency }) =>
      (secType === 'STK' || secType === 'ETF') &&
      symbol === option.symbol &&
      currency === option.currency,
  ) ?? null

/** Who held the instrument that income comes from when the right to it arose; else nobody. */
async function holdersOf(
  { ledger, clock }: SettlingPlace,
  settlement: Settlement,
  memory: BookMemory,
): Promise<ReadonlyMap<StrategyId, Decimal>> {
  if (settlement.how !== 'book cash' || isFlow(settlement.class)) return new Map()
  const { conId, heldAt, strategy } = settlement
  if (conId === null || strategy !== null) return new Map()
  const held = new Map<StrategyId, Decimal>()
  const add = (owner: StrategyId, quantity: Decimal): void => {
    held.set(owner, (held.get(owner) ?? new D(0)).plus(quantity))
  }
  for (const position of positionsIn(memory, conId)) add(position.strategy, position.quantity)
  if (heldAt !== null) {
    const since = (at: UtcNanos): boolean => at >= heldAt
    for (const fill of await fillsSince({ ledger, clock, memory }, conId, heldAt))
      add(fill.strategy, signedQuantity(fill.execution).negated())
    for (const one of memory.adjustments) {
      if (one.conId === conId && since(one.effectiveAt)) add(one.strategy, one.quantity.negated())
    }
  }
  return new Map([...held].filter(([, quantity]) => !quantity.isZero()))
}
