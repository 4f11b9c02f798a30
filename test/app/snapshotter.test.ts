import { describe, expect, it } from 'vitest'
import { performanceView } from '#app/portfolio.ts'
import type { CashEntry } from '#domain/cash.ts'
import { noRates } from '#domain/fx.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { execId } from '#shared/ids.ts'
import { money, price, quantity, text } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'
import { ACCOUNT, anExecution, anInstrument, SPY } from '../fakes/builders.ts'
import { newDesk } from './new-desk.ts'

const FIVE_MINUTES = 300_000
const DAY = 86_400_000
const measuring = {
  everyMs: FIVE_MINUTES,
  calendar: DEFAULT_CALENDAR,
  hours: null,
  openingValue: 'lastBeforeBoundary' as const,
}

/** A desk whose account holds 100 SPY that momentum bought today at 10. */
async function measured() {
  const opened = newDesk({ measuring })
  const { desk, broker, clock, settle, storeOf } = opened
  broker.hold({
    ...{ account: ACCOUNT, conId: SPY, instrument: anInstrument() },
    ...{ quantity: quantity('100'), averageCost: price('10') },
  })
  broker.execute(anExecution())
  broker.charge({
    ...{ execId: execId('0000e0d5.6560a1b2.01.01'), commission: money('1') },
    ...{ currency: 'USD', realizedPnl: null },
  })
  await desk.start()
  broker.connect()
  await settle()
  const tell = (key: string, value: string) =>
    broker.tell({
      kind: 'account-value',
      value: { account: ACCOUNT, key, currency: 'USD', value },
      at: clock.now(),
    })
  return {
    ...opened,
    worth: (net: string) => tell('NetLiquidation', net),
    tell,
    pass: async (ms: number) => {
      clock.advance(ms)
      await settle()
    },
    taken: () => storeOf(ACCOUNT).snapshots,
    chart: (timeframe: '1D' | '1W' | 'ALL') => {
      const book = desk.find(undefined)!.book!
      const charting = { now: clock.now(), calendar: DEFAULT_CALENDAR }
      return performanceView({ book, fx: noRates('USD') }, timeframe, charting)
    },
  }
}

describe('snapshots of an account', () => {
  it('are taken again and again: equity, cash, investment, positions and strategies', async () => {
    const { desk, worth, tell, pass, taken } = await measured()
    worth('5000')
    tell('TotalCashValue', '3900')
    desk.pricing.take({
      conId: SPY,
      price: price('11'),
      source: 'live',
      at: desk.settings.clock.now(),
    })
    await pass(FIVE_MINUTES)
    const [snapshot] = taken()
    expect({
      ...snapshot,
      ...{ at: null, positions: null, strategies: null },
      equity: text(snapshot!.equity),
      cash: text(snapshot!.cash!),
      investmentValue: text(snapshot!.investmentValue!),
    }).toEqual({
      ...{ at: null, baseCurrency: 'USD', equity: '5000', cash: '3900', investmentValue: '1100' },
      ...{ excluded: 0, positions: null, strategies: null, accrued: null },
      currencies: snapshot?.currencies,
    })
    expect(snapshot?.currencies.map(({ currency }) => currency)).toEqual(['USD'])
    expect(snapshot?.positions).toMatchObject([{ strategy: 'momentum', conId: SPY }])
    expect(snapshot?.strategies.map(({ strategy, equity }) => [strategy, text(equity)])).toEqual([
      ['momentum', '99'],
      ['UNATTRIBUTED', '0'],
    ])
    worth('5100')
    await pass(FIVE_MINUTES)
    expect(taken().map(({ equity }) => text(equity))).toEqual(['5000', '5100'])
    await desk.stop()
  })

  it('are not taken while the link is down or nothing was told: a gap is a gap', async () => {
    const { desk, broker, worth, pass, taken, chart } = await measured()
    await pass(FIVE_MINUTES)
    expect(taken()).toEqual([])
    worth('5000')
    await pass(FIVE_MINUTES)
    broker.cut()
    await pass(2 * FIVE_MINUTES)
    expect(taken()).toHaveLength(1)
    broker.connect()
    await pass(FIVE_MINUTES)
    const { data_points: points } = await chart('1D')
    expect(points.map((point) => point.is_after_gap)).toEqual([false, true])
    await desk.stop()
  })

  it('stop and go on as the setting says, while the program runs', async () => {
    const { desk, worth, pass, taken } = await measured()
    worth('5000')
    desk.snapshotter.start({ ...measuring, everyMs: 0 })
    await pass(3 * FIVE_MINUTES)
    expect(taken()).toEqual([])
    desk.snapshotter.start({ ...measuring, everyMs: 60_000 })
    await pass(120_000)
    expect(taken()).toHaveLength(2)
    await desk.stop()
  })

  it('thin out: after a day one in thirty minutes stays, and the last of all', async () => {
    const { desk, worth, pass, taken, clock } = await measured()
    worth('5000')
    for (let turn = 0; turn < 12; turn += 1) await pass(FIVE_MINUTES)
    expect(taken()).toHaveLength(12)
    desk.snapshotter.start({ ...measuring, everyMs: 0 })
    await pass(DAY + 30 * 60_000)
    await desk.snapshotter.thin(desk.find(undefined)!)
    const minutes = taken().map(({ at }) => new Date(millisOf(at)).toISOString().slice(11, 16))
    expect([clock.now() > 0, minutes]).toEqual([true, ['14:55', '15:25', '15:30']])
    await desk.stop()
  })
})

