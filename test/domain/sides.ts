import { foldAccountCost, type AccountCost } from '#domain/account-cost.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import { concerns } from '#domain/adjustment.ts'
import type { Fill } from '#domain/fill.ts'
import { foldPosition } from '#domain/fold.ts'
import { flat, type Position } from '#domain/position.ts'
import type { BothSides } from '#domain/reconcile.ts'
import { DEFAULT_THRESHOLDS } from '#domain/thresholds.ts'
import { execId, permId, type ConId, type StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, price, quantity } from '#shared/money.ts'
import { ACCOUNT, aFill, anInstrument, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'

/** What happened in an account: everything a book is folded from. */
export type Happened = {
  readonly fills: readonly Fill[]
  readonly adjustments?: readonly Adjustment[]
  readonly instruments?: readonly Instrument[]
}

/** A fill in the given second, such as `-100@12`: what is bought is positive. */
export const traded = (
  second: number,
  what: string,
  over: { strategy?: StrategyId; conId?: ConId; commission?: string | null; permId?: number } = {},
): Fill => {
  const { commission = null } = over
  const [size = '', at = ''] = what.split('@')
  const amount = commission === null ? null : new D(commission)
  return aFill(
    {
      execId: execId(`${String(second).padStart(4, '0')}.01`),
      side: Number(size) > 0 ? 'buy' : 'sell',
      shares: quantity(new D(size).abs().toFixed()),
      price: price(at),
      executedAt: secondsIn(second),
      permId: permId(over.permId ?? 1000 + second),
      conId: over.conId ?? SPY,
    },
    {
      strategy: over.strategy ?? MOMENTUM,
      charge: { amount: (amount ?? new D(0)) as never, currency: 'USD', revision: 1 },
    },
  )
}

/** Every position that what happened leads to, keyed by strategy and instrument. */
export function positionsOf({ fills, adjustments = [] }: Happened): readonly Position[] {
  const keys = new Map<string, { strategy: StrategyId; conId: ConId }>()
  for (const { strategy, execution } of fills)
    keys.set(`${strategy}|${execution.conId}`, { strategy, conId: execution.conId })
  for (const { strategy, conId, kind } of adjustments)
    if (kind !== 'split') keys.set(`${strategy}|${conId}`, { strategy, conId })
  return [...keys.values()].map((key) => {
    const own = fills.filter(
      ({ strategy, execution }) => strategy === key.strategy && execution.conId === key.conId,
    )
    const concerned = adjustments.filter((one) => concerns(one, key))
    const history = { fills: own, adjustments: concerned }
    return foldPosition(flat(key.strategy, key.conId), history).position
  })
}

/** What each instrument cost the whole account. */
export function costsOf(happened: Happened): ReadonlyMap<ConId, AccountCost> {
  const { fills, adjustments = [], instruments = [anInstrument()] } = happened
  return new Map(
    instruments.map((instrument) => {
      const own = fills.filter(({ execution }) => execution.conId === instrument.conId)
      const concerned = adjustments.filter(({ conId }) => conId === instrument.conId)
      return [instrument.conId, foldAccountCost(instrument, { fills: own, adjustments: concerned })]
    }),
  )
}

/** The book of what happened on one side; on the other what is given, else nothing. */
export const bothSides = (happened: Happened, over: Partial<BothSides> = {}): BothSides => ({
  account: ACCOUNT,
  positions: positionsOf(happened),
  costs: costsOf(happened),
  instruments: new Map((happened.instruments ?? [anInstrument()]).map((one) => [one.conId, one])),
  broker: [],
  cash: [],
  cashInFlight: new Set(),
  inFlight: new Set(),
  thresholds: DEFAULT_THRESHOLDS,
  ...over,
})

/** What the broker says it holds of SPY. */
export const held = (size: string, average: string | null, conId: ConId = SPY) => ({
  conId,
  quantity: new D(size),
  averageCost: average === null ? null : new D(average),
})
