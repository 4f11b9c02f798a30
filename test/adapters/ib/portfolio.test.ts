import { call } from '@orpc/server'
import { EventName, OrderAction, OrderType } from '@stoqey/ib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Desk } from '#app/desk.ts'
import { AUTO_UPDATE_OFF } from '../../fakes/settings.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { routerOf } from '#app/router.ts'
import { workspaceOf } from '#app/workspace.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { createBroker } from '#adapters/ib/broker.ts'
import { DEFAULT_RULE } from '#domain/attribution.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { D } from '#shared/money.ts'
import { inFolder, MIGRATIONS } from '../duckdb/folder.ts'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import { keptLog } from '../../fakes/log.ts'
import { keptNotifications } from '../../fakes/notifier.ts'
import { keptSettings } from '../../fakes/settings.ts'
import { memoryWorkspace } from '../../fakes/workspace.ts'
import { bookOfRecord } from '../../gateway/record-book.ts'
import {
  AAPL,
  ACCOUNT,
  aGateway,
  endAll,
  linesOf,
  realClient,
  settle,
} from '../../gateway/support.ts'

afterEach(endAll)

/** The whole core, real ledger included, behind a gateway whose market stands still. */
async function beside(port: number, folder: string) {
  const [clock, log] = [systemClock(), keptLog()]
  const broker = createBroker(
    {
      ...{ host: '127.0.0.1', ports: [port], clientId: 7, isSimulated: true },
      ...{ handshakeTimeoutMs: 5_000, pollExecutionsMs: 1_000, marketDataLines: 90 },
    },
    { clock, log, random: () => 0.5 },
  )
  const desk = new Desk({
    ...{ broker, clock, log, notifier: keptNotifications() },
    openLedger: ledgerIn({ folder, migrations: MIGRATIONS }),
    ...{ knownAccounts: [], account: null, rules: [DEFAULT_RULE], priceFlushMs: 10_000 },
    measuring: {
      everyMs: 0,
      calendar: DEFAULT_CALENDAR,
      hours: null,
      openingValue: 'lastBeforeBoundary' as const,
    },
    reconcile: WHEN_ASKED,
    ...AUTO_UPDATE_OFF,
  })
  await desk.start()
  return { desk, router: routerOf(desk, workspaceOf(memoryWorkspace(), log), keptSettings()) }
}

describe('the portfolio behind the simulated gateway', () => {
  it('is worth, holds and costs what the gateway’s own record says', { timeout: 60_000 }, () =>
    inFolder(async (folder) => {
      const gateway = await aGateway({ scenario: 'calm', masterClientId: 7 })
      gateway.pause()
      const { desk, router } = await beside(gateway.port, folder)
      const portfolio = () => call(router.portfolio.current, {})
      await vi.waitFor(
        async () => {
          const { positions, total_value: value } = await portfolio()
          expect(value).not.toBeNull()
          expect(positions.length).toBeGreaterThan(20)
          expect(positions.filter((held) => held.current_value_base === null)).toEqual([])
        },
        { timeout: 40_000, interval: 100 },
      )
      const lines = linesOf(await gateway.record())
      const valuation = lines.findLast((line) => line['type'] === 'valuation')!
      const book = bookOfRecord(lines)
      const own = [...book.held.values()].filter(
        ({ account, quantity }) => account === ACCOUNT && !quantity.isZero(),
      )
      const shown = await portfolio()
      const byId = (rows: readonly (readonly [number, string])[]) => [...rows].sort()
      expect(byId(shown.positions.map((held) => [held.con_id, held.shares]))).toEqual(
        byId(own.map(({ conId, quantity }) => [conId, quantity.toFixed()])),
      )
      expect(shown.total_value).toBe(new D(book.worth(ACCOUNT, valuation).toFixed(2)).toFixed())
      const rates = valuation['rates'] as Record<string, string>
      const futures = book.futuresPnl(valuation)
      const inBase = (sums: ReadonlyMap<string, { toFixed: () => string }>) =>
        [...sums]
          .filter(([key]) => key.startsWith(`${ACCOUNT} `))
          .reduce((sum, [key, amount]) => {
            const rate = rates[key.split(' ')[1] ?? ''] ?? 'NaN'
            return sum.plus(new D(amount.toFixed()).times(rate))
          }, new D(0))
      const cash = inBase(book.cash).plus(inBase(futures))
      expect(shown.cash_balance).toBe(new D(cash.toFixed(2)).toFixed())
      expect(shown).toMatchObject({ account: ACCOUNT, base_currency: 'USD' })
      await desk.stop()
    }),
  )
})

describe('the books behind an advisor’s login', () => {
  it('are those of the accounts, each with its part of an order for all', { timeout: 60_000 }, () =>
    inFolder(async (folder) => {
      const OTHER = 'DEMO2000002'
      const groups = [{ name: 'BOTH', accounts: [ACCOUNT, OTHER], percentages: ['75', '25'] }]
      const accounts = [ACCOUNT, OTHER].map((id) => ({ id, modelCode: '' }))
      // What happened before the book was opened is in its opening position: the times agree.
      const gateway = await aGateway({ scenario: 'calm', accounts, groups }, Date.now())
      gateway.pause()
      const { desk, router } = await beside(gateway.port, folder)
      const bought = async (account: string): Promise<string | undefined> => {
        const rows = await call(router.positions.list, { account })
        return rows.find(({ strategy }) => strategy === 'ADVICE')?.quantity
      }
      await vi.waitFor(
        async () =>
          expect((await call(router.book.state, { account: OTHER })).opening).toBe('proposed'),
        { timeout: 40_000, interval: 100 },
      )
      const { ib, of } = await realClient(gateway.port, 41)
      const advice = { faGroup: 'BOTH', faMethod: 'Percent', orderRef: 'ADVICE:1' }
      ib.placeOrder(
        of(EventName.nextValidId)[0]![0] as number,
        { conId: AAPL },
        {
          ...{ action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 100 },
          ...{ ...advice, transmit: true },
        },
      )
      await settle()
      gateway.resume()
      gateway.time.advance(2000)
      gateway.pause()
      await vi.waitFor(
        async () => {
          expect([await bought(ACCOUNT), await bought(OTHER)]).toEqual(['75', '25'])
        },
        { timeout: 20_000, interval: 100 },
      )
      expect(desk.accounts.map(({ id }) => id)).toEqual([ACCOUNT, OTHER])
      await desk.stop()
    }),
  )
})
