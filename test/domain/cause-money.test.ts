import { describe, expect, it } from 'vitest'
import { causesOfCash } from '#domain/cause-cash.ts'
import { causesOfCost, type CostEvidence } from '#domain/cause-cost.ts'
import type { CashEntry } from '#domain/cash.ts'
import { DEFAULT_THRESHOLDS } from '#domain/thresholds.ts'
import { execId } from '#shared/ids.ts'
import { D, money } from '#shared/money.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import { anAdjustment, anInstrument, SPY } from '../fakes/builders.ts'
import { aroundCash, causesIn, told } from './around-cash.ts'
import { costsOf, held, traded, type Happened } from './sides.ts'
import { breaksOf, NOW } from './settling.ts'

describe('a break of cost', () => {
  const aroundCost = (
    happened: Happened,
    average: string,
    over: Partial<CostEvidence> = {},
  ): CostEvidence => {
    const cost = costsOf(happened).get(SPY)!
    const broker = [held(cost.position.quantity.toFixed(), average)]
    const broken = breaksOf(happened, broker).find(({ kind }) => kind === 'cost')!
    return {
      break: broken,
      instrument: anInstrument(),
      cost,
      fills: happened.fills,
      isWhole: true,
      adjustments: happened.adjustments ?? [],
      brokerExecutions: [],
      thresholds: DEFAULT_THRESHOLDS,
      ...over,
    }
  }
  const causes = (...evidence: Parameters<typeof aroundCost>) =>
    told(causesOfCost(aroundCost(...evidence)))
  const UNKNOWN = 'unknown | possible | adopt cost'
  const bought = traded(1, '100@10', { commission: '1' })

  it('is the commission when it is apart by exactly that', () => {
    expect(causes({ fills: [bought] }, '10')).toEqual([
      'commission in cost | likely | adopt cost | acknowledge',
    ])
    expect(causes({ fills: [bought] }, '10.3')).toEqual([UNKNOWN])
  })

  it('is the lot method when whole lots closed in some order come to the broker’s cost', () => {
    const fills = [bought, traded(2, '100@14'), traded(3, '100@12'), traded(4, '-100@15')]
    const likely = 'lot method | likely | adopt cost | acknowledge'
    const [first] = causesOfCost(aroundCost({ fills }, '13'))
    expect(first?.sentence).toBe('The broker counts first in first out, the book by average cost.')
    expect(causesOfCost(aroundCost({ fills }, '12.005'))[0]?.sentence).toContain('last in first')
    expect(causes({ fills }, '12.5')).toEqual([UNKNOWN])
    expect(causesOfCost(aroundCost({ fills }, '11.005'))[0]?.sentence).toContain('highest cost')
    const opening = anAdjustment({ cost: new D(1001), effectiveAt: bought.execution.executedAt })
    const opened = { fills: fills.slice(1), adjustments: [opening] }
    expect(causes(opened, '13')).toEqual([likely])
    const split = anAdjustment({ id: 'x', kind: 'residual', quantity: opening.quantity })
    expect(causes({ fills, adjustments: [split] }, '13')).toEqual([UNKNOWN])
  })

  it('is a correction that the broker has made, or that the venue may still make', () => {
    const later = { ...bought.execution, execId: execId('0001.02') }
    const over = { brokerExecutions: [later, traded(9, '1@1').execution] }
    expect(causes({ fills: [bought] }, '11', over)).toEqual([
      'correction | certain | fetch executions',
    ])
    const provisional = { ...bought, execution: { ...bought.execution, isPriceProvisional: true } }
    expect(causes({ fills: [provisional] }, '11')).toEqual(['correction | possible'])
  })
})

