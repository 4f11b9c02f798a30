import { describe, expect, it } from 'vitest'
import { execId } from '#shared/ids.ts'
import { money, price, quantity } from '#shared/money.ts'
import { nanosOf, utcNanos } from '#shared/time.ts'
import { stateView } from '#app/portfolio.ts'
import { strategiesView } from '#app/strategies.ts'
import { accountView } from '#app/valuation.ts'
import { positionRows } from '#app/screen.ts'
import { anExecution } from '../fakes/builders.ts'
import { emptyStore } from '../fakes/ledger.ts'
import { measured } from './measured-desk.ts'

const HOUR = 3_600_000
const UNALLOCATED = 'UNALLOCATED'

/** A Monday, 14:30 UTC: momentum has bought 100 SPY at 10. */
async function day(over: Parameters<typeof measured>[0] = {}) {
  const made = await measured(over)
  const { desk, account, clock, settle, broker, look } = made
  const valuing = { account, prices: desk.prices }
  const trade = async (id: string, over: Partial<Parameters<typeof anExecution>[0]>) => {
    broker.execute(anExecution({ execId: execId(id), ...over }))
    broker.charge({
      ...{ execId: execId(id), commission: money('0'), currency: 'USD', realizedPnl: null },
    })
    await look()
  }
  return {
    ...made,
    trade,
    daily: () => positionRows(desk, account).map(({ strategy, daily }) => [strategy, daily]),
    total: () => accountView(valuing).worth?.daily.amount,
    since: () => accountView(valuing).worth?.dailySince ?? null,
    snapshot: async () => {
      await desk.snapshotter.take(account)
      await look()
    },
    byStrategy: () =>
      strategiesView(valuing, clock.stamp())
        .buckets.filter(({ strategy }) => strategy !== UNALLOCATED)
        .map(({ strategy, daily, dailyExcluded }) => [strategy, daily, dailyExcluded]),
    state: () => stateView(valuing, { gauges: [], now: clock.now() }),
    tomorrow: async () => {
      clock.advance(10 * HOUR)
      await settle()
      await look()
    },
  }
}

