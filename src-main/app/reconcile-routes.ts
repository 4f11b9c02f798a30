import type { implement } from '@orpc/server'
import type { StrategyEffect } from '#domain/effect.ts'
import { REFUSALS, type Settlement } from '#domain/settlement.ts'
import { inCurrency, pointValue } from '#domain/valuation.ts'
import type { contract } from '#shared/api/contract.ts'
import type { SettleInput, SettlementInput, SettleOutcome } from '#shared/api/settle-views.ts'
import { strategyId } from '#shared/ids.ts'
import { D, decimal, text, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'
import { runView } from './break-rows.ts'
import type { Desk } from './desk.ts'
import type { BookMemory } from './memory.ts'
import { opened, type Opened } from './opened.ts'
import { refuse } from './refuse.ts'
import { reconciliationView } from './screen.ts'
import {
  previewSettlement,
  settleBreaks,
  settlementsOf,
  undoSettlement,
  type Outcome,
  type SettlingPlace,
} from './settling.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** Comparing the book with the broker, and settling what differs. */
export function reconcileRoutes(os: Implementer, desk: Desk) {
  const placeOf = ({ account, book }: Opened): SettlingPlace => ({
    ledger: book.ledger,
    clock: desk.settings.clock,
    brokerAverage: (conId) => desk.reconciliations.brokerAverage(account.id, conId),
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
      return outcomes.map((one) => outcomeView(one, of.book.memory))
    }),
    undo: os.reconcile.undo.handler(async ({ input }) => {
      const of = opened(desk, input.account)
      await accepted(() => of.account.command(undoSettlement(placeOf(of), input.command)))
      return {}
    }),
    history: os.reconcile.history.handler(({ input }) =>
      settlementsOf(opened(desk, input.account).book.memory).map(({ first, ...rest }) => ({
        command: first.command,
        breakId: first.breakId ?? '',
        at: millisOf(first.recordedAt),
        author: first.author,
        reason: first.reason,
        ...rest,
      })),
    ),
  }
}

/** A command refused is an answer, not a crash. */
async function accepted<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run()
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error))
  }
}

const wanted = ({ breaks, settlement, reason }: SettleInput) => ({
  breaks,
  settlement: settlementOf(settlement),
  reason,
})

const decimalOrNull = (value: string | null): Decimal | null =>
  value === null ? null : decimal(value)

function settlementOf(input: SettlementInput): Settlement {
  switch (input.how) {
    case 'assign':
      return {
        how: 'assign',
        strategy: strategyId(input.strategy),
        price: decimalOrNull(input.price),
      }
    case 'share out': {
      const parts = input.parts.map(({ strategy, quantity }) => ({
        strategy: strategyId(strategy),
        quantity: decimal(quantity),
      }))
      return { how: 'share out', parts, price: decimalOrNull(input.price) }
    }
    case 'split': {
      const ratio = { to: new D(input.to), from: new D(input.from) }
      return { how: 'split', ratio, cashInLieuPrice: decimalOrNull(input.cashInLieuPrice) }
    }
    case 'expire':
      return { how: 'expire', price: decimal(input.price) }
    case 'keep unattributed':
    case 'adopt cost':
    case 'acknowledge':
      return input
  }
}

function outcomeView({ breakId, plan, command }: Outcome, memory: BookMemory): SettleOutcome {
  if (!plan.ok) {
    const refusal = REFUSALS[plan.error]
    return { breakId, refusal, command: null, entries: 0, effects: [], says: [] }
  }
  const { adjustments, effects, says } = plan.value
  return {
    breakId,
    refusal: null,
    command: adjustments.length === 0 ? null : command,
    entries: adjustments.length,
    effects: effects.map((effect) => effectView(effect, memory)),
    says: [...says],
  }
}

function effectView(effect: StrategyEffect, memory: BookMemory): SettleOutcome['effects'][number] {
  const { strategy, conId, before, after, realizedPoints } = effect
  const instrument = memory.instruments.get(conId)
  const point = instrument === undefined ? null : pointValue(instrument)
  const side = ({ quantity, averageCost }: StrategyEffect['before']) => {
    const average =
      averageCost === null || instrument === undefined ? null : inCurrency(averageCost, instrument)
    return { quantity: text(quantity), averageCost: textOrNull(average && toLedgerScale(average)) }
  }
  return {
    strategy,
    conId,
    symbol: instrument?.symbol ?? `#${conId}`,
    before: side(before),
    after: side(after),
    realized: textOrNull(realizedPoints && point && toLedgerScale(realizedPoints.times(point))),
  }
}
