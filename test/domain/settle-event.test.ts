import { describe, expect, it } from 'vitest'
import { planSettlement } from '#domain/settle.ts'
import type { SettleRequest, Settlement } from '#domain/settlement.ts'
import { conId, strategyId, type ConId } from '#shared/ids.ts'
import { D } from '#shared/money.ts'
import { anInstrument, SPY } from '../fakes/builders.ts'
import { held, traded, type Happened } from './sides.ts'
import { effectsAsText, entriesAsText, leftAfter, planned, requestFor } from './settling.ts'

const REVERSION = strategyId('reversion')
const PUT = conId(7001)
const CALL = conId(7002)
const stock = anInstrument()
const option = (id: ConId, right: 'call' | 'put') =>
  anInstrument({
    conId: id,
    secType: 'OPT',
    multiplier: new D(100),
    strike: new D(50),
    right,
    expiry: '20260320',
  })
const instruments = [stock, option(PUT, 'put'), option(CALL, 'call')]
const refusal = (request: SettleRequest): string => {
  const plan = planSettlement(request)
  return plan.ok ? 'not refused' : plan.error
}

describe('a split', () => {
  const split = (to: number, from: number, cashInLieuPrice: string | null = null): Settlement => ({
    how: 'split',
    before: null,
    ratio: { to: new D(to), from: new D(from) },
    cashInLieuPrice: cashInLieuPrice === null ? null : new D(cashInLieuPrice),
  })
  const book: Happened = {
    fills: [traded(1, '100@600'), traded(2, '50@600', { strategy: REVERSION })],
  }

  it('is one entry for every strategy, and realizes nothing', () => {
    const broker = [held('600', '150')]
    const plan = planned(requestFor(book, broker, { settlement: split(4, 1) }))
    expect(entriesAsText(plan)).toEqual(['split 0 EVERY STRATEGY'])
    expect(effectsAsText(plan)).toEqual([
      'momentum 100@600 -> 400@150 0',
      'reversion 50@600 -> 200@150 0',
    ])
    expect(leftAfter(book, broker, plan)).toEqual([])
  })

  it('pays out the fraction it leaves, in proportion', () => {
    const odd: Happened = {
      fills: [traded(1, '100@9'), traded(2, '51@9', { strategy: REVERSION })],
    }
    const broker = [held('75', '18')]
    const plan = planned(requestFor(odd, broker, { settlement: split(1, 2, '20') }))
    expect(entriesAsText(plan).slice(0, 2)).toEqual([
      'split 0 EVERY STRATEGY',
      'cash-in-lieu -0.331125827814569536@20 momentum',
    ])
    expect(plan.says).toEqual(['A fraction of 0.5 is paid out in cash.'])
    expect(leftAfter(odd, broker, plan)).toEqual([])
  })

  it('is not what happened when the broker is more than a fraction apart', () => {
    const of = (size: string, settlement: Settlement): string =>
      refusal(requestFor(book, [held(size, '150')], { settlement }))
    expect(of('599', split(4, 1))).toBe('not-solvable')
    expect(of('601', split(4, 1))).toBe('not-solvable')
    expect(of('600', split(0, 1))).toBe('not-solvable')
    expect(of('600', split(4.5, 1))).toBe('not-solvable')
    const odd = { fills: [traded(1, '101@9')] }
    const unpaid = requestFor(odd, [held('50', '18')], { settlement: split(1, 2, '0') })
    expect(refusal(unpaid)).toBe('no-positive-price')
  })
})

