import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { movementsOfAdjustment } from '#domain/cash.ts'
import {
  planReattribution,
  REATTRIBUTION_REFUSALS,
  undoReattribution,
} from '#domain/reattribution.ts'
import type { Chosen, ReattributionPlan } from '#domain/reattribution.ts'
import type { Fill } from '#domain/fill.ts'
import {
  EVERY_STRATEGY,
  execRoot,
  strategyId,
  UNALLOCATED,
  UNATTRIBUTED,
  type StrategyId,
} from '#shared/ids.ts'
import { D, text, textOrNull } from '#shared/money.ts'
import {
  anAdjustment,
  anInstrument,
  MOMENTUM,
  OPENED_AT,
  secondsIn,
  SPY,
} from '../fakes/builders.ts'
import { RUNS } from './arbitraries.ts'
import { costsOf, traded } from './sides.ts'
import { fillsOfThree, STRATEGIES } from './settling-arbitraries.ts'

const REVERSION = strategyId('reversion')
const recordedAt = secondsIn(500)
const by = 'trader: mine'
const give = (chosen: Chosen, to: StrategyId, fills: readonly Fill[]) =>
  planReattribution({ chosen, to, by, recordedAt }, { fills, adjustments: [] })
const plan = (...of: Parameters<typeof give>): ReattributionPlan => {
  const outcome = give(...of)
  if (!outcome.ok) throw new Error(outcome.error)
  return outcome.value
}
const told = ({ effects }: ReattributionPlan): readonly string[] =>
  effects.map(
    ({ strategy, before, after, realizedPoints }) =>
      `${strategy} ${text(before.quantity)} -> ${text(after.quantity)} ` +
      (textOrNull(realizedPoints) ?? '?'),
  )

