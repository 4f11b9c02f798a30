import { describe, expect, it } from 'vitest'
import { reconcile, reconcileInSteps, type BothSides } from '#domain/reconcile.ts'
import { conId, strategyId } from '#shared/ids.ts'
import { D, text, textOrNull } from '#shared/money.ts'
import { anAdjustment, anInstrument, MOMENTUM, SPY } from '../fakes/builders.ts'
import { bothSides, held, traded } from './sides.ts'

const REVERSION = strategyId('reversion')
const OTHER = conId(265598)

const told = (sides: BothSides) => {
  const { rows, disagreements, unjudged } = reconcile(sides)
  return {
    rows: rows.map(
      ({ strategy, quantity, averageCost, heldBy, state }) =>
        `${strategy ?? 'residual'} ${text(quantity)}@${textOrNull(averageCost) ?? '?'}` +
        ` ${heldBy} ${state}`,
    ),
    breaks: disagreements.map(
      ({ kind, missing, ledger, broker, difference }) =>
        `${kind}${missing === null ? '' : ` missing at ${missing}`}:` +
        ` ${textOrNull(ledger) ?? '?'} / ${textOrNull(broker) ?? '?'}` +
        ` = ${textOrNull(difference) ?? '?'}`,
    ),
    unjudged: unjudged.map(({ kind, why }) => `${kind}: ${why}`),
  }
}

describe('a book that agrees with the broker', () => {
  it('has its strategies’ rows and no residual', () => {
    const fills = [traded(1, '60@10'), traded(2, '40@11', { strategy: REVERSION })]
    expect(told(bothSides({ fills }, { broker: [held('100', '10.4')] }))).toEqual({
      rows: ['momentum 60@10 both agrees', 'reversion 40@11 both agrees'],
      breaks: [],
      unjudged: [],
    })
  })

  it('agrees with two strategies opposite and the broker flat, and each keeps its own', () => {
    const fills = [traded(1, '100@10'), traded(2, '-100@12', { strategy: REVERSION })]
    for (const broker of [[], [held('0', '0')]]) {
      expect(told(bothSides({ fills }, { broker }))).toEqual({
        rows: ['momentum 100@10 ledger agrees', 'reversion -100@12 ledger agrees'],
        breaks: [],
        unjudged: [],
      })
    }
  })

  it('compares the cost of the account, not the sum of the strategies’ costs', () => {
    const fills = [
      traded(1, '100@10'),
      traded(2, '-50@12', { strategy: REVERSION }),
      traded(3, '10@20'),
    ]
    // 50 at 10 are left for the account, and 10 at 20 come to them.
    const broker = [held('60', new D(700).dividedBy(60).toFixed())]
    expect(told(bothSides({ fills }, { broker })).breaks).toEqual([])
  })

  it('takes no currency or combo for a position', () => {
    const eur = anInstrument({ conId: OTHER, secType: 'CASH' })
    const sides = bothSides(
      { fills: [], instruments: [eur] },
      { broker: [held('1000', '1.08', OTHER)] },
    )
    expect(told(sides)).toEqual({ rows: [], breaks: [], unjudged: [] })
  })
})

describe('a holding that differs', () => {
  const fills = [traded(1, '60@52')]

  it('has a residual at the price that meets the broker', () => {
    expect(told(bothSides({ fills }, { broker: [held('100', '50')] }))).toEqual({
      rows: ['momentum 60@52 both differs', 'residual 40@47 both differs'],
      breaks: ['quantity: 60 / 100 = 40'],
      unjudged: ['cost: The quantities differ: their costs cannot be compared.'],
    })
  })

  it('is missing at the broker, or in the ledger, when one side has none', () => {
    expect(told(bothSides({ fills }))).toMatchObject({
      rows: ['momentum 60@52 ledger differs', 'residual -60@52 ledger differs'],
      breaks: ['quantity missing at broker: 60 / 0 = -60'],
    })
    expect(told(bothSides({ fills: [] }, { broker: [held('-7', '50')] }))).toMatchObject({
      rows: ['residual -7@50 broker differs'],
      breaks: ['quantity missing at ledger: 0 / -7 = -7'],
    })
  })

  it('waits while it is in flight, and is shown as it is', () => {
    const inFlight = new Set([SPY])
    const sides = bothSides({ fills }, { broker: [held('100', '50')], inFlight })
    expect(told(sides)).toEqual({
      rows: ['momentum 60@52 both in flight'],
      breaks: [],
      unjudged: [
        'quantity: It traded while the snapshot was taken.',
        'cost: It traded while the snapshot was taken.',
      ],
    })
  })

  it('differs in cost when that is more than both thresholds allow', () => {
    const at = (average: string) => told(bothSides({ fills }, { broker: [held('60', average)] }))
    expect(at('52.0001').breaks).toEqual([])
    expect(at('52.5')).toEqual({
      rows: ['momentum 60@52 both differs'],
      breaks: ['cost: 3120 / 3150 = 30'],
      unjudged: [],
    })
    const thresholds = { ...bothSides({ fills }).thresholds, costRelative: new D('0.01') }
    const generous = bothSides({ fills }, { broker: [held('60', '52.5')], thresholds })
    expect(told(generous).breaks).toEqual([])
  })

  it('may differ by less than the threshold of quantities', () => {
    const thresholds = { ...bothSides({ fills }).thresholds, quantity: new D('0.001') }
    const broker = [held('60.001', '52')]
    expect(told(bothSides({ fills }, { broker, thresholds })).breaks).toEqual([])
    expect(told(bothSides({ fills }, { broker })).breaks).toEqual(['quantity: 60 / 60.001 = 0.001'])
  })
})

