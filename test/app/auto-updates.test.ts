import { describe, expect, it } from 'vitest'
import { settlementsOf } from '#app/settlements.ts'
import { D } from '#shared/money.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, SPY } from '../fakes/builders.ts'
import { heldAt, openedDesk } from './opened-desk.ts'

const LIMITS = {
  ...{ isOn: true, secTypes: ['STK' as const] },
  ...{ quantityMax: new D(60), notionalMax: new D(1_000) },
}

/** A desk that settles by itself, SPY at 20 dollars. */
async function settlingDesk(folder: string, isOn = true) {
  let turnedOff = 0
  const opened = await openedDesk(folder, 0, { turnAutoUpdateOff: () => void (turnedOff += 1) })
  const { desk, broker, account, clock } = opened
  broker.tell({
    kind: 'price',
    quote: { conId: SPY, price: new D(20) as never, source: 'live', at: clock.now() },
  })
  const value = { account: ACCOUNT, key: 'NetLiquidation', currency: 'USD', value: '3000' }
  broker.tell({ kind: 'account-value', value, at: clock.now() })
  desk.autoUpdates.follow({ ...LIMITS, isOn })
  const last = () => desk.autoUpdates.last(ACCOUNT)
  const authors = () => settlementsOf(account().book!.memory).map(({ author }) => author)
  return { ...opened, last, authors, turnedOff: () => turnedOff }
}

describe('settling by itself', () => {
  it('takes what stood the same in two runs into UNATTRIBUTED, and says so', () =>
    inFolder(async (folder) => {
      const { desk, broker, run, statuses, last, authors, close } = await settlingDesk(folder)
      broker.hold(heldAt('130', '10.6'))
      await run()
      expect([statuses(), last()?.actions[0]?.why]).toEqual([
        ['opened'],
        'Two settled snapshots must agree on it first.',
      ])
      await run()
      expect([statuses(), authors()]).toEqual([['settled'], ['auto-update']])
      expect(desk.notices.all[0]?.message).toContain('Auto-update settled SPY')
      expect(await run()).toMatchObject({ outcome: 'agrees' })
      await close()
    }))

  it('leaves alone what is beyond a limit, and says which', () =>
    inFolder(async (folder) => {
      const { broker, run, statuses, last, close } = await settlingDesk(folder)
      broker.hold(heldAt('151', '10.6'))
      await run()
      await run()
      expect([statuses(), last()?.actions.map(({ why }) => why)]).toEqual([
        ['seen again'],
        ['It is worth more than is allowed.'],
      ])
      await close()
    }))

  it('only says what it would have done while it is off', () =>
    inFolder(async (folder) => {
      const { broker, run, statuses, last, close } = await settlingDesk(folder, false)
      broker.hold(heldAt('130', '10.6'))
      await run()
      await run()
      expect([statuses(), last()?.sentence]).toEqual([
        ['seen again'],
        'It would have settled 1 of 1.',
      ])
      await close()
    }))

  it('turns itself off when what it settled is back', () =>
    inFolder(async (folder) => {
      const { desk, broker, run, turnedOff, statuses, close } = await settlingDesk(folder)
      broker.hold(heldAt('130', '10.6'))
      await run()
      await run()
      await run()
      broker.hold(heldAt('140', '10.6'))
      await run()
      expect([turnedOff(), statuses()]).toEqual([1, ['opened']])
      expect(desk.notices.all[0]?.message).toContain('is back: auto-update has stopped')
      await close()
    }))
})
