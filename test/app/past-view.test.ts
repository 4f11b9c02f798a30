import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { routerOf } from '#app/router.ts'
import { Batch } from '#app/batch.ts'
import { utcMillis } from '#shared/time.ts'
import { D, price, quantity } from '#shared/money.ts'
import { execId, UNATTRIBUTED } from '#shared/ids.ts'
import { workspaceOf } from '#app/workspace.ts'
import { keptLog } from '../fakes/log.ts'
import { keptSettings } from '../fakes/settings.ts'
import { memoryWorkspace } from '../fakes/workspace.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { openedDesk } from './opened-desk.ts'
import { commissionTold, executionTold } from './told.ts'

/** The API of a desk whose book was opened on 100 SPY at 10. */
async function asking(folder: string) {
  const opened = await openedDesk(folder)
  const workspace = workspaceOf(memoryWorkspace(), keptLog())
  const client = createRouterClient(routerOf(opened.desk, workspace, keptSettings()))
  const { clock, account } = opened
  const book = account().book!
  clock.advance(60_000)
  return {
    ...{ ...opened, book },
    asOf: (at: number, known: 'then' | 'now') => client.book.asOf({ at, known }),
    feed: async (...events: Parameters<typeof book.take>[0][]) => {
      for (const event of events) book.take(event)
      await book.command(() => Promise.resolve())
      clock.advance(1000)
    },
  }
}

const soldBy = (second: number, over = {}) =>
  executionTold({ executedAt: secondsIn(second), side: 'sell', shares: quantity('40'), ...over })

describe('the book as of a past instant, through the API', () => {
  it('says what each strategy held, made and paid, and what has come since', () =>
    inFolder(async (folder) => {
      const { asOf, feed, clock, close } = await asking(folder)
      const before = clock.now()
      clock.advance(1)
      const told = { execId: execId('a.01'), price: price('12') }
      await feed(soldBy(60, told), commissionTold({ execId: execId('a.01') }))
      const then = await asOf(clock.now(), 'then')
      await feed(soldBy(60, { ...told, execId: execId('a.02'), price: price('13') }))

      expect(await asOf(before, 'then')).toMatchObject({
        ...{ fills: 0, known: 'then', pricedAt: null },
        positions: [
          { key: `${UNATTRIBUTED}|${SPY}`, quantity: '100', averageCost: '10', realized: '0' },
          { key: `${MOMENTUM}|${SPY}`, quantity: '0', quantityNow: '-40', quantitySince: '-40' },
        ],
      })
      expect(then.positions[1]).toMatchObject({
        ...{ quantity: '-40', averageCost: '12', commissions: [{ currency: 'USD', amount: '1' }] },
        ...{ price: null, marketValue: null, unrealized: null, quantitySince: '0' },
      })
      const { positions } = await asOf(then.at, 'now')
      expect(positions[1]).toMatchObject({ quantity: '-40', averageCost: '13' })
      await close()
    }))

  it('values it at the last snapshot up to then, and says when that was', () =>
    inFolder(async (folder) => {
      const { asOf, book, clock, close } = await asking(folder)
      const at = clock.stamp()
      const taken = clock.now()
      const held = { strategy: UNATTRIBUTED, conId: SPY, quantity: quantity('100') }
      const unpriced = { currency: 'USD', fxRate: null, marketValue: null, gain: null }
      await book.ledger.commit({
        ...new Batch().toChanges(),
        snapshots: [
          {
            ...{ at, baseCurrency: 'USD', equity: new D(1), cash: null, investmentValue: null },
            ...{ excluded: 0, accrued: null, currencies: [], strategies: [] },
            positions: [{ ...held, ...unpriced, price: new D('12.5') }],
          },
        ],
      })
      clock.advance(5000)
      const { pricedAt, positions } = await asOf(clock.now(), 'now')
      expect(pricedAt).toBe(taken)
      expect(positions).toMatchObject([
        { price: '12.5', marketValue: '1250', unrealized: '250', quantitySince: '0' },
      ])
      expect(await asOf(taken - 1, 'now')).toMatchObject({
        ...{ pricedAt: null, positions: [{ price: null, marketValue: null, unrealized: null }] },
      })
      await close()
    }))

  it('refuses the future, and what was before the book, in a sentence', () =>
    inFolder(async (folder) => {
      const { asOf, clock, close } = await asking(folder)
      await expect(asOf(clock.now() + 1, 'now')).rejects.toThrow(
        'That instant is in the future: choose one up to now.',
      )
      await expect(asOf(utcMillis(0), 'now')).rejects.toThrow(
        /^The book begins at 2026-03-02T14:\d\d:\d\d.\d{3}Z: choose an instant after it.$/,
      )
      await expect(asOf(utcMillis(0), 'then')).rejects.toThrow(
        'Nothing had been recorded in this book by then: choose a later instant, or ask for it ' +
          'as known now.',
      )
      await close()
    }))
})
