import { describe, expect, it } from 'vitest'
import { measure, UNMEASURED, type DrawdownRules } from '#domain/drawdown.ts'
import { gaugeOf, type Gauge } from '#domain/gauge.ts'
import { judgeLimit, moneyLeft, WITHIN_LIMIT, type DrawdownLimit } from '#domain/limit.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { D, text, textOrNull } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'

const RULES: DrawdownRules = { calendar: DEFAULT_CALENDAR, openingValue: 'lastBeforeBoundary' }
const LIMIT: DrawdownLimit = {
  measure: 'percent',
  warning: new D(5),
  breach: new D(10),
  hysteresis: new D(1),
}
const DAY = 86_400_000

/** The daily gauges while the equity goes these ways, an hour apart; `|` begins a new day. */
function gaugesAlong(path: string): readonly Gauge[] {
  let state = UNMEASURED
  return path.split('|').flatMap((day, index) =>
    day.split(' ').map((equity, hour) => {
      const at = utcMillis(Date.parse('2026-03-02T00:00Z') + index * DAY + hour * 3_600_000)
      state = measure(state, { kind: 'equity', at, equity: new D(equity) }, RULES)
      return gaugeOf(state, 'daily', 0)
    }),
  )
}

/** What is said on the way, `-` for nothing. */
function said(path: string, limit = LIMIT): string {
  let state = WITHIN_LIMIT
  const words = gaugesAlong(path).map((gauge) => {
    const judged = judgeLimit(state, gauge, limit)
    state = judged.state
    return judged.notices.map(({ kind, drawdown }) => `${kind} ${text(drawdown)}`).join() || '-'
  })
  return words.join(', ')
}

describe('a drawdown limit', () => {
  it('speaks once, at the mark', () => {
    expect(said('100 96 95 94 93')).toBe('-, -, warning 5, -, -')
    expect(said('100 95 90 85')).toBe('-, warning 5, breach 10, -')
  })

  it('says breach alone when the warning is passed at once', () => {
    expect(said('100 80 80')).toBe('-, breach 20, -')
  })

  it('does not chatter around a mark', () => {
    expect(said('100 95 95.5 95 96 95')).toBe('-, warning 5, -, -, -, -')
    expect(said('100 90 90.5 90 91 90')).toBe('-, breach 10, -, -, -, -')
  })

  it('speaks again after it went back by more than the hysteresis', () => {
    expect(said('100 95 96.1 95')).toBe('-, warning 5, recovered 3.9, warning 5')
    expect(said('100 90 92 90')).toBe('-, breach 10, -, breach 10')
  })

  it('begins anew with the period', () => {
    expect(said('100 94|90 84')).toBe('-, warning 6, -, breach 10.638297872340425532')
    expect(said('100 94|88 88')).toBe('-, warning 6, warning 6.382978723404255319, -')
  })

  it('may be of money, or have one mark only', () => {
    const money: DrawdownLimit = { ...LIMIT, measure: 'money', warning: null, breach: new D(50) }
    expect(said('1000 960 950 940', money)).toBe('-, -, breach 50, -')
    expect(said('100 50', { ...LIMIT, breach: null })).toBe('-, warning 50')
  })

  it('keeps silent, and what it said, while the drawdown is unknown', () => {
    const warned = { level: 'warning', from: null } as const
    const unknown = gaugeOf(UNMEASURED, 'daily', 0)
    expect(judgeLimit(warned, unknown, LIMIT)).toEqual({ state: warned, notices: [] })
  })

  it('passes on that the measure is provisional', () => {
    const gauge: Gauge = { ...gaugesAlong('100 80')[1]!, isProvisional: true }
    const [notice] = judgeLimit(WITHIN_LIMIT, gauge, LIMIT).notices
    expect(notice).toMatchObject({ kind: 'breach', period: 'daily', isProvisional: true })
    expect(textOrNull(notice?.mark ?? null)).toBe('10')
  })
})

describe('the money left to a limit', () => {
  const left = (path: string, limit = LIMIT) =>
    (['warning', 'breach'] as const).map((level) =>
      textOrNull(moneyLeft(gaugesAlong(path).at(-1)!, limit, level)),
    )

  it('is what may still be lost, nothing once the mark is reached', () => {
    expect(left('200 192')).toEqual(['2', '12'])
    expect(left('200 186')).toEqual(['0', '6'])
    expect(left('200 186', { ...LIMIT, measure: 'money' })).toEqual(['0', '0'])
    expect(left('200 197', { ...LIMIT, measure: 'money' })).toEqual(['2', '7'])
  })

  it('is unknown without a mark or a peak', () => {
    expect(left('200', { ...LIMIT, warning: null })).toEqual([null, '20'])
    expect(left('-1')).toEqual([null, null])
  })
})
