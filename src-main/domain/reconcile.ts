import type { BreakKind } from '#shared/break.ts'
import type { AccountId, ConId, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { ZERO, type Decimal, type Quantity } from '#shared/money.ts'
import { costAtBroker, nothingHeld, type AccountCost } from './account-cost.ts'
import { movesPosition } from './fill.ts'
import { averageCost, type Position } from './position.ts'
import { readBroker, type BrokerHolding, type BrokerSide } from './broker-side.ts'
import { priceOfResidual } from './residual.ts'
import { allowedCost, type Thresholds } from './thresholds.ts'

/** One currency's cash on both sides, futures P&L not yet swept included; null is not known. */
export type CashOnBothSides = {
  readonly currency: string
  readonly ledger: Decimal | null
  readonly broker: Decimal | null
}

/** Both sides of one account at one settled moment. */
export type BothSides = {
  readonly account: AccountId
  /** Every position of every strategy, UNATTRIBUTED included; flat ones do no harm. */
  readonly positions: readonly Position[]
  /** What each instrument held cost the whole account. */
  readonly costs: ReadonlyMap<ConId, AccountCost>
  readonly instruments: ReadonlyMap<ConId, Instrument>
  /** The broker's answer as it came. */
  readonly broker: readonly BrokerHolding[]
  readonly cash: readonly CashOnBothSides[]
  /** Currencies something traded in while the cash was told: not judged. */
  readonly cashInFlight: ReadonlySet<string>
  /** Traded while the snapshot was taken: not judged. */
  readonly inFlight: ReadonlySet<ConId>
  readonly thresholds: Thresholds
}

export type RowState = 'agrees' | 'differs' | 'in flight' | 'unknown'

/** One line of the reconciled book. Unpriced: marks and the value in base are put beside it. */
export type ReconciledRow = {
  readonly conId: ConId
  /** Null: the residual, which the broker holds (or lacks) and no strategy claims. */
  readonly strategy: StrategyId | null
  readonly quantity: Quantity
  /**
   * Per unit as quoted, without commission; the residual's is the price that would make the
   * account's average the broker's. Null when unknown.
   */
  readonly averageCost: Decimal | null
  readonly heldBy: 'both' | 'ledger' | 'broker'
  /** Of the instrument as a whole. */
  readonly state: RowState
}

/** One disagreement of one run, in the units of `Break`. */
export type Disagreement = {
  readonly kind: BreakKind
  readonly conId: ConId | null
  readonly currency: string | null
  readonly missing: 'ledger' | 'broker' | null
  readonly ledger: Decimal | null
  readonly broker: Decimal | null
  /** Broker minus ledger. */
  readonly difference: Decimal | null
}

/** What could not be judged, and why in a sentence. Neither agrees nor differs. */
export type Unjudged = {
  readonly kind: BreakKind
  readonly conId: ConId | null
  readonly currency: string | null
  readonly isInFlight: boolean
  readonly why: string
}

export type Reconciled = {
  readonly account: AccountId
  readonly rows: readonly ReconciledRow[]
  readonly disagreements: readonly Disagreement[]
  readonly unjudged: readonly Unjudged[]
}

/** Compares the ledger with the broker. Asks nothing, changes nothing: twice is once. */
export function reconcile(sides: BothSides): Reconciled {
  const steps = reconcileInSteps(sides, Infinity)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same, stopping every `stepSize` positions or instruments, so that nobody is held up. */
export function* reconcileInSteps(
  sides: BothSides,
  stepSize: number,
): Generator<undefined, Reconciled> {
  const held = new Map<ConId, Position[]>()
  let done = 0
  for (const position of sides.positions) {
    if (done > 0 && done % stepSize === 0) yield
    done += 1
    if (position.quantity.isZero()) continue
    const others = held.get(position.conId)
    if (others) others.push(position)
    else held.set(position.conId, [position])
  }
  const broker = readBroker(sides.broker)
  const found: Found = { rows: [], disagreements: [], unjudged: [] }
  for (const conId of new Set([...held.keys(), ...broker.keys()])) {
    const positions = held.get(conId) ?? []
    if (done > 0 && done % stepSize < positions.length + 1) yield
    done += positions.length + 1
    judge(sides, { conId, positions, broker: broker.get(conId) ?? null }, found)
  }
  for (const cash of sides.cash) judgeCash(sides, cash, found)
  return { account: sides.account, ...found }
}

type Found = {
  readonly rows: ReconciledRow[]
  readonly disagreements: Disagreement[]
  readonly unjudged: Unjudged[]
}

/** One instrument on both sides. */
type Pair = {
  readonly conId: ConId
  readonly positions: readonly Position[]
  /** Null: the broker does not list it, so it holds none. */
  readonly broker: BrokerSide | null
}

function judge(sides: BothSides, pair: Pair, found: Found): void {
  const instrument = sides.instruments.get(pair.conId) ?? null
  // Balances of currencies are compared as cash, and combos by their legs.
  if (instrument !== null && !movesPosition(instrument.secType)) return
  const subject = { conId: pair.conId, currency: instrument?.currency ?? null }
  const reason = whyNotJudged(sides, pair)
  if (reason !== null) {
    found.unjudged.push({ kind: 'quantity', ...subject, ...reason })
    found.unjudged.push({ kind: 'cost', ...subject, ...reason })
    const state = reason.isInFlight ? 'in flight' : 'unknown'
    pushRows(found, { pair, state, residual: null })
    return
  }
  const difference = quantityDifference(sides, pair)
  if (difference === null) {
    pushRows(found, { pair, state: judgeCost(sides, pair, found), residual: null })
    return
  }
  found.disagreements.push({ kind: 'quantity', ...subject, ...difference })
  const why = 'The quantities differ: their costs cannot be compared.'
  found.unjudged.push({ kind: 'cost', ...subject, isInFlight: false, why })
  const residual = residualRow(sides, pair, difference.difference)
  pushRows(found, { pair, state: 'differs', residual })
}

function whyNotJudged(
  { inFlight }: BothSides,
  { conId, broker }: Pair,
): Pick<Unjudged, 'isInFlight' | 'why'> | null {
  if (inFlight.has(conId)) {
    return { isInFlight: true, why: 'It traded while the snapshot was taken.' }
  }
  return broker === null || broker.fault === null ? null : { isInFlight: false, why: broker.fault }
}

/** Most instruments are held by one strategy: nothing to add up. */
function sumOf([first, ...others]: readonly Position[]): Decimal {
  if (first === undefined) return ZERO
  return others.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), first.quantity)
}

