import { join } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import { accountsIn, ledgerIn } from '#adapters/duckdb/ledger.ts'
import { createBroker, isFromTheBrokerLibrary, USUAL_PORTS } from '#adapters/ib/broker.ts'
import { systemClock, systemRandom } from '#adapters/system/clock.ts'
import { workspaceIn } from '#adapters/system/workspace-file.ts'
import { Desk } from '#app/desk.ts'
import { limitsOf } from '#app/drawdown-limits.ts'
import { routerOf } from '#app/router.ts'
import type { Measuring } from '#app/snapshotter.ts'
import { workspaceOf } from '#app/workspace.ts'
import type { ReconcileRules } from '#app/reconciliations.ts'
import type { AutoUpdateSettings } from '#domain/auto-update.ts'
import { DEFAULT_THRESHOLDS } from '#domain/thresholds.ts'
import { compileRules } from '#domain/attribution.ts'
import type { BrokerChoice } from '#ports/broker.ts'
import type { DemoDesk } from '#ports/demo-desk.ts'
import type { Log } from '#ports/log.ts'
import type { Notifier } from '#ports/notifier.ts'
import type { Link } from '#shared/link.ts'
import { decimal } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { RunningSettings } from '#app/running-settings.ts'
import type { SecType } from '#shared/instrument.ts'
import { tradingHours, type Settings } from '#shared/settings.ts'

/** The running core: everything but a window. */
export type Core = {
  readonly router: AnyRouter
  readonly link: () => Link
  /** Cuts the link and connects anew. */
  readonly reconnect: () => void
  /** Opens the books and starts connecting. */
  readonly start: () => Promise<void>
  /** Commits what is queued and lets go of the ledgers. */
  readonly stop: () => Promise<void>
  /**
   * Says what to do about an error nobody caught: true when it came out of the broker's library,
   * whose link is then dropped and caught up again; false when the program itself is at fault.
   */
  readonly survives: (error: unknown) => boolean
}

export type Surroundings = {
  readonly dataDir: string
  /** The folder of the numbered SQL migrations. */
  readonly migrations: string
  /** True when the peer is the built-in simulated gateway. */
  readonly isSimulated: boolean
  readonly log: Log
  readonly notifier: Notifier
  /** Absent where there is no demo to open. */
  readonly demo?: DemoDesk
}

/** Puts the core together. Refuses settings that cannot work, in a sentence. */
export function compose(running: RunningSettings, around: Surroundings): Result<Core, string> {
  const settings = running.current
  const rules = compileRules(settings.attribution)
  if (!rules.ok) return err(rules.error)
  const { log } = around
  const clock = systemClock()
  const folder = join(around.dataDir, 'ledger')
  const broker = createBroker(
    { ...choiceOf(settings), isSimulated: around.isSimulated },
    { clock, log, random: systemRandom },
  )
  const desk = new Desk({
    broker,
    openLedger: ledgerIn({ folder, migrations: around.migrations }),
    knownAccounts: accountsIn(folder),
    account: settings.account ?? null,
    rules: rules.value,
    clock,
    log,
    notifier: around.notifier,
    priceFlushMs: settings.priceFlushSeconds * 1000,
    measuring: measuringOf(settings),
    drawdownLimits: limitsOf(settings.drawdownLimits),
    reconcile: reconcileRules(settings),
    autoUpdate: autoUpdateRules(settings),
    turnAutoUpdateOff: () => running.change({ autoUpdate: false }),
    ...(around.demo === undefined ? {} : { demo: around.demo }),
  })
  running.subscribe((changed) => {
    broker.configure(choiceOf(changed))
    desk.savings.flushPricesEvery(changed.priceFlushSeconds * 1000)
    desk.snapshotter.start(measuringOf(changed))
    desk.drawdown.measureBy(measuringOf(changed))
    desk.days.measureBy(measuringOf(changed))
    desk.drawdown.limitBy(limitsOf(changed.drawdownLimits))
    desk.reconciliations.follow(reconcileRules(changed))
    desk.autoUpdates.follow(autoUpdateRules(changed))
    const compiled = compileRules(changed.attribution)
    if (compiled.ok) desk.attributeBy(compiled.value)
  })
  return ok({
    router: routerOf(desk, workspaceOf(workspaceIn(around.dataDir), log), running),
    link: () => desk.link,
    reconnect: () => broker.reconnect('asked for'),
    start: () => desk.start(),
    stop: () => desk.stop(),
    survives: (error) => {
      if (!isFromTheBrokerLibrary(error)) return false
      log.error('The broker library failed on a message; the link is dropped', {
        why: String(error),
      })
      broker.reconnect('a message could not be read')
      return true
    },
  })
}

const measuringOf = (settings: Settings): Measuring => ({
  everyMs: settings.snapshotSeconds * 1000,
  hours: tradingHours(settings.snapshotHours),
  openingValue: settings.openingValue,
  calendar: {
    zone: settings.drawdownZone,
    resetHour: settings.drawdownResetHour,
    firstWeekday: settings.drawdownResetDay,
  },
})

const reconcileRules = (settings: Settings): ReconcileRules => ({
  everyMs: settings.reconcileSeconds * 1000,
  thresholds: {
    ...DEFAULT_THRESHOLDS,
    quantity: decimal(settings.quantityTolerance),
    costAbsolute: decimal(settings.costTolerance),
    cash: decimal(settings.cashTolerance),
  },
  askAbove: decimal(settings.settleAskAbove),
})

const autoUpdateRules = (settings: Settings): AutoUpdateSettings => ({
  isOn: settings.autoUpdate,
  secTypes: settings.autoUpdateClasses.split(',') as SecType[],
  quantityMax: decimal(settings.autoUpdateQuantity),
  notionalMax: decimal(settings.autoUpdateNotional),
})

const choiceOf = (settings: Settings): BrokerChoice => ({
  host: settings.host,
  ports: settings.port === undefined ? USUAL_PORTS : [settings.port],
  clientId: settings.clientId,
  handshakeTimeoutMs: settings.handshakeTimeoutSeconds * 1000,
  pollExecutionsMs: settings.pollExecutionsSeconds * 1000,
  marketDataLines: settings.marketDataLines,
  marketData: settings.marketData,
})
