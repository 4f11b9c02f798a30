import type { Broker, BrokerEvent } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { AccountId } from '#shared/ids.ts'
import { createAccounts } from './accounts.ts'
import type { ApiListeners, ReadOnlyApi } from './api.ts'
import { catchUp, type Question } from './catch-up.ts'
import type { Context } from './context.ts'
import { createDescriptions, type Descriptions } from './descriptions.ts'
import { createExecutions } from './executions.ts'
import { createInstruments } from './instruments.ts'
import { createMarketData, type MarketData } from './market-data.ts'
import { createOrders } from './orders.ts'
import { createPolling, type Polling } from './polling.ts'
import { createPositions } from './positions.ts'
import { createRequests } from './requests.ts'
import type { Settings } from './settings.ts'
import { createSnapshots } from './snapshot.ts'

export type DeskParts = {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly emit: (event: BrokerEvent) => void
  readonly api: () => ReadOnlyApi | null
  readonly capabilitiesChanged: () => void
}

/** All desks together: what each session asks, and who hears which message. */
export type Desks = {
  readonly listeners: readonly Partial<ApiListeners>[]
  readonly descriptions: Descriptions
  readonly marketData: MarketData
  readonly polling: Polling
  readonly snapshot: Broker['snapshot']
  readonly beginSession: (accounts: readonly AccountId[]) => void
  readonly loseSession: () => void
  /** Returns the names of what did not answer. */
  readonly catchUp: (
    accounts: readonly AccountId[],
    isDataLost: boolean,
  ) => Promise<readonly string[]>
  /** Caught up: from now on what does not come by itself is polled. */
  readonly goLive: () => void
  readonly refused: (id: number, code: number, message: string) => boolean
  readonly becameReadOnly: (code: number, message: string) => void
  readonly farmLost: () => void
  readonly farmRestored: () => void
}

export function createDesks(parts: DeskParts): Desks {
  const { settings, clock, log, emit, api } = parts
  const requests = createRequests({ clock, timeoutMs: settings.requestTimeoutMs, api })
  const instruments = createInstruments()
  const context: Context = { settings, clock, log, emit, api, requests, instruments }
  const executions = createExecutions(context)
  const polling = createPolling(context, executions, parts.capabilitiesChanged)
  const positions = createPositions(context)
  const orders = createOrders(context)
  const accountDesk = createAccounts(context)
  const descriptions = createDescriptions(context)
  const marketData = createMarketData(context, descriptions.describe)
  let isFarmLost = false

  const questions = (accounts: readonly AccountId[]): readonly Question[] => [
    { name: 'positions', ask: () => positions.fetch() },
    { name: 'executions', ask: () => executions.fetch(null, false) },
    { name: 'account values', ask: () => accountDesk.subscribe(accounts) },
    ...(polling.capabilities().orders
      ? [
          { name: 'open orders', ask: orders.fetchOpen },
          { name: 'completed orders', ask: orders.fetchCompleted },
        ]
      : []),
  ]
  const heartbeat: Partial<ApiListeners> = { currentTime: parts.capabilitiesChanged }
  return {
    listeners: [
      heartbeat,
      executions.listeners,
      positions.listeners,
      orders.listeners,
      accountDesk.listeners,
      descriptions.listeners,
      marketData.listeners,
    ],
    descriptions,
    marketData,
    polling,
    snapshot: createSnapshots(context, { positions, executions }),
    beginSession: (accounts) => {
      isFarmLost = false
      executions.beginSession()
      polling.beginSession()
      positions.beginSession(accounts)
      orders.beginSession()
    },
    loseSession: () => {
      polling.stop()
      orders.stop()
      marketData.lose()
      requests.loseAll()
    },
    catchUp: (accounts, isDataLost) => {
      polling.stop()
      orders.stop()
      // The book comes first: many lines of prices would hold its questions up for seconds.
      if (isDataLost) clock.after(0, marketData.resubscribe)
      return catchUp(questions(accounts), log)
    },
    goLive: () => {
      polling.start()
      orders.startPolling()
    },
    refused: (id, code, message) =>
      requests.refused(id, code, message) || orders.refused(id, code, message),
    becameReadOnly: (code, message) => {
      orders.becameReadOnly(code, message)
      polling.becameReadOnly()
    },
    farmLost: () => {
      isFarmLost = true
    },
    farmRestored: () => {
      // After a farm comes back some subscriptions stay dead without a word.
      if (isFarmLost) marketData.resubscribe()
      isFarmLost = false
    },
  }
}
