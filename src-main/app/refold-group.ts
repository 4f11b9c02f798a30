import { concerns, type Adjustment } from '#domain/adjustment.ts'
import { isBooked, isFolded } from '#domain/fill.ts'
import { endFold, foldChunk, inSlotOrder, startFold, type Folding } from '#domain/fold.ts'
import { flat, positionKey, type Position } from '#domain/position.ts'
import { compareSlots, type Slot } from '#domain/slot.ts'
import type { Clock } from '#ports/clock.ts'
import type { FoldableFill, FoldsQuery } from '#ports/folds.ts'
import type { Ledger, PositionKey, PositionRecord } from '#ports/ledger.ts'
import type { ConId, ExecRoot } from '#shared/ids.ts'
import { ZERO, type Decimal, type Money } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'
import { metAdjustments } from './met.ts'
import { isSameRealized } from './refold.ts'

/** Fills folded before others get their turn: a few milliseconds' worth. */
const STEP = 500
/** Fills looked up at once. */
const LOOKED_UP = 512
/** No execution is older. */
const BEFORE_ALL = utcNanos(-1n)

type Place = {
  readonly ledger: Pick<Ledger, 'findFills' | 'fillsOfOrders' | 'folds'>
  readonly clock: Pick<Clock, 'turn' | 'stamp'>
  readonly memory: BookMemory
  readonly batch: Batch
}

/** What came of folding anew. */
export type FoldedAnew = {
  positions: number
  /** Positions that were not as believed. */
  differed: number
  fills: number
  /** Fills that had not realized what was believed, and now say what they did. */
  repaired: number
}

export type Pass = {
  readonly found: FoldedAnew
  /** False: more fills are to be put right. */
  readonly isWhole: boolean
}

/** One position that is being folded. */
type Part = PositionKey & {
  folding: Folding
  readonly commissions: Map<string, Money>
  commissionsPending: number
  /** Fills of it realize something else than they say. */
  hasWrong: boolean
}

type Group = {
  readonly place: Place
  readonly adjustments: ReadonlyMap<ConId, readonly Adjustment[]>
  readonly parts: Map<string, Part>
  /** What fills realized that say something else; not more than are to be put right. */
  readonly wrong: Map<ExecRoot, Decimal | null>
  readonly limit: number
  isWhole: boolean
}

/**
 * Folds all positions in some instruments anew, page by page, and writes what differs: positions,
 * and at most `limit` fills; if more fills differ, it is to be done again.
 */
export async function refoldGroup(
  place: Place,
  conIds: readonly ConId[],
  limit: number,
): Promise<Pass> {
  const group = await startGroup(place, conIds, limit)
  const { batch, clock, ledger } = place
  const own = batch.fills().filter(({ execution }) => conIds.includes(execution.conId))
  const found = { positions: 0, differed: 0, fills: 0, repaired: 0 }
  for await (const page of pagesOf(ledger, conIds, own)) {
    for (let from = 0; from < page.length; from += STEP) {
      take(group, page.slice(from, from + STEP))
      await clock.turn()
    }
    found.fills += page.length
  }
  for (const [index, part] of [...group.parts.values()].entries()) {
    if (index % STEP === STEP - 1) await clock.turn()
    found.positions += 1
    if (putRight(place, part)) found.differed += 1
  }
  await repair(group)
  found.repaired = group.wrong.size
  return { found, isWhole: group.isWhole }
}

async function startGroup(place: Place, conIds: readonly ConId[], limit: number): Promise<Group> {
  const adjustments = new Map<ConId, readonly Adjustment[]>()
  const parts = new Map<string, Part>()
  const group: Group = { place, adjustments, parts, wrong: new Map(), limit, isWhole: true }
  for (const conId of conIds) {
    adjustments.set(conId, await metAdjustments(place, conId))
    for (const key of place.memory.keysOf(conId)) {
      const holding = place.memory.holdings.get(key)
      if (holding) partOf(group, holding.position)
    }
    await place.clock.turn()
  }
  return group
}

function partOf({ parts, adjustments }: Group, { strategy, conId }: PositionKey): Part {
  const key = positionKey(strategy, conId)
  const known = parts.get(key)
  if (known) return known
  const own = (adjustments.get(conId) ?? []).filter((one) => concerns(one, { strategy, conId }))
  const part: Part = {
    ...{ strategy, conId, commissions: new Map(), commissionsPending: 0, hasWrong: false },
    folding: startFold(flat(strategy, conId), own),
  }
  parts.set(key, part)
  return part
}

/** The fills page by page, the next one being read while one is folded. */
async function* pagesOf(
  { folds }: Place['ledger'],
  conIds: readonly ConId[],
  own: readonly FoldableFill[],
): AsyncGenerator<readonly FoldableFill[], void> {
  const bounds = await folds.bounds(conIds)
  const read = async (index: number): Promise<readonly FoldableFill[]> => {
    const until = bounds[index]
    if (until === undefined) return []
    const wanted = { conIds, after: bounds[index - 1] ?? BEFORE_ALL, until }
    return withOwn(await folds.between(wanted), own, wanted)
  }
  let next = read(0)
  for (const index of bounds.keys()) {
    const page = await next
    next = read(index + 1)
    // What went wrong is thrown when its page is asked for; until then nobody listens.
    next.catch(() => undefined)
    yield page
  }
}

