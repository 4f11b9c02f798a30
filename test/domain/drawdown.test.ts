import { describe, expect, it } from 'vitest'
import { beginPeriods, indexOf, measure, resetDrawdown, UNMEASURED } from '#domain/drawdown.ts'
import type { DrawdownEvent, DrawdownRules, DrawdownState } from '#domain/drawdown.ts'
import { foldDrawdown } from '#domain/drawdown-series.ts'
import { gaugeOf, gaugesOf, type Gauge } from '#domain/gauge.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { D, textOrNull } from '#shared/money.ts'
import { utcMillis, type UtcMillis } from '#shared/time.ts'

const RULES: DrawdownRules = { calendar: DEFAULT_CALENDAR, openingValue: 'lastBeforeBoundary' }
const NEW_WEEK = Date.parse('2026-03-02T00:00Z')
/** So many hours after Monday, 2 March 2026 began. */
const hour = (hours: number): UtcMillis => utcMillis(NEW_WEEK + hours * 3_600_000)

const worth = (hours: number, equity: string): DrawdownEvent => ({
  kind: 'equity',
  at: hour(hours),
  equity: new D(equity),
})
const flow = (hours: number, amount: string): DrawdownEvent => ({
  kind: 'flow',
  at: hour(hours),
  amount: new D(amount),
})
const measured = (...events: readonly DrawdownEvent[]): DrawdownState =>
  foldDrawdown(UNMEASURED, events, RULES)

/** Percent and money lost since the peak, of the whole time. */
const lost = (...events: readonly DrawdownEvent[]) => {
  const { percent, money } = gaugeOf(measured(...events), 'total', 0)
  return [percent, money].map(textOrNull)
}
const index = (...events: readonly DrawdownEvent[]) => textOrNull(indexOf(measured(...events)))

describe('drawdown', () => {
  it('is unknown before any equity', () => {
    expect(lost()).toEqual([null, null])
    expect(lost(flow(1, '100'))).toEqual([null, null])
    expect(gaugesOf(UNMEASURED, 0).map(({ period }) => period)).toEqual([
      'total',
      'weekly',
      'daily',
    ])
  })

  it('is the fall from the peak, and nothing at a new peak', () => {
    expect(lost(worth(1, '100'), worth(2, '120'), worth(3, '90'))).toEqual(['25', '30'])
    expect(lost(worth(1, '100'), worth(2, '90'), worth(3, '101'))).toEqual(['0', '0'])
  })

  it('remembers the deepest fall after a new peak', () => {
    const events = [worth(1, '100'), worth(2, '60'), worth(3, '110'), worth(4, '99')]
    const { percent, worstPercent } = gaugeOf(measured(...events), 'total', 0)
    expect([percent, worstPercent].map(textOrNull)).toEqual(['10', '40'])
  })

  it('loses no money by a flow, in or out, and is the same share of what is left', () => {
    const down = [worth(1, '100'), worth(2, '90')]
    expect(lost(...down, flow(3, '-45'))).toEqual(['10', '10'])
    expect(lost(...down, flow(3, '910'), worth(4, '1000'))).toEqual(['10', '10'])
    expect(lost(...down, flow(3, '910'), worth(4, '950'))).toEqual(['14.5', '60'])
    expect(lost(...down, flow(3, '-45'), worth(4, '40.5'))).toEqual(['19', '14.5'])
  })

  it('says when the peak and the trough were, the amounts in terms of today’s capital', () => {
    const gauge = gaugeOf(
      measured(worth(1, '100'), worth(2, '80'), flow(3, '-40'), worth(4, '45')),
      'total',
      0,
    )
    const { peak, trough, opening, equity, pnl, ...rest } = gauge
    expect([peak, trough, opening, equity, pnl].map(textOrNull)).toEqual([
      '50',
      '40',
      '50',
      '45',
      '-15',
    ])
    expect(rest).toMatchObject({ from: hour(1), peakAt: hour(1), troughAt: hour(2), at: hour(4) })
  })

  it('stays what it was while all the capital is out, and goes on when it comes back', () => {
    const emptied = [worth(1, '100'), worth(2, '90'), flow(3, '-90'), worth(4, '0')]
    expect(lost(...emptied)).toEqual(['10', '10'])
    expect(lost(...emptied, flow(5, '1000'))).toEqual(['10', '10'])
    expect(lost(...emptied, flow(5, '1000'), worth(6, '900'))).toEqual(['19', '110'])
  })

  it('counts what was earned unseen before everything was withdrawn', () => {
    const events = [worth(1, '100'), flow(2, '-110'), worth(3, '0')]
    expect(lost(...events)).toEqual(['0', '0'])
    expect(index(...events)).toBe('1.1')
    expect(index(...events, flow(4, '50'), worth(5, '55'))).toBe('1.21')
  })

  it('is marked provisional while a change of cash is not classified', () => {
    const state = measured(worth(1, '100'))
    const said = [0, 2].map((count) => gaugeOf(state, 'daily', count).isProvisional)
    expect(said).toEqual([false, true])
  })

  it('cannot go back in time', () => {
    expect(() => measure(measured(worth(2, '100')), worth(1, '90'), RULES)).toThrow(RangeError)
  })
})