type Difference = {
  readonly missing: Disagreement['missing']
  readonly ledger: Decimal
  readonly broker: Decimal
  readonly difference: Decimal
}

/** How far the quantities are apart; null when they agree. */
function quantityDifference({ thresholds }: BothSides, pair: Pair): Difference | null {
  const ledger = sumOf(pair.positions)
  const broker = pair.broker?.quantity ?? ZERO
  // Nearly all agree to the last digit.
  if (broker.equals(ledger)) return null
  const difference = broker.minus(ledger)
  if (!difference.abs().greaterThan(thresholds.quantity)) return null
  const missing = broker.isZero() ? 'broker' : ledger.isZero() ? 'ledger' : null
  return { missing, ledger, broker, difference }
}

function residualRow(sides: BothSides, { conId, broker }: Pair, residual: Decimal): Residual {
  const instrument = sides.instruments.get(conId)
  const cost = sides.costs.get(conId)
  const price =
    instrument === undefined
      ? null
      : priceOfResidual({
          cost: cost ?? nothingHeld(conId),
          instrument,
          residual,
          brokerAverage: broker?.averageCost ?? null,
        }).price
  return { quantity: residual as Quantity, averageCost: price }
}

type Residual = Pick<ReconciledRow, 'quantity' | 'averageCost'>

type Judged = {
  readonly pair: Pair
  readonly state: RowState
  readonly residual: Residual | null
}

