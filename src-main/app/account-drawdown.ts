import { standingEntries, type CashEntry } from '#domain/cash.ts'
import type { DrawdownRules, DrawdownState } from '#domain/drawdown.ts'
import type { LedgerEquity } from '#domain/equity.ts'
import type { Point } from '#domain/flow-placing.ts'
import type { Decimal } from '#shared/money.ts'
import type { UtcMillis, UtcNanos } from '#shared/time.ts'
import { ACCOUNT_SCOPE, newScope, step, type Scope } from './drawdown-scope.ts'
import { baseFlows, inBase, isFlowEntry } from './flows.ts'
import { foldLate, pointsOf } from './late-flows.ts'
import { isWhole } from './strategies.ts'
import type { Valuing } from './valuation.ts'

/** Equities of the account kept in memory: closer than snapshots are, for half a day and more. */
const RECENT = 10_000

export type AccountDrawdown = {
  readonly scopes: ReadonlyMap<string, Scope>
  /** What the broker's NAV had beyond the ledger's when both were last known; null: never. */
  readonly beyondLedger: Decimal | null
  /** Equities seen since the program started, in time order. */
  readonly recent: readonly Point[]
}

export const newAccountDrawdown = (scopes: ReadonlyMap<string, Scope>): AccountDrawdown => ({
  ...{ scopes, beyondLedger: null, recent: [] },
})

/** One look at an account: at which prices, when, and whether the broker's word is good. */
export type Looking = Valuing & {
  readonly rules: DrawdownRules
  readonly isLinked: boolean
  readonly now: UtcMillis
  readonly stamp: UtcNanos
  /** The ledger's equities at that moment; null while they are not known. */
  readonly ledger: LedgerEquity | null
}

/**
 * The account by the broker's net liquidation value; while the link is not good, by what the
 * ledger's NAV has changed since that was last told. Flows written since are folded in first.
 */
export async function measureAccount(
  known: AccountDrawdown,
  looking: Looking,
): Promise<AccountDrawdown> {
  const seen = equityOf(known, looking)
  const before = known.scopes.get(ACCOUNT_SCOPE) ?? newScope(looking.stamp, 'broker')
  const counted = await countFlows(before, known, looking)
  const scopes = new Map(known.scopes)
  const keep = (scope: Scope): void => {
    if (scope !== before) scopes.set(ACCOUNT_SCOPE, scope)
  }
  const { equity, beyondLedger, source } = seen
  const { now, rules } = looking
  // The machine's clock was put back: measured time never is.
  const isPast = counted.state.at !== null && now < counted.state.at
  if (equity === null || isPast || (isSame(counted.state, equity, now) && counted === before)) {
    keep(counted)
    return { ...known, scopes, beyondLedger }
  }
  keep({ ...step(counted, { kind: 'equity', at: now, equity }, rules), source })
  const recent = [...known.recent, { at: now, equity }].slice(-RECENT)
  return { scopes, beyondLedger, recent }
}

/** True when an equity says nothing new: it is as before, and no period has ended meanwhile. */
export function isSame(state: DrawdownState, equity: Decimal, now: UtcMillis): boolean {
  const hasEnded = [state.daily, state.weekly].some(({ until }) => until === null || now >= until)
  return state.equity?.equals(equity) === true && !hasEnded
}

type Seen = Pick<AccountDrawdown, 'beyondLedger'> & {
  readonly equity: Decimal | null
  readonly source: Scope['source']
}

function equityOf(known: AccountDrawdown, looking: Looking): Seen {
  const { account, isLinked, ledger } = looking
  // A sum that leaves a currency out is no NAV.
  const nav = ledger !== null && isWhole(ledger.nav.excluded) ? ledger.nav.amount : null
  if (isLinked) {
    const equity = account.values.amount('NetLiquidation')
    const beyondLedger = equity === null || nav === null ? null : equity.minus(nav)
    return { equity, beyondLedger: beyondLedger ?? known.beyondLedger, source: 'broker' }
  }
  const { beyondLedger } = known
  const equity = nav === null || beyondLedger === null ? null : nav.plus(beyondLedger)
  return { equity, beyondLedger, source: 'ledger' }
}

/** The scope with the deposits and withdrawals that were written, or taken back, since. */
async function countFlows(scope: Scope, known: AccountDrawdown, looking: Looking): Promise<Scope> {
  const { account, rules, stamp } = looking
  const { book, values } = account
  const written = (book?.memory.cashEntries ?? []).filter(
    (one) => isFlowEntry(one) && one.recordedAt > scope.countedUntil,
  )
  if (book === null || written.length === 0 || values.fx.baseCurrency === null) return scope
  const counted = { ...scope, countedUntil: stamp }
  if (scope.state.at === null) return counted
  const entries = [...book.memory.cashEntries]
  const { fx } = values
  const foreign = entries.some((one) => isFlowEntry(one) && one.currency !== fx.baseCurrency)
  const rates = foreign ? await book.ledger.snapshots.rates() : []
  const news = newsOf(written, entries).flatMap(({ entry, isUndone }) => {
    const flow = inBase(entry, fx, rates)
    return flow === null ? [] : [{ flow, isUndone }]
  })
  if (news.length === 0) return counted
  const standing = await baseFlows(entries, fx, book.ledger)
  const points = await pointsOf(book.ledger, known.recent)
  return foldLate(counted, { standing, news, points }, rules)
}

type News = { readonly entry: CashEntry; readonly isUndone: boolean }

/** New entries that stand, and entries counted before that were taken back. */
function newsOf(written: readonly CashEntry[], entries: readonly CashEntry[]): readonly News[] {
  const stands = new Set(standingEntries(entries))
  const isNew = new Set(written.map(({ id }) => id))
  return written.flatMap((entry): readonly News[] => {
    if (entry.reverses === null) return stands.has(entry) ? [{ entry, isUndone: false }] : []
    const wrong = entries.find(({ id }) => id === entry.reverses)
    return wrong === undefined || isNew.has(wrong.id) ? [] : [{ entry: wrong, isUndone: true }]
  })
}