describe('performance', () => {
  it('is measured from the first snapshot of the timeframe, bucket by bucket', async () => {
    const { desk, worth, pass, chart } = await measured()
    for (const value of ['5000', '5500', '4950']) {
      worth(value)
      await pass(FIVE_MINUTES)
    }
    const { data_points: points, ...rest } = await chart('1D')
    expect(rest).toEqual({
      ...{ timeframe: '1D', base_currency: 'USD', data_available: true, flows: [] },
      ...{ start_value: '5000', current_value: '4950' },
      ...{ profit_loss: '-50', profit_loss_percent: '-1' },
    })
    expect(points.map((each) => [each.value, each.return_percent, each.drawdown_percent])).toEqual([
      ['5000', '0', '0'],
      ['5500', '10', '0'],
      ['4950', '-1', '10'],
    ])
    expect((await chart('ALL')).data_points.map(({ value }) => value)).toEqual(['4950'])
    await desk.stop()
  })

  it('is time-weighted: a deposit booked late neither gains nor loses', async () => {
    const { desk, worth, pass, chart, clock } = await measured()
    for (const value of ['5000', '5500', '15500', '15345']) {
      worth(value)
      await pass(FIVE_MINUTES)
    }
    const at = clock.stamp()
    const entry: CashEntry = {
      ...{ id: 'cash-1', class: 'deposit', currency: 'USD', amount: money('10000'), at },
      ...{ strategy: null, conId: null, evidence: 'the statement', author: 'trader' },
      ...{ reverses: null, recordedAt: at },
    }
    await desk.find(undefined)!.command((memory, batch) => {
      memory.cashEntries.push(entry)
      batch.cashEntries.push(entry)
      return Promise.resolve()
    })
    const view = await chart('1D')
    expect(view.data_points.map((each) => each.return_percent)).toEqual(['0', '10', '10', '8.9'])
    expect(view).toMatchObject({ profit_loss: '345', profit_loss_percent: '8.9' })
    expect(view.flows).toMatchObject([
      { timestamp: view.data_points[1]?.timestamp, amount_base: '10000', rate_at: null },
    ])
    await desk.stop()
  })

  it('says that there is none where no snapshot was taken', async () => {
    const { desk, chart } = await measured()
    expect(await chart('1W')).toEqual({
      ...{
        timeframe: '1W',
        base_currency: 'USD',
        data_available: false,
        data_points: [],
        flows: [],
      },
      ...{ start_value: null, current_value: null },
      ...{ profit_loss: null, profit_loss_percent: null },
    })
    await desk.stop()
  })
})