function pushRows(found: Found, { pair, state, residual }: Judged): void {
  const { conId, positions, broker } = pair
  const isHeldThere = broker !== null && !broker.quantity.isZero()
  for (const position of positions) {
    found.rows.push({
      conId,
      strategy: position.strategy,
      quantity: position.quantity,
      averageCost: averageCost(position),
      heldBy: isHeldThere ? 'both' : 'ledger',
      state,
    })
  }
  const heldBy = !isHeldThere ? 'ledger' : positions.length === 0 ? 'broker' : 'both'
  if (residual !== null) found.rows.push({ conId, strategy: null, ...residual, heldBy, state })
  else if (positions.length === 0 && broker !== null && state !== 'agrees') {
    // Held there alone and not judged: shown, at a cost that is not known yet.
    const { quantity } = broker
    found.rows.push({ conId, strategy: null, quantity, averageCost: null, heldBy, state })
  }
}

/** The quantities agree; the costs agree, differ, or cannot be compared, which is said. */
function judgeCost(sides: BothSides, { conId, broker }: Pair, found: Found): RowState {
  if (broker === null || broker.quantity.isZero()) return 'agrees'
  const instrument = sides.instruments.get(conId)
  const cost = sides.costs.get(conId)
  const subject = { kind: 'cost', conId, currency: instrument?.currency ?? null } as const
  const ledger = ledgerCost(cost, instrument)
  if (ledger === null || broker.averageCost === null) {
    const isTold = broker.averageCost !== null
    const why = isTold ? whyUnknown(cost, instrument) : 'The broker told no average cost.'
    found.unjudged.push({ ...subject, isInFlight: false, why })
    return 'agrees'
  }
  // Averages are what is compared: of the same quantity, the broker's may differ a little.
  const theirs = broker.averageCost.times(cost?.position.quantity ?? broker.quantity)
  const difference = theirs.minus(ledger)
  if (difference.isZero()) return 'agrees'
  if (!difference.abs().greaterThan(allowedCost(sides.thresholds, theirs))) return 'agrees'
  found.disagreements.push({ ...subject, missing: null, ledger, broker: theirs, difference })
  return 'differs'
}

const ledgerCost = (
  cost: AccountCost | undefined,
  instrument: Instrument | undefined,
): Decimal | null => (instrument && cost ? costAtBroker(cost, instrument) : null)

function whyUnknown(cost: AccountCost | undefined, instrument: Instrument | undefined): string {
  if (instrument === undefined || instrument.priceMagnifier === null)
    return 'The contract’s details are not known yet.'
  if (cost?.isCommissionKnown === false)
    return 'A commission has not been reported yet, or in another currency.'
  return 'What the ledger’s holding cost is not known.'
}

/** The broker tells money in cents, so no difference is told finer: the rest is its rounding. */
const CENTS = 2

function judgeCash(sides: BothSides, cash: CashOnBothSides, found: Found): void {
  const { thresholds, cashInFlight } = sides
  const { currency, ledger, broker } = cash
  const subject = { kind: 'cash', conId: null, currency } as const
  if (cashInFlight.has(currency)) {
    const why = `Something traded in ${currency} while its cash was told.`
    found.unjudged.push({ ...subject, isInFlight: true, why })
    return
  }
  if (ledger?.isFinite() !== true || broker?.isFinite() !== true) {
    const side = broker?.isFinite() === true ? 'The ledger' : 'The broker'
    const why = `${side}’s ${currency} cash is not known.`
    found.unjudged.push({ ...subject, isInFlight: false, why })
    return
  }
  const places = Math.max(CENTS, broker.decimalPlaces())
  const difference = broker.minus(ledger).toDecimalPlaces(places)
  if (!difference.abs().greaterThan(thresholds.cash)) return
  const missing = broker.isZero() ? 'broker' : ledger.isZero() ? 'ledger' : null
  found.disagreements.push({ ...subject, missing, ledger, broker, difference })
}
