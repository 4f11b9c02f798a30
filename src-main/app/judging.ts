import type { AccountCost } from '#domain/account-cost.ts'
import { followUp } from '#domain/break-life.ts'
import type { CashEntry } from '#domain/cash.ts'
import { reconcileInSteps, type CashOnBothSides, type Reconciled } from '#domain/reconcile.ts'
import { entryId } from '#domain/settlement.ts'
import type { ReconciliationRun } from '#ports/reconciliation.ts'
import type { Break } from '#shared/break.ts'
import type { ConId } from '#shared/ids.ts'
import { D, toLedgerScale, ZERO, type Decimal, type Money } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Batch } from './batch.ts'
import { bookNow } from './book-now.ts'
import {
  busyCurrencies,
  cashComparisons,
  marksIn,
  openingBalances,
  type CashBasis,
} from './broker-cash.ts'
import { isCashOpen } from './cash-open.ts'
import { causesOf } from './evidence.ts'
import { movedSince } from './moved.ts'
import type { BookMemory } from './memory.ts'
import { portfolioRecord } from './reconciled-portfolio.ts'
import type { Judging, Reconciling } from './reconciling.ts'
import { runWorth } from './run-worth.ts'
import type { SettledWindow } from './settled.ts'
import { runInTurns } from './turns.ts'

/** Positions compared before others get their turn. */
const STEP = 500

/** Compares a settled snapshot with the book as it is in its turn, and writes what came of it. */
export async function judge(judging: Judging, memory: BookMemory, batch: Batch): Promise<Judged> {
  const { book, begun, snapshot, costs, to } = judging
  const { clock } = to
  const inFlight = new Set([
    ...snapshot.inFlight,
    ...snapshot.contradicted,
    ...(await movedSince(snapshot, memory, book.ledger)),
    ...foldedBefore(costs, memory),
  ])
  const held = snapshot.settled.flatMap(({ position }) => position ?? [])
  const instruments = new Map(held.map(({ conId, instrument }) => [conId, instrument]))
  for (const [conId, instrument] of memory.instruments) instruments.set(conId, instrument)
  const cash = cashOf(snapshot.window, { memory, batch, inFlight, to })
  const steps = reconcileInSteps(
    {
      account: book.account,
      positions: [...memory.holdings.values()].map(({ position }) => position),
      costs,
      instruments,
      broker: held,
      cash: cash.sides,
      cashInFlight: cash.busy,
      inFlight,
      thresholds: to.thresholds,
    },
    STEP,
  )
  const found = atLedgerScale(await runInTurns(steps, clock))
  for (const { after } of followUp([...memory.breaks.values()], found, clock.now())) {
    memory.breaks.set(after.id, after)
    batch.breaks.push({ recordedAt: clock.stamp(), run: begun.id, command: null, break: after })
  }
  for (const causes of await causesOf(judging, memory, found.unjudged)) {
    memory.causes.set(causes.breakId, causes)
    batch.breakCauses.push(causes)
  }
  writePortfolio(found, { run: begun.id, memory, batch, to })
  const apart = cashApart(found)
  const run: ReconciliationRun = {
    ...begun,
    // Last: whoever opens the book again stamps after it.
    endedAt: clock.stamp(),
    outcome: found.disagreements.length === 0 ? 'agrees' : 'differs',
    why: null,
    found: found.disagreements.length,
    notJudged: found.unjudged.length,
    worth: cash.basis === null ? null : runWorth(cash.basis, memory.allocations, startedNow(clock)),
    accruals: to.values.accrualsAfter(apart),
  }
  memory.lastRun = run
  batch.runs.push(run)
  if (apart.size === 0 && run.worth !== null) memory.worthAtRest = run.worth
  return { run, cashApart: apart }
}

/** A run, and the currencies whose cash was not found to agree. */
export type Judged = {
  readonly run: ReconciliationRun
  readonly cashApart: ReadonlySet<string>
}

const cashApart = ({ disagreements, unjudged }: Reconciled): ReadonlySet<string> =>
  new Set(
    [...disagreements, ...unjudged].flatMap(({ kind, currency }) =>
      kind === 'cash' && currency !== null ? [currency] : [],
    ),
  )

const startedNow = (clock: Reconciling['clock']): UtcNanos => clock.stamp()

type CashPlace = {
  readonly memory: BookMemory
  readonly batch: Batch
  readonly inFlight: ReadonlySet<ConId>
  readonly to: Reconciling
}

