import { Desk, type DeskSettings } from '#app/desk.ts'
import { AUTO_UPDATE_OFF } from '../fakes/settings.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import { DEFAULT_RULE } from '#domain/attribution.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { price, quantity } from '#shared/money.ts'
import { MIGRATIONS } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, anInstrument, SPY } from '../fakes/builders.ts'
import { fakeBroker } from '../fakes/broker.ts'
import { handClock, passing } from '../fakes/clock.ts'
import { keptLog } from '../fakes/log.ts'
import { keptNotifications } from '../fakes/notifier.ts'

export const heldAt = (size: string, average = '10', id = SPY) => ({
  account: ACCOUNT,
  conId: id,
  instrument: anInstrument({ conId: id }),
  quantity: quantity(size),
  averageCost: price(average),
})

/** A desk on a ledger file, its book opened on 100 SPY at 10. */
export async function openedDesk(folder: string, everyMs = 0, over: Partial<DeskSettings> = {}) {
  const clock = handClock()
  const broker = fakeBroker(clock)
  const desk = new Desk({
    ...{ broker, clock, log: keptLog(), notifier: keptNotifications(), priceFlushMs: 10_000 },
    openLedger: ledgerIn({ folder, migrations: MIGRATIONS }),
    ...{ knownAccounts: [], account: null, rules: [DEFAULT_RULE] },
    measuring: {
      everyMs: 0,
      calendar: DEFAULT_CALENDAR,
      hours: null,
      openingValue: 'lastBeforeBoundary',
    },
    reconcile: { ...WHEN_ASKED, everyMs },
    ...AUTO_UPDATE_OFF,
    ...over,
  })
  broker.hold(heldAt('100'))
  await desk.start()
  broker.connect()
  const account = () => desk.find(undefined)!
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await clock.turn()
  }
  const lastRun = () => account().book?.memory.lastRun ?? null
  const isAtRest = () => !desk.reconciliations.isRunning(ACCOUNT)
  await until(() => desk.accounts.length > 0 && lastRun() !== null && isAtRest())
  const run = () => passing(clock, desk.reconciliations.run(account(), 'demand'))
  return {
    ...{ desk, broker, clock, account, until, lastRun, run, isAtRest },
    breaks: () => [...account().book!.memory.breaks.values()],
    statuses: () => [...account().book!.memory.breaks.values()].map(({ status }) => status),
    close: () => desk.stop(),
  }
}
