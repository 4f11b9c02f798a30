import { isOpen } from '#domain/break-life.ts'
import { toBase, type FxRates } from '#domain/fx.ts'
import { pointValue } from '#domain/valuation.ts'
import type { ReconciliationRun, RunWorth } from '#ports/reconciliation.ts'
import { SHOWN_BREAKS } from '#shared/api/reconcile-views.ts'
import type { BreakRow, RunView } from '#shared/api/reconcile-views.ts'
import type { Break } from '#shared/break.ts'
import type { Instrument } from '#shared/instrument.ts'
import { text, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'
import type { PriceCache } from './price-cache.ts'
import { nameOf } from './rows.ts'
import { unexplained } from './run-worth.ts'

/** What breaks are valued at. */
type Valued = { readonly prices: PriceCache; readonly fx: FxRates }

/** The breaks to show: the ones that ask for somebody first, then those that moved last. */
export function breakRows(memory: BookMemory, at: Valued): BreakRow[] {
  return [...memory.breaks.values()]
    .toSorted((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || b.lastSeenAt - a.lastSeenAt)
    .slice(0, SHOWN_BREAKS)
    .map((one) => breakRow(one, memory, at))
}

function breakRow(one: Break, memory: BookMemory, { prices, fx }: Valued): BreakRow {
  const instrument = one.conId === null ? undefined : memory.instruments.get(one.conId)
  const value = valueOf(one, instrument, prices)
  const base = one.currency === null ? null : toBase(fx, value, one.currency)
  return {
    id: one.id,
    kind: one.kind,
    severity: severityOf(one),
    conId: one.conId,
    ...subjectOf(one, instrument),
    currency: one.currency,
    status: one.status,
    missing: one.missing,
    ledger: textOrNull(one.ledger),
    broker: textOrNull(one.broker),
    difference: textOrNull(one.difference),
    differenceValue: textOrNull(value),
    differenceBase: textOrNull(base && toLedgerScale(base)),
    firstSeenAt: one.firstSeenAt,
    lastSeenAt: one.lastSeenAt,
    timesSeen: one.timesSeen,
    recurrences: one.recurrences,
    revision: one.revision,
    note: one.note,
    settledAt: one.settledAt,
    settledBy: one.settledBy,
    goneAt: one.goneAt,
    causes: [...(memory.causes.get(one.id)?.causes ?? [])],
  }
}

const severityOf = ({ kind, missing }: Break): BreakRow['severity'] =>
  kind === 'cost' ? 'low' : missing === null ? 'medium' : 'high'

function subjectOf(
  { conId, currency }: Break,
  instrument: Instrument | undefined,
): Pick<BreakRow, 'symbol' | 'name'> {
  if (instrument !== undefined) return { symbol: instrument.symbol, name: nameOf(instrument) }
  const name = conId === null ? (currency ?? '') : `#${conId}`
  return { symbol: name, name }
}

/** A quantity at the last price; a difference of cost or cash is money already. */
function valueOf(
  { kind, conId, difference }: Break,
  instrument: Instrument | undefined,
  prices: PriceCache,
): Decimal | null {
  if (kind !== 'quantity') return difference
  const quote = conId === null ? null : prices.of(conId)
  const point = instrument === undefined ? null : pointValue(instrument)
  return difference && quote && point && toLedgerScale(difference.times(quote.price).times(point))
}

export const runView = (run: ReconciliationRun): RunView => ({
  id: run.id,
  startedAt: millisOf(run.startedAt),
  endedAt: millisOf(run.endedAt),
  reason: run.reason,
  outcome: run.outcome,
  why: run.why,
  found: run.found,
  notJudged: run.notJudged,
  worth: run.worth === null ? null : worthView(run.worth),
})

function worthView({ baseCurrency, excluded, ...worth }: RunWorth): RunView['worth'] {
  const { brokerNav, accrued, ledgerNav } = worth
  return {
    baseCurrency,
    brokerNav: text(brokerNav),
    accrued: textOrNull(accrued),
    ledgerNav: text(ledgerNav),
    unexplained: text(unexplained(worth)),
    excluded,
  }
}
