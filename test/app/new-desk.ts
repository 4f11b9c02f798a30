import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { Desk, type DeskSettings } from '#app/desk.ts'
import { AUTO_UPDATE_OFF } from '../fakes/settings.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { DEFAULT_RULE } from '#domain/attribution.ts'
import type { LedgerFailure } from '#ports/ledger.ts'
import { err, ok } from '#shared/result.ts'
import { fakeBroker } from '../fakes/broker.ts'
import { handClock } from '../fakes/clock.ts'
import { emptyStore, fakeLedger, type Store } from '../fakes/ledger.ts'
import { keptLog } from '../fakes/log.ts'
import { keptNotifications } from '../fakes/notifier.ts'

/** A desk on a broker and ledgers in memory. */
export function newDesk(over: Partial<DeskSettings> = {}) {
  const clock = handClock()
  const broker = fakeBroker(clock)
  const stores = new Map<string, Store>()
  /** Why the next ledgers cannot be opened, one each. */
  const refusals: LedgerFailure[] = []
  let held: Promise<void> = Promise.resolve()
  const storeOf = (account: string): Store => {
    const store = stores.get(account) ?? emptyStore()
    stores.set(account, store)
    return store
  }
  const desk = new Desk({
    broker,
    openLedger: async (account) => {
      await held
      const refusal = refusals.shift()
      return refusal ? err(refusal) : ok(fakeLedger(storeOf(account)))
    },
    knownAccounts: [],
    account: null,
    rules: [DEFAULT_RULE],
    clock,
    ...{ log: keptLog(), notifier: keptNotifications() },
    priceFlushMs: 10_000,
    measuring: {
      everyMs: 0,
      calendar: DEFAULT_CALENDAR,
      hours: null,
      openingValue: 'lastBeforeBoundary' as const,
    },
    reconcile: WHEN_ASKED,
    ...AUTO_UPDATE_OFF,
    ...over,
  })
  return {
    desk,
    broker,
    clock,
    refusals,
    storeOf,
    messages: () => desk.notices.all.map(({ message }) => message),
    /** Ledgers are not opened before the function returned is called. */
    holdLedgers: (): (() => void) => {
      let release = (): void => undefined
      held = new Promise((resolve) => (release = resolve))
      return release
    },
    /** Lets everything that waits have its turn. */
    settle: async () => {
      for (let turn = 0; turn < 30; turn += 1) await clock.turn()
    },
  }
}
