import { isOpen } from '#domain/break-life.ts'
import { causesOfCash } from '#domain/cause-cash.ts'
import type { AccruedInAll, Accrual } from '#domain/cause-cash-evidence.ts'
import type { HeldShare } from '#domain/cause-dividend.ts'
import { causesOfCost } from '#domain/cause-cost.ts'
import type { BrokenInstrument } from '#domain/cause-evidence.ts'
import { pendingCash, type PendingCash } from '#domain/cause-pending.ts'
import { causesOfQuantity } from '#domain/cause-quantity.ts'
import type { LikelyCause } from '#domain/cause.ts'
import { splitExecId, type Execution } from '#domain/execution.ts'
import type { Fill } from '#domain/fill.ts'
import { dateIn, periodOf } from '#domain/period.ts'
import type { Unjudged } from '#domain/reconcile.ts'
import { slotOf, type Slot } from '#domain/slot.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { BreakCauses } from '#ports/reconciliation.ts'
import type { Break } from '#shared/break.ts'
import type { ConId } from '#shared/ids.ts'
import { ZERO, type Decimal, type Price } from '#shared/money.ts'
import { millisOf, utcMillis, type UtcMillis } from '#shared/time.ts'
import type { AccountValues } from './account-values.ts'
import { awayBefore } from './away.ts'
import { marksIn, valuesIn } from './broker-cash.ts'
import { causeView } from './cause-view.ts'
import { EXCHANGE } from './exchange.ts'
import { gaveWayIn } from './gave-way.ts'
import type { Judging } from './reconciling.ts'
import type { BookMemory } from './memory.ts'
import { accruedOf } from './run-worth.ts'
import type { SettledHolding } from './settled.ts'
import { tradedLately } from './traded-lately.ts'

/** The lots of a longer history than this are not looked into: a cause must not hold a run up. */
const FILLS_LOOKED_AT = 20_000
const CHUNK = 1_000

/**
 * What may lie behind each break that is open, for those of which something else is thought than
 * before. While a cash break stays as it was, so does what was thought of it: what the broker had
 * accrued is known at the run that found it, and not any more later.
 */
export async function causesOf(
  judging: Judging,
  memory: BookMemory,
  unjudged: readonly Unjudged[],
): Promise<readonly BreakCauses[]> {
  const place = new Evidence(judging, memory, unjudged)
  const thought: BreakCauses[] = []
  const open = [...memory.breaks.values()].filter(isOpen)
  // What a holding that changed will move in cash is known before the cash is looked into.
  for (const broken of open.toSorted((a, b) => Number(isCash(a)) - Number(isCash(b)))) {
    const known = memory.causes.get(broken.id)
    const isAsBefore = known?.revision === broken.revision
    if (isAsBefore && isCash(broken) && isExplained(known)) continue
    const causes = (await place.causes(broken)).map(causeView)
    if (isAsBefore && JSON.stringify(known.causes) === JSON.stringify(causes)) continue
    const recordedAt = judging.to.clock.stamp()
    thought.push({ recordedAt, breakId: broken.id, revision: broken.revision, causes })
  }
  return thought
}

/** Whether something can be done about it that was known to be right. */
const isExplained = ({ causes: [best] }: BreakCauses): boolean =>
  best !== undefined && best.cause !== 'unknown' && best.proposals.length > 0

const isCash = ({ kind }: Break): boolean => kind === 'cash'

/** What is known around the breaks of one run. */
class Evidence {
  readonly #judging: Judging
  readonly #memory: BookMemory
  readonly #settled: ReadonlyMap<ConId, SettledHolding>
  readonly #now: UtcMillis
  /** Of the window all was compared by. */
  readonly #marks: ReadonlyMap<ConId, Decimal>
  readonly #unjudgedCash: ReadonlySet<string | null>
  readonly #pending: PendingCash[] = []

