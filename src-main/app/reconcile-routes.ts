import type { implement } from '@orpc/server'
import { REFUSALS } from '#domain/settlement.ts'
import type { contract } from '#shared/api/contract.ts'
import type { SettleInput, SettleOutcome } from '#shared/api/settle-views.ts'
import { UNALLOCATED } from '#shared/ids.ts'
import { text } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'
import { runView } from './break-rows.ts'
import type { Desk } from './desk.ts'
import { effectView } from './effect-row.ts'
import type { BookMemory } from './memory.ts'
import { opened, type Opened } from './opened.ts'
import { accepted, refuse } from './refuse.ts'
import { reconciliationView } from './screen.ts'
import { settlementOf } from './settlement-input.ts'
import { previewSettlement, settleBreaks, undoSettlement, type Outcome } from './settling.ts'
import type { SettlingPlace } from './settle-request.ts'
import { settlementsOf } from './settlements.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** Comparing the book with the broker, and settling what differs. */
export function reconcileRoutes(os: Implementer, desk: Desk) {
  const placeOf = ({ account, book }: Opened): SettlingPlace => ({
    ledger: book.ledger,
    clock: desk.settings.clock,
    brokerAverage: (conId) => desk.reconciliations.brokerAverage(account.id, conId),
    seenAt: (conId) => desk.reconciliations.seenAt(account.id, conId),
    author: 'trader',
  })
  /** Settling rests on what the broker says now. */
  const connected = (id: string | undefined): Opened => {
    const of = opened(desk, id)
    if (desk.link.state !== 'connected') refuse('Connect to TWS or Gateway first.')
    return of
  }
  return {
    state: os.reconcile.state.handler(({ input }) =>
      reconciliationView(desk, opened(desk, input.account).account),
    ),
    run: os.reconcile.run.handler(async ({ input }) => {
      const { account } = connected(input.account)
      return runView(await accepted(() => desk.reconciliations.run(account, 'demand')))
    }),
    preview: os.reconcile.preview.handler(async ({ input }) => {
      const of = connected(input.account)
      const { memory } = of.book
      const outcomes = await accepted(() => previewSettlement(placeOf(of), wanted(input), memory))
      return outcomes.map((one) => ({ ...outcomeView(one, memory), command: null }))
    }),
    settle: os.reconcile.settle.handler(async ({ input }) => {
      const of = connected(input.account)
      const outcomes: Outcome[] = []
      const run = settleBreaks(placeOf(of), wanted(input), outcomes)
      await accepted(() => of.account.command(run))
      // What is missing comes with the next look at the broker, if it can be had at all.
      const asksBroker = outcomes.some(({ plan }) => plan.ok && plan.value.asksBroker)
      if (asksBroker) await accepted(() => desk.reconciliations.run(of.account, 'demand'))
      return outcomes.map((one) => outcomeView(one, of.book.memory))
    }),
    undo: os.reconcile.undo.handler(async ({ input }) => {
      const of = opened(desk, input.account)
      await accepted(() => of.account.command(undoSettlement(placeOf(of), input.command)))
      return {}
    }),
    history: os.reconcile.history.handler(({ input }) =>
      settlementsOf(opened(desk, input.account).book.memory).map(({ at, breakId, ...told }) => ({
        ...told,
        supersededBy: [...told.supersededBy],
        breakId: breakId ?? '',
        at: millisOf(at),
      })),
    ),
  }
}

const wanted = ({ breaks, settlement, reason }: SettleInput) => ({
  breaks,
  settlement: settlementOf(settlement),
  reason,
})

function outcomeView({ breakId, plan, command }: Outcome, memory: BookMemory): SettleOutcome {
  if (!plan.ok) {
    const refused = { refusal: REFUSALS[plan.error], isStale: plan.error === 'stale-break' }
    return { breakId, ...refused, command: null, entries: 0, cash: [], effects: [], says: [] }
  }
  const { adjustments, cashEntries, effects, says } = plan.value
  const entries = adjustments.length + cashEntries.length
  // What takes others back is not taken back.
  const isLasting = [...adjustments, ...cashEntries].every(({ reverses }) => reverses !== null)
  return {
    breakId,
    refusal: null,
    isStale: false,
    command: isLasting ? null : command,
    entries,
    cash: cashEntries.map(({ strategy, class: cashClass, currency, amount }) => ({
      strategy: strategy ?? UNALLOCATED,
      ...{ class: cashClass, currency, amount: text(amount) },
    })),
    effects: effects.map((effect) => effectView(effect, memory)),
    says: [...says],
  }
}