describe('what cannot be known', () => {
  const fills = [traded(1, '60@52')]

  it('is a quantity the broker lists twice, differently, or as no number', () => {
    const twice = [held('60', '52'), held('70', '52')]
    const nan = [held('NaN', '52')]
    expect(told(bothSides({ fills }, { broker: twice }))).toMatchObject({
      rows: ['momentum 60@52 both unknown'],
      breaks: [],
    })
    expect(told(bothSides({ fills: [] }, { broker: nan })).unjudged).toEqual([
      'quantity: The broker’s quantity is no number: reconcile again.',
      'cost: The broker’s quantity is no number: reconcile again.',
    ])
  })

  it('is not a line the broker repeats: it counts once', () => {
    const broker = [held('60', '52'), held('60', '52')]
    expect(told(bothSides({ fills }, { broker })).rows).toEqual(['momentum 60@52 both agrees'])
  })

  it('is a cost one side cannot tell, which is neither a break nor agreement', () => {
    const unjudged = (over: Partial<BothSides>) => told(bothSides({ fills }, over)).unjudged
    expect(unjudged({ broker: [held('60', null)] })).toEqual([
      'cost: The broker told no average cost.',
    ])
    expect(unjudged({ broker: [held('60', 'NaN')] })).toEqual([
      'cost: The broker told no average cost.',
    ])
    const broker = [held('60', '52')]
    expect(unjudged({ broker, instruments: new Map() })).toEqual([
      'cost: The contract’s details are not known yet.',
    ])
    const pending = [{ ...fills[0]!, charge: null }]
    expect(told(bothSides({ fills: pending }, { broker })).unjudged).toEqual([
      'cost: A commission has not been reported yet, or in another currency.',
    ])
    const opening = anAdjustment({ strategy: MOMENTUM, cost: null })
    const sides = bothSides({ fills: [], adjustments: [opening] }, { broker: [held('100', '52')] })
    expect(told(sides).unjudged).toEqual(['cost: What the ledger’s holding cost is not known.'])
  })

  it('is the cash of a currency one side does not tell', () => {
    const cash = [
      { currency: 'USD', ledger: new D(5), broker: null },
      { currency: 'EUR', ledger: null, broker: new D(5) },
    ]
    expect(told(bothSides({ fills: [] }, { cash }))).toEqual({
      rows: [],
      breaks: [],
      unjudged: [
        'cash: The broker’s USD cash is not known.',
        'cash: The ledger’s EUR cash is not known.',
      ],
    })
  })
})

describe('cash', () => {
  it('is compared currency by currency, to the threshold', () => {
    const cash = [
      { currency: 'USD', ledger: new D('100'), broker: new D('100.01') },
      { currency: 'EUR', ledger: new D('0'), broker: new D('12.5') },
      { currency: 'CHF', ledger: new D('100'), broker: new D('90') },
    ]
    expect(told(bothSides({ fills: [] }, { cash })).breaks).toEqual([
      'cash missing at ledger: 0 / 12.5 = 12.5',
      'cash: 100 / 90 = -10',
    ])
  })
})

describe('reconciling in steps', () => {
  it('comes to the same as at once, with pauses', () => {
    const instruments = Array.from({ length: 30 }, (_, at) =>
      anInstrument({ conId: conId(at + 1) }),
    )
    const fills = instruments.flatMap((one, at) => [
      traded(at * 2 + 1, '10@10', { conId: one.conId }),
      traded(at * 2 + 2, '5@11', { conId: one.conId, strategy: REVERSION }),
    ])
    const broker = instruments.map((one) => held('15', '10', one.conId))
    const sides = bothSides({ fills, instruments }, { broker })
    const steps = reconcileInSteps(sides, 10)
    let pauses = 0
    let step = steps.next()
    for (; !step.done; step = steps.next()) pauses += 1
    expect(step.value).toEqual(reconcile(sides))
    expect(pauses).toBeGreaterThanOrEqual(10)
  })
})
