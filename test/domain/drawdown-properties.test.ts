import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measure, UNMEASURED, type DrawdownEvent, type DrawdownRules } from '#domain/drawdown.ts'
import { DRAWDOWN_PERIODS, type DrawdownState } from '#domain/drawdown.ts'
import { foldDrawdown, foldDrawdownInSteps, inTimeOrder } from '#domain/drawdown-series.ts'
import { restoreDrawdown, saveDrawdown, type SavedDrawdown } from '#domain/drawdown-series.ts'
import { gaugesOf } from '#domain/gauge.ts'
import { periodOf } from '#domain/period.ts'
import { D, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import { utcMillis, type UtcMillis } from '#shared/time.ts'
import { RUNS } from './arbitraries.ts'

const START = Date.parse('2026-03-05T20:00Z')

const rules: fc.Arbitrary<DrawdownRules> = fc.record({
  calendar: fc.record({
    zone: fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin'),
    resetHour: fc.integer({ min: 0, max: 23 }),
    firstWeekday: fc.integer({ min: 1, max: 7 }),
  }),
  openingValue: fc.constantFrom('lastBeforeBoundary' as const, 'firstObserved' as const),
})

/** Hours since the event before, and what capital makes of itself: never everything. */
const step = fc.record({
  hours: fc.integer({ min: 0, max: 30 }),
  return: fc.integer({ min: -9_000, max: 9_000 }).map((units) => new D(units).dividedBy(10_000)),
  /** What comes or goes after that, as a share of what is there; null for none. */
  flow: fc.option(fc.integer({ min: -99, max: 300 }), { freq: 2 }),
  isEmptied: fc.boolean(),
})
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never
const steps = fc.array(step, { minLength: 1, maxLength: 20 })

/** The equity of such capital, with its flows or as if there had been none. */
function seriesOf(path: readonly Step[], hasFlows: boolean): readonly DrawdownEvent[] {
  const events: DrawdownEvent[] = []
  let at = START
  let equity: Decimal = new D(1000)
  for (const { hours, return: gain, flow, isEmptied } of path) {
    at += hours * 3_600_000
    equity = equity.times(gain.plus(1))
    events.push({ kind: 'equity', at: utcMillis(at), equity })
    if (!hasFlows || flow === null) continue
    const changes = isEmptied
      ? [equity.negated(), equity.times(new D(flow + 100).dividedBy(100))]
      : [equity.times(flow).dividedBy(100)]
    for (const amount of changes) events.push({ kind: 'flow', at: utcMillis(at), amount })
    equity = changes.reduce((sum, amount) => sum.plus(amount), equity)
  }
  return events
}

/** Any equity, also below zero, and any flows. */
const anyEvents: fc.Arbitrary<readonly DrawdownEvent[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('equity' as const, 'equity' as const, 'flow' as const),
      hours: fc.integer({ min: 0, max: 40 }),
      cents: fc.integer({ min: -20_000, max: 100_000 }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((drawn) => {
    let at = START
    return drawn.map(({ kind, hours, cents }): DrawdownEvent => {
      at += hours * 3_600_000
      const amount = new D(cents).dividedBy(100)
      return kind === 'flow'
        ? { kind, at: utcMillis(at), amount }
        : { kind, at: utcMillis(at), equity: amount }
    })
  })

const percentages = (state: DrawdownState): readonly Decimal[] =>
  gaugesOf(state, 0).flatMap(({ percent, worstPercent }) => [percent!, worstPercent!])

/** A flow scales marks in 34 digits: a tie of the 18th place may then round the other way. */
const LAST_PLACE = new D('1e-18')

/** A state as text, so that whole values can be compared. */
const asText = (state: DrawdownState): string => JSON.stringify(saveDrawdown(state))

describe('the drawdown of any series', () => {
  it('is the same with flows as without, in every period', () => {
    fc.assert(
      fc.property(steps, rules, (path, config) => {
        const without = foldDrawdown(UNMEASURED, seriesOf(path, false), config)
        const withFlows = foldDrawdown(UNMEASURED, seriesOf(path, true), config)
        const expected = percentages(without)
        percentages(withFlows).forEach((percent, index) => {
          expect(percent.minus(expected[index]!).abs().lessThanOrEqualTo(LAST_PLACE)).toBe(true)
        })
      }),
      RUNS,
    )
  })

  it('lies between 0 and 100 % while the equity is above zero', () => {
    fc.assert(
      fc.property(steps, rules, (path, config) => {
        const state = foldDrawdown(UNMEASURED, seriesOf(path, true), config)
        for (const gauge of gaugesOf(state, 0)) {
          const { percent, worstPercent, money } = gauge
          expect(percent!.greaterThanOrEqualTo(0) && percent!.lessThan(100)).toBe(true)
          expect(worstPercent!.greaterThanOrEqualTo(percent!)).toBe(true)
          expect(worstPercent!.lessThan(100)).toBe(true)
          expect(money!.isNegative()).toBe(false)
          expect(gauge.isTotalLoss).toBe(false)
        }
      }),
      RUNS,
    )
  })

  it('is the same in total when no days and weeks are measured beside it', () => {
    fc.assert(
      fc.property(anyEvents, rules, (events, config) => {
        const alone = events.reduce((now, one) => measure(now, one, { calendar: null }), UNMEASURED)
        const whole = foldDrawdown(UNMEASURED, events, config)
        const { daily, weekly } = UNMEASURED
        const inTotal = { ...alone, daily, weekly }
        expect(asText(inTotal)).toBe(asText({ ...whole, daily, weekly }))
      }),
      RUNS,
    )
  })

  it('never leaves 0 to 100 %, loses no negative money, whatever happens', () => {
    fc.assert(
      fc.property(anyEvents, rules, (events, config) => {
        for (const gauge of gaugesOf(foldDrawdown(UNMEASURED, events, config), 0)) {
          const shares = [gauge.percent, gauge.worstPercent].filter((share) => share !== null)
          expect(shares.every((share) => share.gte(0) && share.lte(100))).toBe(true)
          expect(gauge.money?.isNegative() ?? false).toBe(false)
        }
      }),
      RUNS,
    )
  })

  it('is the fall from the highest equity since the last one before the period', () => {
    fc.assert(
      fc.property(steps, rules, (path, config) => {
        const events = seriesOf(path, false) as readonly { at: UtcMillis; equity: Decimal }[]
        const last = events.at(-1)!
        const expected = DRAWDOWN_PERIODS.map((period) => {
          const from = period === 'total' ? START : periodOf(period, last.at, config.calendar).from
          const inside = events.filter(({ at }) => at >= from)
          const before = events.filter(({ at }) => at < from).at(-1)
          const isCounted = config.openingValue === 'lastBeforeBoundary' && before !== undefined
          const values = [...(isCounted ? [before] : []), ...inside].map(({ equity }) => equity)
          const peak = D.max(...values)
          return toLedgerScale(peak.minus(last.equity).dividedBy(peak).times(100)).toFixed()
        })
        const state = foldDrawdown(UNMEASURED, seriesOf(path, false), config)
        expect(gaugesOf(state, 0).map(({ percent }) => textOrNull(percent))).toEqual(expected)
      }),
      RUNS,
    )
  })

  it('is the same after a restart at any point', () => {
    fc.assert(
      fc.property(anyEvents, rules, fc.nat(25), (events, config, stop) => {
        const before = foldDrawdown(UNMEASURED, events.slice(0, stop), config)
        const saved = JSON.parse(JSON.stringify(saveDrawdown(before))) as SavedDrawdown
        const after = foldDrawdown(restoreDrawdown(saved), events.slice(stop), config)
        expect(asText(after)).toBe(asText(foldDrawdown(UNMEASURED, events, config)))
      }),
      RUNS,
    )
  })

  it('is the same in steps of any size as in one go', () => {
    fc.assert(
      fc.property(anyEvents, rules, fc.integer({ min: 1, max: 9 }), (events, config, size) => {
        const series = { start: UNMEASURED, events, rules: config }
        const turns = foldDrawdownInSteps(series, size)
        let count = 0
        let turn = turns.next()
        for (; turn.done !== true; turn = turns.next()) count += 1
        expect(count).toBe(Math.ceil(events.length / size) - 1)
        expect(asText(turn.value)).toBe(asText(foldDrawdown(UNMEASURED, events, config)))
      }),
      RUNS,
    )
  })

  it('does not depend on the order events are collected in', () => {
    const ordered: fc.Arbitrary<readonly [readonly DrawdownEvent[], readonly DrawdownEvent[]]> =
      anyEvents.chain((events) => {
        // Events of one instant and kind keep their order, so each gets an instant of its own.
        const apart = events.map((event, index) => ({ ...event, at: utcMillis(event.at + index) }))
        const all = { minLength: apart.length, maxLength: apart.length }
        return fc.tuple(fc.constant(apart), fc.shuffledSubarray(apart, all))
      })
    fc.assert(
      fc.property(ordered, ([events, shuffled]) => {
        expect(inTimeOrder(shuffled)).toEqual(events)
      }),
      RUNS,
    )
  })
})
