import { call } from '@orpc/server'
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
import { ACCOUNT, aGateway, endAll, linesOf } from '../../gateway/support.ts'

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
