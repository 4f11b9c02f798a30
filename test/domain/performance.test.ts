import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DrawdownEvent } from '#domain/drawdown.ts'
import { performanceOf, type Performance } from '#domain/performance.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { D, text, textOrNull, type Decimal } from '#shared/money.ts'
import type { Timeframe } from '#shared/timeframe.ts'
import { utcMillis, type UtcMillis } from '#shared/time.ts'
import { RUNS } from './arbitraries.ts'

const NOW = utcMillis(Date.parse('2026-03-10T12:00Z'))
const ago = (minutes: number): UtcMillis => utcMillis(NOW - minutes * 60_000)
const worth = (minutesAgo: number, equity: string): DrawdownEvent => ({
  kind: 'equity',
  at: ago(minutesAgo),
  equity: new D(equity),
})
const flow = (minutesAgo: number, amount: string): DrawdownEvent => ({
  kind: 'flow',
  at: ago(minutesAgo),
  amount: new D(amount),
})
const performed = (events: readonly DrawdownEvent[], timeframe: Timeframe = '1D'): Performance =>
  performanceOf(events, timeframe, { now: NOW, calendar: DEFAULT_CALENDAR })
/** `equity return drawdown` of every point, `|` before one after a gap. */
const drawn = (of: Performance) =>
  of.points.map(({ equity, returnPercent, drawdownPercent, isAfterGap }) => {
    const line = [equity, returnPercent, drawdownPercent].map(textOrNull).join(' ')
    return isAfterGap ? `| ${line}` : line
  })

describe('performance', () => {
  it('has the last observation of each bucket, from the last before the start', () => {
    const events = [worth(3000, '50'), worth(1500, '100'), worth(1440, '102'), worth(1438, '110')]
    const one = performed([...events, worth(1434, '99')])
    expect([text(one.opening!), one.from, textOrNull(one.returnPercent)]).toEqual([
      '102',
      ago(1440),
      '-2.941176470588235294',
    ])
    expect(drawn(one)).toEqual(['110 7.843137254901960784 0', '99 -2.941176470588235294 10'])
    expect(one.points.map(({ from }) => from)).toEqual([ago(1440), ago(1435)])
  })

  it('does not count flows, and says them', () => {
    const one = performed([worth(1441, '100'), flow(20, '100'), worth(18, '220'), flow(16, '-20')])
    expect(drawn(one)).toEqual(['220 10 0'])
    expect(one.points.map(({ flows }) => text(flows))).toEqual(['100'])
    const two = performed([worth(30, '100'), flow(29, '5'), worth(18, '105'), worth(17, '210')])
    expect(two.points.map(({ flows }) => text(flows))).toEqual(['0', '5'])
    expect(textOrNull(two.returnPercent)).toBe('100')
  })

  it('shows gaps as gaps and returns over them', () => {
    const one = performed([worth(60, '100'), worth(55, '101'), worth(40, '102')])
    expect(drawn(one)).toEqual(['100 0 0', '101 1 0', '| 102 2 0'])
  })

  it('is by days since the year began, or of all times', () => {
    const day = 24 * 60
    const events = [worth(100 * day, '80'), worth(80 * day, '100'), worth(2 * day, '120')]
    const [ytd, all] = [performed(events, 'YTD'), performed(events, 'ALL')]
    expect([ytd.opening, all.opening].map(textOrNull)).toEqual(['100', '80'])
    expect([ytd.returnPercent, all.returnPercent].map(textOrNull)).toEqual(['20', '50'])
    expect([all.from, all.points.length]).toEqual([null, 3])
  })

  it('is unknown when nothing was observed, and does not look ahead', () => {
    const nothing = { opening: null, points: [], returnPercent: null }
    expect(performed([flow(5, '100')])).toMatchObject(nothing)
    expect(performed([worth(-5, '100')])).toMatchObject(nothing)
  })

  it('stays at −100 % once all is lost, also after new money', () => {
    const ruined = [worth(30, '100'), worth(20, '-1'), flow(15, '500'), worth(10, '600')]
    expect(drawn(performed(ruined))).toEqual(['100 0 0', '| -1 -100 100', '| 600 -100 100'])
  })

  it('is the product of all returns, whatever flows in between', () => {
    const steps = fc.array(
      fc.record({ cents: fc.integer({ min: -5_000, max: 9_000 }), flow: fc.nat(500) }),
      { minLength: 1, maxLength: 15 },
    )
    fc.assert(
      fc.property(steps, (path) => {
        let equity: Decimal = new D(100)
        let product: Decimal = new D(1)
        const events: DrawdownEvent[] = [worth(1_000, '100')]
        path.forEach(({ cents, flow: share }, index) => {
          const growth = new D(10_000 + cents).dividedBy(10_000)
          const added = equity.times(share).dividedBy(100)
          equity = equity.plus(added).times(growth)
          product = product.times(growth)
          events.push(flow(900 - index * 7, text(added)), worth(898 - index * 7, text(equity)))
        })
        const expected = product.minus(1).times(100)
        const { returnPercent } = performed(events)
        // Half of the 18th place, and a little for the digits beyond the 34th on the way.
        expect(returnPercent!.minus(expected).abs().lessThan('5.001e-19')).toBe(true)
      }),
      RUNS,
    )
  })
})
