import { isFlow } from '#shared/cash.ts'
import type { Decimal, Money } from '#shared/money.ts'
import { toLedgerScale } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { Adjustment } from './adjustment.ts'
import type { CashEntry } from './cash.ts'
import { appliedLast, effectsOf, type Refold } from './effect.ts'
import { splitIncome, type IncomeShare } from './income.ts'
import { draftTakeBack } from './settle-back.ts'
import { draftDelivery, draftExpiry, draftSplit, draftStandIn } from './settle-event.ts'
import { costsApart, draftResidual, keptUnattributed, residualOf } from './settle-residual.ts'
import type { DraftOutcome } from './settle-residual.ts'
import { pointValue } from './valuation.ts'
import { entriesOf, entryId, type Settlement, type SettlePlan } from './settlement.ts'
import type { SettleRefusal, SettleRequest } from './settlement.ts'

/**
 * What settling a break would write, and what that does to every position it touches. The same
 * plan is shown as the preview and written when it is confirmed: nothing is written here.
 * Refused when either side moved since the break was shown, and while it is in flight.
 * @param refold for entries that take effect before what positions have folded.
 */
export function planSettlement(
  request: SettleRequest,
  refold: Refold = appliedLast,
): Result<SettlePlan, SettleRefusal> {
  const refusal = whyRefused(request)
  if (refusal !== null) return err(refusal)
  const { settlement } = request
  switch (settlement.how) {
    case 'fetch executions':
      return ok({ ...NOTHING, asksBroker: true })
    case 'acknowledge':
      return ok({ ...NOTHING, note: settlement.note })
    case 'book cash':
      return cashPlan(request, settlement)
    case 'take back':
      return backPlan(request, settlement.command, refold)
    default:
      return adjusting(request, draftOf(request, settlement), refold)
  }
}

const NOTHING: SettlePlan = {
  adjustments: [],
  cashEntries: [],
  effects: [],
  note: null,
  asksBroker: false,
  says: [],
}

function whyRefused({ break: broken, revision }: SettleRequest): SettleRefusal | null {
  if (broken.status === 'settled' || broken.status === 'gone') return 'nothing-to-settle'
  if (broken.revision !== revision) return 'stale-break'
  return broken.status === 'in flight' ? 'in-flight' : null
}

type Adjusting = Exclude<
  Settlement,
  { readonly how: 'fetch executions' | 'acknowledge' | 'book cash' | 'take back' }
>

function draftOf(request: SettleRequest, settlement: Adjusting): DraftOutcome {
  switch (settlement.how) {
    case 'assign': {
      const quantity = residualOf(request)
      const { strategy, price } = settlement
      if (quantity === null) return err('wrong-kind')
      return draftResidual(request, { parts: [{ strategy, quantity }], price })
    }
    case 'share out':
      return draftResidual(request, settlement)
    case 'keep unattributed': {
      const residual = residualOf(request)
      return residual === null
        ? err('wrong-kind')
        : draftResidual(request, keptUnattributed(residual))
    }
    case 'adopt cost':
      return draftCost(request)
    case 'stand in':
      return draftStandIn(request, settlement)
    case 'split':
      return draftSplit(request, settlement)
    case 'expire':
      return draftExpiry(request, settlement)
    case 'deliver':
      return draftDelivery(request, settlement)
  }
}

function adjusting(
  { break: broken, positions, writing }: SettleRequest,
  drafted: DraftOutcome,
  refold: Refold,
): Result<SettlePlan, SettleRefusal> {
  if (!drafted.ok) return drafted
  const { lines, says } = drafted.value
  const adjustments = entriesOf(lines, writing, broken.id)
  // What a stand-in stands for has been looked at: it may be folded as it is.
  const met = adjustments.map((entry): Adjustment => ({ ...entry, standsFor: null }))
  return ok({ ...NOTHING, adjustments, effects: effectsOf(positions, met, refold), says })
}

/** The broker's cost for ours, borne by those who hold the account's side. */
function draftCost({ break: broken, instrument, positions }: SettleRequest): DraftOutcome {
  if (broken.kind !== 'cost') return err('wrong-kind')
  const point = instrument === null ? null : pointValue(instrument)
  if (point === null || instrument === null) return err('unknown-instrument')
  if (broken.difference === null) return err('unknown-cost')
  const apart = toLedgerScale(broken.difference.dividedBy(point))
  const own = positions.filter(({ conId }) => conId === instrument.conId)
  const lines = costsApart(own, [], apart)
  if (lines === null || lines.length === 0) return err('not-held')
  const says = ['Realized P&L becomes unrealized, or the other way; their sum stays.']
  return ok({ lines, says })
}

type BookCash = Extract<Settlement, { how: 'book cash' }>

function cashPlan(request: SettleRequest, settlement: BookCash): Result<SettlePlan, SettleRefusal> {
  const { break: broken, writing } = request
  const { kind, currency, difference } = broken
  if (kind !== 'cash' || currency === null || difference === null) return err('wrong-kind')
  const { command, author, effectiveAt, recordedAt } = writing
  const { class: cashClass, conId, evidence } = settlement
  const cashEntries = sharesOf(request, settlement, difference).map(
    ({ strategy, amount }, index): CashEntry => ({
      id: entryId(command, index),
      class: cashClass,
      currency,
      amount: amount as Money,
      at: effectiveAt,
      ...{ strategy, conId, evidence, author, recordedAt },
      reverses: null,
    }),
  )
  return ok({ ...NOTHING, cashEntries })
}

/** @param refold folds a position anew without what is taken back. */
function backPlan(
  request: SettleRequest,
  command: string,
  refold: Refold,
): Result<SettlePlan, SettleRefusal> {
  const drafted = draftTakeBack(request, command)
  if (!drafted.ok) return drafted
  const effects = effectsOf(request.positions, drafted.value.adjustments, refold)
  return ok({ ...NOTHING, ...drafted.value, effects, says: ['An undo is not undone.'] })
}

/** Income of an instrument is its holders'; what is said to be somebody's, or a flow, is not. */
function sharesOf(
  { holders }: SettleRequest,
  { class: cashClass, strategy }: BookCash,
  amount: Decimal,
): readonly IncomeShare[] {
  const isOwned = strategy !== null || isFlow(cashClass) || holders.size === 0
  return isOwned ? [{ strategy, amount }] : splitIncome(amount, holders)
}

/**
 * Several breaks at once, each on its own. Of two in one instrument or currency only the first is
 * settled: what the second was shown is no longer so.
 */
export function planInBulk(
  requests: readonly SettleRequest[],
  refold: Refold = appliedLast,
): readonly Result<SettlePlan, SettleRefusal>[] {
  const touched = new Set<string>()
  return requests.map((request) => {
    const { conId, currency } = request.break
    const subject = conId === null ? `cash ${currency ?? ''}` : `conId ${conId}`
    if (touched.has(subject)) return err('stale-break')
    const plan = planSettlement(request, refold)
    if (!plan.ok) return plan
    const others = plan.value.adjustments.map((entry) => `conId ${entry.conId}`)
    if (others.some((one) => touched.has(one))) return err('stale-break')
    for (const one of [subject, ...others]) touched.add(one)
    return plan
  })
}
