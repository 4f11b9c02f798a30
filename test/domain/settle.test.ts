import { describe, expect, it } from 'vitest'
import { acknowledged, settled } from '#domain/break-life.ts'
import { planInBulk, planSettlement } from '#domain/settle.ts'
import { REFUSALS, type SettleRequest, type Settlement } from '#domain/settlement.ts'
import type { Break } from '#shared/break.ts'
import { conId, permId, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, money, price, quantity, text } from '#shared/money.ts'
import { ACCOUNT, anInstrument, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { bothSides, held, traded } from './sides.ts'
import { aWriting, breaksOf, effectsAsText, entriesAsText, leftAfter, NOW } from './settling.ts'
import { planned, requestFor } from './settling.ts'

const REVERSION = strategyId('reversion')
const TWO_FOR_ONE = { to: new D(2), from: new D(1) }
const assign = (strategy = MOMENTUM, at: string | null = null): Settlement => ({
  how: 'assign',
  strategy,
  price: at === null ? null : new D(at),
})
const refusal = (request: SettleRequest): string => {
  const plan = planSettlement(request)
  return plan.ok ? 'not refused' : plan.error
}

describe('a residual', () => {
  const long = { fills: [traded(1, '60@52')] }
  const broker = [held('100', '50')]

  it('is booked at the price that makes the average meet the broker’s', () => {
    const plan = planned(requestFor(long, broker, { settlement: assign() }))
    expect(entriesAsText(plan)).toEqual(['residual +40@47 momentum'])
    expect(effectsAsText(plan)).toEqual(['momentum 60@52 -> 100@50 0'])
    expect(plan.says).toEqual(['Booked at the price that makes the average meet the broker’s.'])
    expect(leftAfter(long, broker, plan)).toEqual([])
  })

  it('bears what the command says of it', () => {
    const [entry] = planned(requestFor(long, broker, { settlement: assign() })).adjustments
    expect(entry).toEqual({
      id: 'settle-1-00001',
      kind: 'residual',
      strategy: MOMENTUM,
      conId: SPY,
      effectiveAt: secondsIn(10_000),
      quantity: new D(40),
      cost: new D(1880),
      ratio: null,
      standsFor: null,
      command: 'settle-1',
      breakId: `${ACCOUNT}/quantity/${SPY}`,
      author: 'trader',
      reason: 'found while reconciling',
      reverses: null,
      recordedAt: secondsIn(10_001),
    })
  })

  it('can be shared out, the parts adding up to it', () => {
    const shares = (...sizes: readonly number[]): Settlement => ({
      how: 'share out',
      parts: sizes.map((size, index) => ({
        strategy: index === 0 ? MOMENTUM : REVERSION,
        quantity: new D(size),
      })),
      price: null,
    })
    const plan = planned(requestFor(long, broker, { settlement: shares(30, 10) }))
    expect(entriesAsText(plan)).toEqual(['residual +30@47 momentum', 'residual +10@47 reversion'])
    expect(leftAfter(long, broker, plan)).toEqual([])
    for (const wrong of [shares(30, 20), shares(50, -10), shares(40, 0), shares()]) {
      expect(refusal(requestFor(long, broker, { settlement: wrong }))).toBe('parts-do-not-add-up')
    }
  })

  it('can be kept unattributed, or booked at the trader’s price', () => {
    const kept = planned(requestFor(long, broker, { settlement: { how: 'keep unattributed' } }))
    expect(entriesAsText(kept)).toEqual(['residual +40@47 UNATTRIBUTED'])
    const at = planned(requestFor(long, broker, { settlement: assign(MOMENTUM, '48') }))
    expect(entriesAsText(at)).toEqual(['residual +40@48 momentum'])
    expect(leftAfter(long, broker, at)).toEqual([`cost ${SPY} -40`])
    for (const wrong of ['0', '-1', 'NaN']) {
      const request = requestFor(long, broker, { settlement: assign(MOMENTUM, wrong) })
      expect(refusal(request)).toBe('no-positive-price')
    }
  })

  it('closes at the average, the cost adjusted apart, where no price meets the broker', () => {
    const sold = [held('40', '55')]
    const plan = planned(requestFor(long, sold, { settlement: assign() }))
    expect(entriesAsText(plan)).toEqual(['residual -20@52 momentum', 'cost 120 momentum'])
    expect(effectsAsText(plan)).toEqual(['momentum 60@52 -> 40@55 120'])
    expect(plan.says[0]).toContain('cost adjusted apart')
    expect(leftAfter(long, sold, plan)).toEqual([])
  })

  it('opens at the average, the cost adjusted apart, where the price would not be positive', () => {
    const cheaper = [held('70', '40')]
    const plan = planned(requestFor(long, cheaper, { settlement: assign() }))
    expect(entriesAsText(plan)).toEqual(['residual +10@52 momentum', 'cost -840 momentum'])
    expect(leftAfter(long, cheaper, plan)).toEqual([])
  })

  it('turns a holding over at the broker’s average', () => {
    const turned = [held('-40', '55')]
    const plan = planned(requestFor(long, turned, { settlement: assign() }))
    expect(entriesAsText(plan)).toEqual(['residual -100@55 momentum'])
    expect(effectsAsText(plan)).toEqual(['momentum 60@52 -> -40@55 180'])
    expect(leftAfter(long, turned, plan)).toEqual([])
  })

  it('closes what the broker no longer holds at the average: nothing is realized', () => {
    const plan = planned(requestFor(long, [], { settlement: assign() }))
    expect(effectsAsText(plan)).toEqual(['momentum 60@52 -> 0@? 0'])
    expect(leftAfter(long, [], plan)).toEqual([])
  })

  it('has an unknown cost while the broker’s is, and says so', () => {
    const plan = planned(requestFor(long, [held('100', null)], { settlement: assign() }))
    expect(entriesAsText(plan)).toEqual(['residual +40@? momentum'])
    expect(effectsAsText(plan)).toEqual(['momentum 60@52 -> 100@? 0'])
    expect(plan.says).toEqual(['No price can be told, so the cost will be unknown.'])
  })

  it('counts multiplier, price magnifier and opening commission as the broker does', () => {
    const instruments = [
      anInstrument({ secType: 'OPT', multiplier: new D(100), priceMagnifier: 100 }),
    ]
    const book = { fills: [traded(1, '2@150', { commission: '1.3' })], instruments }
    const three = [held('3', '151.1')]
    const plan = planned(requestFor(book, three, { settlement: assign() }))
    expect(entriesAsText(plan)).toEqual(['residual +1@152 momentum'])
    expect(leftAfter(book, three, plan)).toEqual([])
  })
})

describe('a break that may not be settled', () => {
  const book = { fills: [traded(1, '60@52')] }
  const broker = [held('100', '50')]
  const request = requestFor(book, broker, { settlement: assign() })
  const of = (over: Partial<Break>): SettleRequest => ({
    ...request,
    break: { ...request.break, ...over },
  })

  it('has moved since it was shown', () => {
    expect(refusal(of({ revision: 2 }))).toBe('stale-break')
  })

  it('is in flight, settled or gone', () => {
    expect(refusal(of({ status: 'in flight' }))).toBe('in-flight')
    expect(refusal({ ...request, break: settled(request.break, 'x', NOW) })).toBe(
      'nothing-to-settle',
    )
    expect(refusal(of({ status: 'gone' }))).toBe('nothing-to-settle')
    expect(refusal({ ...request, break: acknowledged(request.break, '') })).toBe('not refused')
  })

  it('is of another kind than the settlement', () => {
    const cash = of({ kind: 'cash', conId: null })
    for (const settlement of [
      assign(),
      { how: 'adopt cost' },
      { how: 'expire', price: new D(0) },
      { how: 'keep unattributed' },
      { how: 'deliver', kind: 'exercise', premium: 'realized' },
      { how: 'split', ratio: TWO_FOR_ONE, cashInLieuPrice: null, before: null },
    ] satisfies Settlement[]) {
      expect([settlement.how, refusal({ ...cash, settlement })]).toEqual([
        settlement.how,
        'wrong-kind',
      ])
    }
    expect(refusal({ ...request, settlement: { how: 'adopt cost' } })).toBe('wrong-kind')
  })

  it('is of an instrument that is not known', () => {
    expect(refusal({ ...request, instrument: null })).toBe('unknown-instrument')
  })

  it('is refused in a sentence that says what to do', () => {
    for (const sentence of Object.values(REFUSALS)) expect(sentence).toMatch(/^[A-Z][^.]+\.$/)
  })

  it('can still be acknowledged with a note, or its executions asked for', () => {
    const noted = planned({ ...request, settlement: { how: 'acknowledge', note: 'Monday' } })
    expect([noted.note, noted.adjustments, noted.asksBroker]).toEqual(['Monday', [], false])
    const asked = planned({ ...request, settlement: { how: 'fetch executions' } })
    expect([asked.asksBroker, asked.adjustments]).toEqual([true, []])
  })
})

describe('the broker’s cost', () => {
  it('is adopted by those who hold, in proportion, and moves profit without making any', () => {
    const book = {
      fills: [traded(1, '60@52'), traded(2, '40@52', { strategy: REVERSION })],
    }
    const broker = [held('100', '53')]
    const plan = planned(requestFor(book, broker, { settlement: { how: 'adopt cost' } }))
    expect(entriesAsText(plan)).toEqual(['cost 60 momentum', 'cost 40 reversion'])
    expect(effectsAsText(plan)).toEqual([
      'momentum 60@52 -> 60@53 60',
      'reversion 40@52 -> 40@53 40',
    ])
    expect(leftAfter(book, broker, plan)).toEqual([])
  })

  it('is borne by the side the account stands on', () => {
    const book = {
      fills: [traded(1, '100@52'), traded(2, '-40@52', { strategy: REVERSION })],
    }
    const broker = [held('60', '53')]
    const plan = planned(requestFor(book, broker, { settlement: { how: 'adopt cost' } }))
    expect(entriesAsText(plan)).toEqual(['cost 60 momentum'])
    expect(leftAfter(book, broker, plan)).toEqual([])
  })
})

describe('a change of cash', () => {
  it('is booked as what it was, in its own currency', () => {
    const [broken] = breaksOf({ fills: [] }, [held('1', '1')])
    const cash: Break = {
      ...broken!,
      id: `${ACCOUNT}/cash/EUR`,
      kind: 'cash',
      conId: null,
      currency: 'EUR',
      difference: new D('12.5'),
    }
    const settlement: Settlement = {
      how: 'book cash',
      class: 'dividend',
      strategy: MOMENTUM,
      conId: SPY,
      heldAt: null,
      evidence: '0.125 a share on 100',
    }
    const request = requestFor({ fills: [] }, [held('1', '1')], { settlement })
    const plan = planned({ ...request, break: cash, instrument: null })
    expect(plan.adjustments).toEqual([])
    expect(plan.cashEntries).toEqual([
      {
        id: 'settle-1-00001',
        class: 'dividend',
        currency: 'EUR',
        amount: money('12.5'),
        at: secondsIn(10_000),
        strategy: MOMENTUM,
        conId: SPY,
        evidence: '0.125 a share on 100',
        author: 'trader',
        reverses: null,
        recordedAt: secondsIn(10_001),
      },
    ])
    expect(refusal(request)).toBe('wrong-kind')
  })
})

describe('executions nobody can get', () => {
  it('are stood for by their order, and no more than the broker has more', () => {
    const book = { fills: [traded(1, '60@10', { permId: 7 })] }
    const order = {
      permId: permId(7),
      filled: quantity('100'),
      averagePrice: price('10.06'),
    }
    const settlement: Settlement = { how: 'stand in', order, strategy: UNATTRIBUTED }
    const request = requestFor(book, [held('100', '10.06')], { settlement })
    const plan = planned({ ...request, orderFills: book.fills })
    expect(entriesAsText(plan)).toEqual(['stand-in +40@10.15 UNATTRIBUTED'])
    expect(plan.adjustments[0]?.standsFor).toEqual(order)
    expect(effectsAsText(plan)).toEqual(['UNATTRIBUTED 0@? -> 40@10.15 0'])
    const elsewhere = requestFor(book, [held('90', '10')], { settlement })
    expect(refusal({ ...elsewhere, orderFills: book.fills })).toBe('not-solvable')
  })
})

describe('several breaks at once', () => {
  it('are settled each on its own, one in an instrument', () => {
    const other = conId(265598)
    const instruments = [anInstrument(), anInstrument({ conId: other })]
    const book = { fills: [traded(1, '60@52'), traded(2, '10@5', { conId: other })], instruments }
    const broker = [held('100', '50'), held('30', '6', other)]
    const breaks = breaksOf(book, broker)
    const sides = bothSides(book)
    const requests = [...breaks, breaks[0]!].map((broken, index): SettleRequest => ({
      ...requestFor(book, broker, { settlement: assign() }),
      break: broken,
      instrument: sides.instruments.get(broken.conId!) ?? null,
      cost: sides.costs.get(broken.conId!) ?? null,
      brokerAverage: broker.find((one) => one.conId === broken.conId)?.averageCost ?? null,
      writing: aWriting({ command: `settle-${index}` }),
    }))
    const told = planInBulk(requests).map((plan) =>
      plan.ok ? entriesAsText(plan.value).join() : plan.error,
    )
    expect(told).toEqual(['residual +40@47 momentum', 'residual +20@6.5 momentum', 'stale-break'])
    expect(text(requests[0]!.break.difference!)).toBe('40')
  })
})