describe('a day', () => {
  it('is unknown until a value was taken down, and begins with the first there is', async () => {
    const { desk, worth, priced, daily, total, since, snapshot, clock } = await day()
    await worth('5000')
    await priced('12')
    expect([daily(), total(), since()]).toEqual([[['momentum', null]], null, null])
    const taken = clock.now()
    await snapshot()
    expect([daily(), total(), since()]).toEqual([[['momentum', '0']], '0', taken])
    await priced('13')
    expect([daily(), total()]).toEqual([[['momentum', '100']], '100'])
    await desk.stop()
  })

  it('opens with the last value of the day before, and again every day', async () => {
    const { desk, worth, priced, daily, snapshot, tomorrow } = await day()
    await worth('5000')
    await priced('12')
    await snapshot()
    await priced('13')
    await snapshot()
    await tomorrow()
    expect(daily()).toEqual([['momentum', '0']])
    await priced('12.5')
    expect(daily()).toEqual([['momentum', '-50']])
    await desk.stop()
  })

  it('may be set to open with the first value in it', async () => {
    const { desk, worth, priced, daily, snapshot, tomorrow } = await day()
    desk.days.measureBy({
      ...{ calendar: desk.snapshotter.calendar, openingValue: 'firstObserved' },
    })
    await worth('5000')
    await priced('12')
    await snapshot()
    await tomorrow()
    await priced('13')
    expect(daily()).toEqual([['momentum', null]])
    await snapshot()
    await priced('13.5')
    expect(daily()).toEqual([['momentum', '50']])
    await desk.stop()
  })

  it('goes on after a restart, with what was traded since it began', async () => {
    const store = emptyStore()
    const before = await day({ store })
    await before.worth('5000')
    await before.priced('12')
    await before.snapshot()
    await before.trade('0002.01', {
      ...{ shares: quantity('50'), price: price('12.5'), executedAt: later(before.clock.now()) },
    })
    await before.priced('13')
    expect(before.daily()).toEqual([['momentum', '125']])
    await before.desk.stop()
    const after = await day({ store, hours: 1 })
    await after.priced('13')
    expect(after.daily()).toEqual([['momentum', '125']])
    await after.desk.stop()
  })

  it('counts a fill of the day before where it belongs, when it comes late', async () => {
    const { desk, worth, priced, daily, snapshot, tomorrow, trade, clock, look } = await day()
    await worth('5000')
    await priced('12')
    await snapshot()
    const yesterday = later(clock.now() - 60_000)
    await tomorrow()
    await priced('13')
    expect(daily()).toEqual([['momentum', '100']])
    await trade('0002.01', {
      ...{ shares: quantity('100'), price: price('11'), executedAt: yesterday },
    })
    await look()
    // 200 were held when the day began at 12; what was gained before is of yesterday.
    expect(daily()).toEqual([['momentum', '200']])
    await desk.stop()
  })

  it('is of whoever holds it since it was transferred, not what was made before', async () => {
    const { desk, worth, priced, snapshot, daily, look, ...more } = await day()
    const { move, byStrategy, state } = more
    await worth('5000')
    await priced('12')
    await snapshot()
    await priced('14')
    await snapshot()
    await move('momentum', 'value', '100')
    expect(daily()).toEqual([
      ['momentum', null],
      ['value', null],
    ])
    await look()
    expect(daily()).toEqual([
      ['momentum', '200'],
      ['value', '0'],
    ])
    await priced('14.5')
    expect(byStrategy()).toEqual([
      ['momentum', '200', 0],
      ['value', '50', 0],
      ['UNATTRIBUTED', '0', 0],
    ])
    expect(state().daily).toMatchObject({ gain_loss: '250', excluded: 0 })
    expect(state().positions.map(({ daily_gain_loss }) => daily_gain_loss)).toEqual(['50'])
    await desk.stop()
  })

  it('moves with a fill that is given to another strategy', async () => {
    const { desk, worth, priced, snapshot, giveFills, daily, look, tomorrow } = await day()
    await worth('5000')
    await priced('12')
    await snapshot()
    await tomorrow()
    await priced('13')
    expect(daily()).toEqual([['momentum', '100']])
    await giveFills('momentum:1', 'value')
    await look()
    expect(daily()).toEqual([
      ['momentum', '0'],
      ['value', '100'],
    ])
    await desk.stop()
  })

  it('counts once what is traded while the ledger is being read for it', async () => {
    const { desk, account, worth, priced, daily, snapshot, broker, settle, clock } = await day()
    await worth('5000')
    await priced('12')
    const { ledger } = account.book!
    const { fillsExecuted } = ledger
    let commits = 0
    const readingSlowly: typeof fillsExecuted = async (...asked) => {
      const read = await fillsExecuted(...asked)
      if (commits === 0) {
        broker.execute(
          anExecution({
            ...{ execId: execId('0003.01'), shares: quantity('50'), price: price('12.5') },
            executedAt: later(clock.now() + 1_000),
          }),
        )
        await settle()
        commits += 1
      }
      return read
    }
    Object.assign(ledger, { fillsExecuted: readingSlowly })
    await snapshot()
    await settle()
    await priced('13')
    expect([commits, daily()]).toEqual([1, [['momentum', '125']]])
    await desk.stop()
  })

  it('is opened a moment later when the ledger could not be read', async () => {
    const { desk, account, worth, priced, daily, snapshot, look } = await day()
    await worth('5000')
    await priced('12')
    const { snapshots } = account.book!.ledger
    const { next } = snapshots
    const failing = { next: () => Promise.reject(new Error('The disk is gone.')) }
    Object.assign(snapshots, failing)
    await snapshot()
    expect(daily()).toEqual([['momentum', null]])
    Object.assign(snapshots, { next })
    await look()
    expect(daily()).toEqual([['momentum', '0']])
    await desk.stop()
  })

  it('is unknown for what had no price when it began', async () => {
    const { desk, worth, priced, snapshot, daily, state } = await day()
    await worth('5000')
    await snapshot()
    await priced('13')
    expect(daily()).toEqual([['momentum', null]])
    expect(state().daily).toMatchObject({ gain_loss: null, excluded: 1 })
    await desk.stop()
  })
})

const later = (millis: number) => utcNanos(nanosOf(millis as never) + 1_000_000n)