  constructor(judging: Judging, memory: BookMemory, unjudged: readonly Unjudged[]) {
    this.#judging = judging
    this.#memory = memory
    this.#settled = new Map(judging.snapshot.settled.map((one) => [one.conId, one]))
    this.#now = brokerNow(judging.to.clock.now(), memory)
    const { window } = judging.snapshot
    this.#marks = window === null ? new Map() : marksIn(window.window, memory)
    const cash = unjudged.filter(({ kind }) => kind === 'cash')
    this.#unjudgedCash = new Set(cash.map(({ currency }) => currency))
  }

  causes(broken: Break): Promise<readonly LikelyCause[]> {
    if (broken.kind === 'cash') return this.#ofCash(broken)
    return broken.kind === 'cost' ? this.#ofCost(broken) : this.#ofQuantity(broken)
  }

  /** The price all was compared at, else the last one. */
  #mark(conId: ConId): Price | null {
    const told = this.#marks.get(conId)
    return told === undefined ? (this.#judging.to.prices.of(conId)?.price ?? null) : (told as Price)
  }

  async #ofQuantity(broken: Break): Promise<readonly LikelyCause[]> {
    const found = this.#instrumentOf(broken)
    if (found === null) return []
    const { instrument } = found
    const { conId, currency } = instrument
    const orders = [...this.#memory.orders.values()].filter((order) => order.conId === conId)
    const { book, costs } = this.#judging
    const told = this.#settled.get(conId)
    const executed = await this.#fillsTold(told)
    const ofOrders = await book.ledger.fillsOfOrders(orders.map(({ permId }) => permId))
    const fills = new Map([...executed, ...ofOrders].map((fill) => [fill.fillId, fill]))
    const replayedFrom = periodOf('daily', this.#now, EXCHANGE).from
    const cashBreak = this.#openBreaks('cash').find((one) => one.currency === currency) ?? null
    const isCashJudged = this.#judging.snapshot.window && !this.#unjudgedCash.has(currency)
    const causes = causesOfQuantity({
      break: broken,
      instrument,
      cost: costs.get(conId) ?? null,
      brokerAverage: told?.position?.averageCost ?? null,
      brokerExecutions: executed.map(({ execution }) => execution),
      fills: [...fills.values()].filter(({ execution }) => execution.conId === conId),
      orders,
      quantityBreaks: this.#quantityBreaks(),
      cashBreak,
      doesCashAgree: isCashJudged === true && cashBreak === null,
      today: dateIn(EXCHANGE.zone, this.#now),
      mark: this.#mark(conId),
      away: awayBefore(broken, this.#memory, this.#judging.to.sessionAt),
      lately: await tradedLately({ ...{ judging: this.#judging, memory: this.#memory }, ...found }),
      replayedFrom,
      adjustments: this.#memory.adjustments.filter((one) => one.conId === conId),
    })
    this.#pending.push(pendingCash({ break: broken, instrument }, causes))
    return causes
  }

  async #ofCost(broken: Break): Promise<readonly LikelyCause[]> {
    const found = this.#instrumentOf(broken)
    const cost = found === null ? null : this.#judging.costs.get(found.instrument.conId)
    if (found === null || !cost) return []
    const { conId } = found.instrument
    const { fills, isWhole } = await historyOf(this.#judging.book.ledger, conId)
    const executed = await this.#fillsTold(this.#settled.get(conId))
    return causesOfCost({
      ...{ break: broken, instrument: found.instrument, cost, fills, isWhole },
      adjustments: this.#memory.adjustments.filter((one) => one.conId === conId),
      brokerExecutions: executed.map(({ execution }): Execution => execution),
      thresholds: this.#judging.to.thresholds,
    })
  }

  async #ofCash(broken: Break): Promise<readonly LikelyCause[]> {
    const { to, snapshot, book } = this.#judging
    const place = { ledger: book.ledger, memory: this.#memory }
    const quantityBreaks = this.#quantityBreaks()
    const marks = quantityBreaks.flatMap(({ instrument: { conId } }): [ConId, Price][] => {
      const mark = this.#mark(conId)
      return mark === null ? [] : [[conId, mark]]
    })
    const values = snapshot.window === null ? to.values : valuesIn(snapshot.window.window)
    const accrual = (key: string): Accrual | null => {
      const { currency } = broken
      const now = currency === null ? undefined : values.amountsOf(key).get(currency)
      const told = to.accruals.get(`${key}|${currency ?? ''}`)
      return now === undefined || told === undefined ? null : { told, now }
    }
    return causesOfCash({
      break: broken,
      cashBreaks: this.#openBreaks('cash'),
      quantityBreaks,
      pending: this.#pending.filter((one) => one.currency === broken.currency),
      shares: this.#sharesIn(broken.currency),
      marks: new Map<ConId, Decimal>(marks),
      rates: values.fx,
      dividends: [],
      accruedDividend: accrual('NetDividend'),
      accruedInterest: accrual('AccruedCash'),
      accruedInAll: this.#accruedInAll(values),
      gaveWay: broken.currency === null ? [] : await gaveWayIn(place, broken.currency),
      history: this.#memory.cashEntries,
      now: to.clock.now(),
    })
  }

  /** Also of what was paid while the program was closed, for the last run is in the ledger. */
  #accruedInAll(values: AccountValues): AccruedInAll | null {
    const worth = this.#memory.worthAtRest
    const now = accruedOf(values)
    if (worth === null || worth.accrued === null || now === null) return null
    return { baseCurrency: worth.baseCurrency, before: worth.accrued, now }
  }

  /** What the account holds of the shares of a currency, whosever they are. */
  #sharesIn(currency: string | null): readonly HeldShare[] {
    const held = new Map<ConId, Decimal>()
    for (const { position } of this.#memory.holdings.values()) {
      const before = held.get(position.conId) ?? ZERO
      held.set(position.conId, before.plus(position.quantity))
    }
    return [...held].flatMap(([conId, quantity]): readonly HeldShare[] => {
      const instrument = this.#memory.instruments.get(conId)
      const isShare = ['STK', 'ETF', 'FUND'].includes(instrument?.secType ?? '')
      if (instrument?.currency !== currency || !isShare || quantity.isZero()) return []
      return [{ instrument, quantity, mark: this.#mark(conId) }]
    })
  }

  #openBreaks(kind: Break['kind']): readonly Break[] {
    return [...this.#memory.breaks.values()].filter((one) => one.kind === kind && isOpen(one))
  }

  #quantityBreaks(): readonly BrokenInstrument[] {
    return this.#openBreaks('quantity').flatMap((one) => this.#instrumentOf(one) ?? [])
  }

  #instrumentOf(broken: Break): BrokenInstrument | null {
    const { conId } = broken
    if (conId === null) return null
    const instrument =
      this.#memory.instruments.get(conId) ?? this.#settled.get(conId)?.position?.instrument
    return instrument === undefined ? null : { break: broken, instrument }
  }

  /** What the book has of the executions the snapshot lists. */
  async #fillsTold(held: SettledHolding | undefined): Promise<readonly Fill[]> {
    const roots = (held?.executions ?? []).map(({ execId }) => splitExecId(execId).root)
    return roots.length === 0 ? [] : this.#judging.book.ledger.findFills(roots)
  }
}

/** The broker's clock may be ahead of ours: no execution is of the future. */
function brokerNow(now: UtcMillis, memory: BookMemory): UtcMillis {
  let latest: number = now
  for (const { position } of memory.holdings.values()) {
    const at = position.lastSlot === null ? 0 : millisOf(position.lastSlot.at)
    if (at > latest) latest = at
  }
  return utcMillis(latest)
}

async function historyOf(
  ledger: Pick<Ledger, 'fillsAfter'>,
  conId: ConId,
): Promise<{ readonly fills: readonly Fill[]; readonly isWhole: boolean }> {
  const fills: Fill[] = []
  let after: Slot | null = null
  while (fills.length < FILLS_LOOKED_AT) {
    const chunk: readonly Fill[] = await ledger.fillsAfter(conId, after, CHUNK)
    fills.push(...chunk)
    const last = chunk.at(-1)
    if (last === undefined || chunk.length < CHUNK) return { fills, isWhole: true }
    after = slotOf(last)
  }
  return { fills, isWhole: false }
}