type CashFound = {
  readonly sides: readonly CashOnBothSides[]
  readonly busy: ReadonlySet<string>
  /** Null: no window was told. */
  readonly basis: CashBasis | null
}

/**
 * The cash of every currency on both sides, by the account window. The first time nothing trades
 * around a window, what the broker has is booked as the opening cash; until then nothing is
 * compared, as there is nothing to compare with.
 */
function cashOf(settled: SettledWindow | null, place: CashPlace): CashFound {
  const { memory, inFlight } = place
  const known = cashBreaks(memory).map(({ currency }) => currency ?? '')
  const untold = known.map((currency) => ({ currency, ledger: null, broker: null }))
  if (settled === null) return { sides: untold, busy: new Set(), basis: null }
  const { window } = settled
  const busy = busyCurrencies(memory, window, [...settled.busy, ...inFlight])
  const now = (): CashBasis => {
    const records = [...memory.holdings.values()].map((holding) => holding.record())
    return { book: bookNow(memory, records), window, marks: marksIn(window, memory) }
  }
  if (!isCashOpen(memory)) {
    const opening = busy.size > 0 ? null : openingBalances(now())
    if (opening === null || opening.size === 0) return { sides: untold, busy, basis: null }
    bookOpeningCash(opening, place)
  }
  const basis = now()
  const sides = cashComparisons(basis).map(({ currency, ledger, broker }) => ({
    ...{ currency, ledger, broker },
  }))
  const told = new Set(sides.map(({ currency }) => currency))
  return { sides: [...sides, ...untold.filter((one) => !told.has(one.currency))], busy, basis }
}

const cashBreaks = (memory: BookMemory): readonly Break[] =>
  [...memory.breaks.values()].filter(({ kind }) => kind === 'cash')

function bookOpeningCash(
  opening: ReadonlyMap<string, Decimal>,
  { memory, batch, to: { clock } }: CashPlace,
): void {
  const recordedAt = clock.stamp()
  const command = `opening-cash-${recordedAt}`
  const entries = [...opening].map(([currency, amount], index): CashEntry => ({
    id: entryId(command, index),
    class: 'opening',
    currency,
    amount: toLedgerScale(amount) as Money,
    // With the opening position, so that the book of any later moment has it.
    at: memory.openingMoment ?? recordedAt,
    ...{ strategy: null, conId: null, author: 'truebook', reverses: null, recordedAt },
    evidence: 'What the broker had, less what the fills since moved',
  }))
  memory.cashEntries.push(...entries)
  batch.cashEntries.push(...entries)
}

/** Instruments of which the book has taken in more since their cost was folded. */
function foldedBefore(
  costs: ReadonlyMap<ConId, AccountCost>,
  memory: BookMemory,
): readonly ConId[] {
  return [...costs].flatMap(([conId, { position }]) => {
    const held = memory
      .keysOf(conId)
      .reduce<Decimal>((sum, key) => sum.plus(quantityIn(memory, key)), ZERO)
    return held.equals(position.quantity) ? [] : [conId]
  })
}

const quantityIn = (memory: BookMemory, key: string): Decimal =>
  memory.holdings.get(key)?.position.quantity ?? new D(0)

/** The broker's averages are doubles: a difference is kept as the ledger keeps it. */
function atLedgerScale(found: Reconciled): Reconciled {
  const rounded = (value: Decimal | null): Decimal | null => value && toLedgerScale(value)
  const disagreements = found.disagreements.map((one) => ({
    ...one,
    ledger: rounded(one.ledger),
    broker: rounded(one.broker),
    difference: rounded(one.difference),
  }))
  return { ...found, disagreements }
}

type Writing = {
  readonly run: string
  readonly memory: BookMemory
  readonly batch: Batch
  readonly to: Reconciling
}

function writePortfolio({ rows }: Reconciled, { run, memory, batch, to }: Writing): void {
  const { values, prices, clock } = to
  const stamp = (): UtcNanos => clock.stamp()
  const summary = values.summary(stamp())
  if (summary !== null) batch.accountSummaries.push(summary)
  for (const row of rows) {
    const pricing = {
      instrument: memory.instruments.get(row.conId) ?? null,
      quoted: prices.of(row.conId)?.price ?? null,
      baseCurrency: summary?.baseCurrency ?? null,
      rateOf: (currency: string) => values.rateOf(currency),
      netLiquidation: summary?.netLiquidation ?? null,
    }
    batch.portfolio.push(portfolioRecord(row, pricing, { at: stamp(), run }))
  }
}