describe('a total loss', () => {
  const ruined = [worth(1, '100'), worth(2, '-5')]
  const totalOf = (...events: readonly DrawdownEvent[]): Gauge =>
    gaugeOf(measured(...events), 'total', 0)

  it('is 100 % at and below zero, and still counts the money', () => {
    expect(lost(worth(1, '100'), worth(2, '0'))).toEqual(['100', '100'])
    expect(lost(...ruined)).toEqual(['100', '105'])
    expect(totalOf(...ruined).isTotalLoss).toBe(true)
    expect(index(...ruined)).toBe('0')
  })

  it('is left behind by a gain', () => {
    expect(lost(...ruined, worth(3, '40'))).toEqual(['60', '60'])
    expect(totalOf(...ruined, worth(3, '40')).isTotalLoss).toBe(false)
  })

  it('is not left behind by new money, which begins a new index', () => {
    const rescued = [...ruined, flow(3, '205'), worth(4, '220')]
    expect(lost(...rescued)).toEqual(['100', '85'])
    expect(totalOf(...rescued)).toMatchObject({ isTotalLoss: true })
    expect(index(...rescued)).toBe('1.1')
  })

  it('is over in the next period, or when the measure is reset', () => {
    const state = measured(...ruined, flow(3, '205'), worth(4, '220'), worth(24, '198'))
    expect(textOrNull(gaugeOf(state, 'daily', 0).percent)).toBe('10')
    expect(textOrNull(gaugeOf(state, 'weekly', 0).percent)).toBe('100')
    const reset = measure(resetDrawdown(state, 'weekly'), worth(25, '99'), RULES)
    expect(textOrNull(gaugeOf(reset, 'weekly', 0).percent)).toBe('50')
    expect(gaugeOf(reset, 'weekly', 0)).toMatchObject({ from: hour(0), until: hour(168) })
  })

  it('needs equity above zero to lose: without any, percent is unknown but money is not', () => {
    expect(lost(worth(1, '0'), worth(2, '-30'), worth(3, '-10'), worth(4, '-25'))).toEqual([
      null,
      '25',
    ])
    expect(lost(worth(1, '-30'), flow(2, '100'), worth(3, '63'))).toEqual(['10', '7'])
  })
})

describe('a period of drawdown', () => {
  const overnight = [worth(23, '100'), worth(25, '90')]

  it('opens with the last value before it, so that a loss over the boundary counts', () => {
    const gauge = gaugeOf(measured(...overnight), 'daily', 0)
    expect([gauge.percent, gauge.opening, gauge.pnl].map(textOrNull)).toEqual(['10', '100', '-10'])
    expect(gauge).toMatchObject({ from: hour(24), until: hour(48), peakAt: hour(23) })
  })

  it('opens with the first value in it where that is wished', () => {
    const rules: DrawdownRules = { ...RULES, openingValue: 'firstObserved' }
    const state = foldDrawdown(UNMEASURED, overnight, rules)
    const gauge = gaugeOf(state, 'daily', 0)
    expect([gauge.percent, gauge.opening, gauge.pnl].map(textOrNull)).toEqual(['0', '90', '0'])
    const idle = beginPeriods(state, hour(49), rules)
    expect(gaugeOf(idle, 'daily', 0)).toMatchObject({ percent: null, opening: null, money: null })
  })

  it('opens with what a flow made of the last value', () => {
    const state = measured(worth(23, '100'), flow(25, '100'), worth(26, '190'))
    expect(textOrNull(gaugeOf(state, 'daily', 0).percent)).toBe('5')
  })

  it('begins on time also while nothing happens', () => {
    const idle = beginPeriods(measured(...overnight), hour(49), RULES)
    const { percent, from } = gaugeOf(idle, 'daily', 0)
    expect([textOrNull(percent), from]).toEqual(['0', hour(48)])
    expect(textOrNull(gaugeOf(idle, 'weekly', 0).percent)).toBe('10')
  })

  it('starts over by hand at what there is now', () => {
    const reset = resetDrawdown(measured(...overnight), 'total')
    const { percent, money, from } = gaugeOf(reset, 'total', 0)
    expect([textOrNull(percent), textOrNull(money), from]).toEqual(['0', '0', hour(25)])
  })
})
