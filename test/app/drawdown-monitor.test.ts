import { describe, expect, it } from 'vitest'
import { stateView } from '#app/portfolio.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { ok } from '#shared/result.ts'
import { ACCOUNT } from '../fakes/builders.ts'
import { emptyStore, fakeLedger, type Store } from '../fakes/ledger.ts'
import { newDesk } from './new-desk.ts'

const HOUR = 3_600_000
const measuring = {
  ...{ everyMs: 0, calendar: DEFAULT_CALENDAR },
  hours: null,
  openingValue: 'lastBeforeBoundary' as const,
}

/** A desk on this ledger, `hours` after New York opened on a Monday, 14:30 UTC. */
async function measured(store: Store, hours = 0) {
  const opened = newDesk({ measuring, openLedger: () => Promise.resolve(ok(fakeLedger(store))) })
  const { desk, broker, clock, settle } = opened
  clock.advance(hours * HOUR)
  await desk.start()
  broker.connect()
  await settle()
  const account = desk.find(undefined)!
  return {
    ...opened,
    /** The equity is told and looked at. */
    worth: async (net: string) => {
      const value = { account: ACCOUNT, key: 'NetLiquidation', currency: 'USD', value: net }
      broker.tell({ kind: 'account-value', value, at: clock.now() })
      clock.advance(5_000)
      await settle()
    },
    look: async () => {
      clock.advance(5_000)
      await settle()
    },
    fallen: () => {
      const gauges = desk.drawdown.gauges(account)
      const { drawdowns } = stateView(
        { account, prices: desk.prices },
        { gauges, now: clock.now() },
      )
      return drawdowns.map(({ period, percent, money }) => [period, percent, money])
    },
  }
}

describe('the drawdown of an account', () => {
  it('is the fall from the highest equity: since ever, this week, today', async () => {
    const { desk, worth, fallen, clock, settle } = await measured(emptyStore())
    expect(fallen()).toEqual([])
    await worth('1000')
    await worth('1250')
    await worth('1000')
    expect(fallen()).toEqual([
      ['total', '20', '250'],
      ['weekly', '20', '250'],
      ['daily', '20', '250'],
    ])
    clock.advance(10 * HOUR)
    await settle()
    // Tuesday: the day opens with what Monday ended with.
    expect(fallen()).toEqual([
      ['total', '20', '250'],
      ['weekly', '20', '250'],
      ['daily', '0', '0'],
    ])
    await worth('900')
    expect(fallen()).toEqual([
      ['total', '28', '350'],
      ['weekly', '28', '350'],
      ['daily', '10', '100'],
    ])
    await desk.stop()
  })

  it('goes on after a restart, to the last digit, also when a day began meanwhile', async () => {
    const store = emptyStore()
    const before = await measured(store)
    await before.worth('3000')
    await before.worth('2999.99')
    const [total, weekly] = before.fallen()
    await before.desk.stop()
    const after = await measured(store, 24)
    await after.look()
    expect(after.fallen()).toEqual([total, weekly, ['daily', '0', '0']])
    await after.worth('1499.995')
    expect(after.fallen()[2]).toEqual(['daily', '50', '1499.995'])
    await after.desk.stop()
  })

  it('does not take what was told before the link was lost for what is so', async () => {
    const { desk, broker, worth, fallen } = await measured(emptyStore())
    await worth('1000')
    broker.cut()
    await worth('500')
    expect(fallen()[0]).toEqual(['total', '0', '0'])
    await desk.stop()
  })

  it('is not written again while the equity does not move', async () => {
    const store = emptyStore()
    const { desk, worth, look } = await measured(store)
    await worth('1000')
    const { commits } = store
    await look()
    await look()
    expect(store.commits).toBe(commits)
    await desk.stop()
  })
})