describe('giving fills to another strategy', () => {
  const fills = [traded(1, '100@10'), traded(2, '-100@12', { strategy: UNATTRIBUTED })]

  it('writes who they belong to since when, and shows both positions before and after', () => {
    const moved = plan({ fillIds: [execRoot('0002')] }, MOMENTUM, fills)
    expect(moved.rows).toEqual([{ fillId: '0002', recordedAt, strategy: MOMENTUM, by }])
    expect(moved.fills).toEqual([{ ...fills[1], strategy: MOMENTUM, attributedBy: by }])
    expect(told(moved)).toEqual(['UNATTRIBUTED -100 -> 0 0', 'momentum 100 -> 0 200'])
  })

  it('takes all that carry an orderRef', () => {
    const { execution } = fills[0]!
    const other = { ...fills[1]!, execution: { ...execution, orderRef: 'x' } }
    const moved = plan({ orderRef: 'momentum:1' }, REVERSION, [fills[0]!, other])
    expect(moved.rows.map(({ fillId }) => fillId)).toEqual(['0001'])
  })

  it('is refused when nothing is chosen, or it is there already', () => {
    expect(give({ fillIds: [execRoot('9')] }, MOMENTUM, fills)).toEqual({
      ok: false,
      error: 'nothing-chosen',
    })
    expect(give({ fillIds: [execRoot('0001')] }, MOMENTUM, fills)).toEqual({
      ok: false,
      error: 'nothing-moves',
    })
    for (const sentence of Object.values(REATTRIBUTION_REFUSALS))
      expect(sentence).toMatch(/^[A-Z][^.]+\.$/)
  })

  it('is undone fill by fill, but not where somebody else was given it since', () => {
    const both = fills.map(({ fillId }) => fillId)
    const moved = plan({ fillIds: both }, REVERSION, fills)
    const since = [{ ...moved.fills[0]!, strategy: strategyId('third') }, moved.fills[1]!]
    const undo = { rows: moved.rows, before: fills }
    const back = undoReattribution(undo, { by, recordedAt }, { fills: since, adjustments: [] })
    expect(back.ok && back.value.rows).toEqual([
      { fillId: '0002', recordedAt, strategy: UNATTRIBUTED, by },
    ])
    const again = { fills, adjustments: [] }
    expect(undoReattribution(undo, { by, recordedAt }, again)).toEqual({
      ok: false,
      error: 'nothing-left',
    })
  })

  it('is refused for a name that is no strategy’s', () => {
    for (const name of [UNALLOCATED, EVERY_STRATEGY])
      expect(give({ orderRef: 'momentum:1' }, name, fills)).toEqual({
        ok: false,
        error: 'reserved-name',
      })
  })

  it('moves a fill that is in no position along with the others, and no position by it', () => {
    const header = { ...fills[1]!, fillId: execRoot('0003'), secType: 'BAG' as const }
    const chosen = { fillIds: [execRoot('0001'), execRoot('0003')] }
    const wanted = { chosen, to: REVERSION, by, recordedAt }
    const outcome = planReattribution(wanted, { fills, unbooked: [header], adjustments: [] })
    expect(outcome.ok && outcome.value.fills.map((fill) => fill.strategy)).toEqual([
      REVERSION,
      REVERSION,
    ])
    expect(outcome.ok && told(outcome.value)).toEqual([
      'momentum 100 -> 0 0',
      'reversion 0 -> 100 0',
    ])
  })

  it('never changes the account, and its undo is the identity', () => {
    const chosen = fc.tuple(fillsOfThree, fc.constantFrom(...STRATEGIES), fc.nat())
    fc.assert(
      fc.property(chosen, ([all, to, at]) => {
        const fillIds = all.slice(0, 1 + (at % all.length)).map(({ fillId }) => fillId)
        const outcome = give({ fillIds }, to, all)
        if (!outcome.ok) return
        const { rows, fills: given } = outcome.value
        const byId = new Map(given.map((fill) => [fill.fillId, fill]))
        const after = all.map((fill) => byId.get(fill.fillId) ?? fill)
        expect(costsOf({ fills: after })).toEqual(costsOf({ fills: all }))
        const book = { fills: after, adjustments: [] }
        const back = undoReattribution({ rows, before: all }, { by, recordedAt }, book)
        const owners = new Map(
          back.ok ? back.value.rows.map((row) => [row.fillId, row.strategy]) : [],
        )
        expect(after.map((fill) => owners.get(fill.fillId) ?? fill.strategy)).toEqual(
          all.map(({ strategy }) => strategy),
        )
      }),
      RUNS,
    )
  })
})

describe('the cash of an adjustment', () => {
  const trade = anAdjustment({ kind: 'residual', cost: new D(1000) })
  const moved = (over: Partial<typeof trade>, instrument = anInstrument()) =>
    movementsOfAdjustment({ ...trade, ...over }, instrument)?.map(({ amount }) => text(amount))

  it('is what it traded for, multiplier and magnifier counted', () => {
    expect(movementsOfAdjustment(trade, anInstrument())).toEqual([
      {
        kind: 'trade',
        currency: 'USD',
        amount: new D(-1000),
        at: trade.effectiveAt,
        strategy: UNATTRIBUTED,
        conId: SPY,
      },
    ])
    const option = anInstrument({ secType: 'OPT', multiplier: new D(100), priceMagnifier: 100 })
    expect(moved({}, option)).toEqual(['-1000'])
  })

  it('is none for what trades nothing, and for futures', () => {
    for (const kind of ['opening', 'cost', 'split', 'reversal'] as const)
      expect(moved({ kind })).toEqual([])
    expect(moved({ cost: new D(0) })).toEqual([])
    expect(moved({}, anInstrument({ secType: 'FUT' }))).toEqual([])
  })

  it('is unknown with the value or the magnifier', () => {
    expect(moved({ cost: null })).toBeUndefined()
    expect(moved({}, anInstrument({ priceMagnifier: null }))).toBeUndefined()
    expect(trade.recordedAt).toBe(OPENED_AT)
  })
})