describe('a break of cash', () => {
  const causes = causesIn
  const UNKNOWN = 'unknown | possible | other'

  it('is a conversion when another currency moved against it near the rate', () => {
    expect(causes({ USD: '-1105', EUR: '1000' })).toEqual(['conversion | likely | conversion'])
    expect(causes({ USD: '-1205', EUR: '1000' })).toEqual([UNKNOWN])
    expect(causes({ USD: '1105', EUR: '1000' })).toEqual([UNKNOWN])
  })

  it('is a dividend of what was held at the ex-date, less what is usually withheld', () => {
    const declared = {
      symbol: 'SPY',
      conId: SPY,
      currency: 'USD',
      exDate: '20260301',
      perShare: new D('1.25'),
      heldAtExDate: new D(100),
    }
    const over = { dividends: [declared] }
    expect(causes({ USD: '125' }, over)).toEqual(['dividend | likely | dividend'])
    expect(causes({ USD: '106.25' }, over)).toEqual(['dividend | likely | dividend'])
    expect(causes({ USD: '101.01' }, over)).toEqual([UNKNOWN])
    const short = { dividends: [{ ...declared, heldAtExDate: new D(-100) }] }
    expect(causes({ USD: '-125' }, short)).toEqual(['dividend | likely | dividend'])
    expect(causes({ USD: '-106.25' }, short)).toEqual([UNKNOWN])
    expect(causes({ EUR: '125.5' }, over)).toEqual([UNKNOWN])
    const [first] = causesOfCash(aroundCash({ USD: '106.25' }, over))
    expect(first?.facts).toEqual([
      { name: 'ex-date', value: '20260301' },
      { name: 'before tax', value: '125.00' },
      { name: 'withheld', value: '15 %' },
    ])
  })

  it('is what the broker had accrued, once that is paid', () => {
    const fell = { told: [new D('33.33')], now: new D('0') }
    expect(causes({ USD: '33.33' }, { accruedInterest: fell })).toEqual([
      'interest | likely | interest',
    ])
    expect(causes({ USD: '33.33' }, { accruedDividend: fell })).toEqual([
      'dividend | likely | dividend',
    ])
    expect(causes({ USD: '-33.33' }, { accruedInterest: fell })).toEqual([UNKNOWN])
  })

  it('is the fee it was in an earlier month', () => {
    const fee: CashEntry = {
      id: 'x',
      class: 'fee',
      currency: 'USD',
      amount: money('-4.5'),
      at: nanosOf(utcMillis(NOW - 40 * 86_400_000)),
      strategy: null,
      conId: null,
      evidence: 'market data',
      author: 'trader',
      reverses: null,
      recordedAt: nanosOf(NOW),
    }
    expect(causes({ USD: '-4.5' }, { history: [fee] })).toEqual(['fee | likely | fee'])
    const today = { ...fee, at: nanosOf(NOW) }
    expect(causes({ USD: '-4.5' }, { history: [today] })).toEqual([UNKNOWN])
    expect(causes({ USD: '4.5' }, { history: [fee] })).toEqual([UNKNOWN])
  })

  it('is a trade that is missing when a holding changed for about as much', () => {
    const book = { fills: [traded(1, '60@10')] }
    const quantityBreaks = breaksOf(book, [held('100', '10')])
      .filter(({ kind }) => kind === 'quantity')
      .map((one) => ({ break: one, instrument: anInstrument() }))
    const over = { quantityBreaks, marks: new Map([[SPY, new D('10.1')]]) }
    expect(causes({ USD: '-401' }, over)).toEqual(['missing execution | likely'])
    expect(causes({ USD: '401' }, over)).toEqual([UNKNOWN])
  })

  it('may be a deposit or a withdrawal when it is round and nothing else explains it', () => {
    expect(causes({ USD: '5000' })).toEqual(['deposit | possible | deposit'])
    expect(causes({ USD: '-900' })).toEqual(['withdrawal | possible | withdrawal'])
    expect(causes({ USD: '5050' })).toEqual([UNKNOWN])
    const accruedInterest = { told: [new D(500)], now: new D(0) }
    expect(causes({ USD: '500' }, { accruedInterest })).toEqual(['interest | likely | interest'])
  })

  it('goes with what settles a holding that changed, and waits for it otherwise', () => {
    const pending = { symbol: 'SPY', currency: 'USD', cause: 'assignment' as const }
    const around = (amount: string, moves: string | null) =>
      causesOfCash(
        aroundCash(
          { USD: amount },
          { pending: [{ ...pending, amount: moves === null ? null : new D(moves) }] },
        ),
      )
    expect(told(around('-55000', '-55000'))).toEqual(['assignment | likely'])
    expect(told(around('-54000', '-55000'))).toEqual(['unknown | possible'])
    expect(around('-54000', null)[0]?.sentence).toBe(
      'SPY differs in this currency, too: settle that first.',
    )
    const two = [pending, { ...pending, symbol: 'KO' }].map((one) => ({ ...one, amount: null }))
    expect(causesOfCash(aroundCash({ USD: '-54000' }, { pending: two }))[0]?.sentence).toBe(
      'SPY and KO differ in this currency, too: settle that first.',
    )
  })

  it('may be a dividend of shares it is whole cents for, and nobody’s where several fit', () => {
    const share = (symbol: string, size: string, mark: string) => ({
      instrument: anInstrument({ symbol }),
      quantity: new D(size),
      mark: new D(mark),
    })
    const of = (amount: string, ...shares: readonly ReturnType<typeof share>[]) =>
      causesOfCash(aroundCash({ USD: amount }, { shares }))
    const one = of('190.4', share('KO', '700', '60'), share('JNJ', '300', '150'))
    expect(told(one)).toEqual(['dividend | possible | dividend'])
    expect(one[0]?.facts).toEqual([{ name: 'KO', value: '0.32 a share on 700' }])
    const two = of('42', share('KO', '100', '60'), share('JNJ', '200', '150'))
    expect(two[0]?.proposals.map((one) => 'conId' in one && one.conId)).toEqual([null, SPY, SPY])
    // Four in a hundred of the price is much, six is none; and who is short pays.
    expect(told(of('604.1', share('KO', '100', '60')))[0]).toContain('unknown')
    expect(told(of('32.1', share('KO', '-100', '60')))[0]).toContain('unknown')
  })
})