describe('an expiry', () => {
  const expire = (at: string): Settlement => ({ how: 'expire', price: new D(at) })

  it('ends all that is held at nothing, realizing what was paid or received', () => {
    const book: Happened = {
      fills: [
        traded(1, '-2@3', { conId: PUT }),
        traded(2, '1@4', { conId: PUT, strategy: REVERSION }),
      ],
      instruments,
    }
    const plan = planned(requestFor(book, [], { settlement: expire('0') }))
    expect(effectsAsText(plan)).toEqual(['momentum -2@3 -> 0@? 6', 'reversion 1@4 -> 0@? -4'])
    expect(leftAfter(book, [], plan)).toEqual([])
  })

  it('ends a future at its last price, and is refused while the broker holds any', () => {
    const book: Happened = { fills: [traded(1, '2@5000', { conId: CALL })], instruments }
    const plan = planned(requestFor(book, [], { settlement: expire('5010') }))
    expect(effectsAsText(plan)).toEqual(['momentum 2@5000 -> 0@? 20'])
    const some = requestFor(book, [held('1', '5000', CALL)], { settlement: expire('5010') })
    expect(refusal(some)).toBe('not-solvable')
    expect(refusal(requestFor(book, [], { settlement: expire('-1') }))).toBe('no-positive-price')
  })
})

describe('an option that is delivered', () => {
  const deliver = (
    kind: 'assignment' | 'exercise',
    premium: 'realized' | 'in cost' = 'realized',
  ): Settlement => ({ how: 'deliver', kind, premium })
  const plan = (what: string, id: ConId, settlement: Settlement) => {
    const book: Happened = { fills: [traded(1, what, { conId: id })], instruments }
    const underlying = stock
    return planned(requestFor(book, [], { settlement, underlying }))
  }

  it('brings shares to who is assigned puts or exercises calls, and takes them otherwise', () => {
    expect(entriesAsText(plan('-2@3', PUT, deliver('assignment')))).toEqual([
      'assignment +2@0 momentum',
      'assignment +200@50 momentum',
    ])
    expect(entriesAsText(plan('-2@3', CALL, deliver('assignment')))).toEqual([
      'assignment +2@0 momentum',
      'assignment -200@50 momentum',
    ])
    expect(entriesAsText(plan('2@3', CALL, deliver('exercise')))).toEqual([
      'exercise -2@0 momentum',
      'exercise +200@50 momentum',
    ])
    expect(entriesAsText(plan('2@3', PUT, deliver('exercise')))).toEqual([
      'exercise -2@0 momentum',
      'exercise -200@50 momentum',
    ])
  })

  it('realizes the premium, or has it in the cost of the shares', () => {
    expect(effectsAsText(plan('-2@3', PUT, deliver('assignment')))).toEqual([
      'momentum -2@3 -> 0@? 6',
      'momentum 0@? -> 200@50 0',
    ])
    expect(effectsAsText(plan('-2@3', PUT, deliver('assignment', 'in cost')))).toEqual([
      'momentum -2@3 -> 0@? 0',
      'momentum 0@? -> 200@47 0',
    ])
    expect(effectsAsText(plan('2@3', CALL, deliver('exercise', 'in cost')))).toEqual([
      'momentum 2@3 -> 0@? 0',
      'momentum 0@? -> 200@53 0',
    ])
  })

  it('is of the largest holding first when several strategies are short', () => {
    const book: Happened = {
      fills: [
        traded(1, '-1@3', { conId: PUT }),
        traded(2, '-3@3', { conId: PUT, strategy: REVERSION }),
      ],
      instruments,
    }
    const broker = [held('-1', '300', PUT)]
    const settlement = deliver('assignment')
    const drafted = planned(requestFor(book, broker, { settlement, underlying: stock }))
    expect(entriesAsText(drafted)).toEqual([
      'assignment +3@0 reversion',
      'assignment +300@50 reversion',
    ])
    // The broker's shares, which the option's break does not tell, meet what was delivered.
    expect(leftAfter(book, [...broker, held('300', '50')], drafted)).toEqual([])
  })

  it('needs the underlying, and enough that is held on the side that goes', () => {
    const book: Happened = { fills: [traded(1, '-1@3', { conId: PUT })], instruments }
    const more = [held('2', '300', PUT)]
    const settlement = deliver('assignment')
    expect(refusal(requestFor(book, more, { settlement, underlying: stock }))).toBe('not-held')
    expect(refusal(requestFor(book, [], { settlement }))).toBe('unknown-instrument')
    expect(SPY).toBe(stock.conId)
  })
})