/** A page as it is once this batch is written. */
function withOwn(
  page: readonly FoldableFill[],
  own: readonly FoldableFill[],
  { after, until }: FoldsQuery,
): readonly FoldableFill[] {
  if (own.length === 0) return page
  const now = new Set(own.map(({ fillId }) => fillId))
  const here = own.filter(
    ({ execution: { executedAt } }) => executedAt > after && executedAt <= until,
  )
  return inSlotOrder([...page.filter(({ fillId }) => !now.has(fillId)), ...here])
}

/** Folds the next fills, each into its position; one that is not booked realizes nothing. */
function take(group: Group, fills: readonly FoldableFill[]): void {
  const { parts, place } = group
  const chunks = new Map<Part, FoldableFill[]>()
  for (const fill of fills) {
    const key = { strategy: fill.strategy, conId: fill.execution.conId }
    const hasPart = isFolded(fill.secType) || parts.has(positionKey(key.strategy, key.conId))
    if (!hasPart) continue
    const part = partOf(group, key)
    if (!isBooked(fill, place.memory.openingMoment)) judge(group, part, [fill, null])
    else {
      const chunk = chunks.get(part)
      if (chunk) chunk.push(fill)
      else chunks.set(part, [fill])
    }
  }
  for (const [part, chunk] of chunks) {
    const { folding, realized } = foldChunk(part.folding, chunk)
    part.folding = folding
    for (const [index, fill] of chunk.entries()) {
      charge(part, fill)
      judge(group, part, [fill, realized[index] ?? null])
    }
  }
}

function charge(part: Part, { charge: booked }: FoldableFill): void {
  if (booked === null) part.commissionsPending += 1
  else {
    const before = part.commissions.get(booked.currency) ?? ZERO
    part.commissions.set(booked.currency, before.plus(booked.amount) as Money)
  }
}

function judge(
  group: Group,
  part: Part,
  [fill, realized]: readonly [FoldableFill, Decimal | null],
): void {
  if (isSameRealized(fill.realizedPoints, realized)) return
  part.hasWrong = true
  if (group.wrong.size < group.limit) group.wrong.set(fill.fillId, realized)
  else group.isWhole = false
}

/** Puts a position right where it is not as folded. Answers whether it was believed otherwise. */
function putRight({ memory, batch, clock }: Place, part: Part): boolean {
  const { strategy, conId, folding, commissions, commissionsPending } = part
  const folded = { position: endFold(folding), commissions, commissionsPending }
  const isNew = !memory.holdings.has(positionKey(strategy, conId))
  const at = clock.stamp()
  const holding = memory.holding(strategy, conId, at)
  const before = holding.record()
  const differs =
    !isSamePosition(before.position, folded.position) || !isSameCharged(before, folded)
  const isSame = !differs && isSameSlot(before.position.lastSlot, folded.position.lastSlot)
  if (!isSame || part.hasWrong) holding.takeOver(folded)
  if (differs) batch.recounted.add(conId)
  if (differs) batch.changePosition(holding, at)
  else if (!isSame || isNew) batch.holdings.add(holding)
  return differs
}

const isSamePosition = (a: Position, b: Position): boolean =>
  a.quantity.equals(b.quantity) &&
  a.cost.equals(b.cost) &&
  a.realizedPoints.equals(b.realizedPoints) &&
  a.isCostKnown === b.isCostKnown &&
  a.isRealizedKnown === b.isRealizedKnown

const isSameSlot = (a: Slot | null, b: Slot | null): boolean =>
  a === null || b === null ? a === b : compareSlots(a, b) === 0

type Charged = Pick<PositionRecord, 'commissions' | 'commissionsPending'>

/** A currency in which nothing is charged is as good as none. */
function isSameCharged(a: Charged, b: Charged): boolean {
  const currencies = new Set([...a.commissions.keys(), ...b.commissions.keys()])
  const isSame = (currency: string): boolean =>
    (a.commissions.get(currency) ?? ZERO).equals(b.commissions.get(currency) ?? ZERO)
  return a.commissionsPending === b.commissionsPending && [...currencies].every(isSame)
}

/** Writes what fills realized where they say something else. */
async function repair({ place, wrong }: Group): Promise<void> {
  const { ledger, memory, batch, clock } = place
  const own = new Map(batch.fills().map((fill) => [fill.fillId, fill]))
  const roots = [...wrong.keys()]
  for (let from = 0; from < roots.length; from += LOOKED_UP) {
    const chunk = roots.slice(from, from + LOOKED_UP)
    const here = chunk.flatMap((root) => own.get(root) ?? memory.fills.get(root) ?? [])
    const has = new Set(here.map(({ fillId }) => fillId))
    const asked = chunk.filter((root) => !has.has(root))
    const found = asked.length === 0 ? [] : await ledger.findFills(asked)
    for (const fill of [...here, ...found]) {
      const changed = { ...fill, realizedPoints: wrong.get(fill.fillId) ?? null }
      if (memory.fills.has(fill.fillId)) memory.keepFill(changed)
      batch.changeFill(changed)
    }
    await clock.turn()
  }
}
