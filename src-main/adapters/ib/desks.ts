import type { Broker, BrokerEvent } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { AccountId } from '#shared/ids.ts'
import { createAccounts, type Accounts } from './accounts.ts'
import type { ApiListeners, ReadOnlyApi } from './api.ts'
import { createBrokerClock, type BrokerClock } from './broker-clock.ts'
import { catchUp, type Question } from './catch-up.ts'
import type { Context } from './context.ts'
import { createDescriptions, type Descriptions } from './descriptions.ts'
import { createExecutions, type Executions } from './executions.ts'
import { createInstruments } from './instruments.ts'
import { createMarketData, type MarketData } from './market-data.ts'
import { createOrders, type Orders } from './orders.ts'
import { createPolling, type Polling } from './polling.ts'
import { createProfit, type Profit } from './profit.ts'
import { createPositions, type Positions } from './positions.ts'
import { createRequests } from './requests.ts'
import type { Settings } from './settings.ts'
import { createSnapshots } from './snapshot.ts'

export type DeskParts = {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly emit: (event: BrokerEvent) => void
  readonly api: () => ReadOnlyApi | null
  /** The capabilities, or the time TWS was heard last, have changed. */
  readonly linkChanged: () => void
}

/** All desks together: what each session asks, and who hears which message. */
export type Desks = {
  readonly listeners: readonly Partial<ApiListeners>[]
  readonly describe: Broker['describe']
  readonly watch: Broker['watch']
  readonly snapshot: Broker['snapshot']
  readonly capabilities: Polling['capabilities']
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
  /** The settings are others: what depends on them is done anew. */
  readonly reconfigured: () => void
  readonly farmLost: (message: string) => void
  /** True when this farm had been lost before. */
  readonly farmRestored: (message: string) => boolean
}

type Members = {
  readonly context: Context
  readonly brokerClock: BrokerClock
  readonly executions: Executions
  readonly polling: Polling
  readonly positions: Positions
  readonly orders: Orders
  readonly accounts: Accounts
  readonly profit: Profit
  readonly descriptions: Descriptions
  readonly marketData: MarketData
}

function assemble(parts: DeskParts): Members {
  const { settings, clock, log, emit, api } = parts
  const requests = createRequests({ clock, timeoutMs: settings.requestTimeoutMs, api })
  const instruments = createInstruments()
  const context: Context = { settings, clock, log, emit, api, requests, instruments }
  const executions = createExecutions(context)
  const descriptions = createDescriptions(context)
  const polling = createPolling(context, executions, parts.linkChanged)
  return {
    context,
    // The answer to each heartbeat: the screen sees that the link lives.
    brokerClock: createBrokerClock(context, parts.linkChanged),
    executions,
    descriptions,
    polling,
    positions: createPositions(context),
    orders: createOrders(context, () => polling.capabilities().executions === 'master'),
    accounts: createAccounts(context),
    profit: createProfit(context),
    marketData: createMarketData(context, descriptions.describe),
  }
}

export function createDesks(parts: DeskParts): Desks {
  const members = assemble(parts)
  const { context, executions, polling, positions, orders, descriptions, marketData } = members
  const { requests } = context
  const lostFarms = new Set<string>()
  return {
    listeners: listenersOf(members),
    describe: descriptions.describe,
    watch: (instruments, visible = new Set()) => marketData.watch(instruments, visible),
    snapshot: createSnapshots(context, {
      accounts: members.accounts,
      brokerClock: members.brokerClock,
      positions,
      executions,
      polling,
    }),
    capabilities: polling.capabilities,
    beginSession: (accounts) => {
      lostFarms.clear()
      beginSession(members, accounts)
    },
    loseSession: () => loseSession(members),
    catchUp: (accounts, isDataLost) => {
      polling.stop()
      orders.stop()
      // The book comes first: many lines of prices would hold its questions up for seconds.
      if (isDataLost) {
        parts.clock.after(0, marketData.resubscribe)
        members.profit.lose()
      }
      return catchUp(questionsOf(members, accounts), parts.log)
    },
    goLive: () => {
      polling.start()
      orders.startPolling()
      members.profit.subscribe()
    },
    refused: (id, code, message) =>
      requests.refused(id, code, message) || orders.refused(id, code, message),
    becameReadOnly: (code, message) => {
      orders.becameReadOnly(code, message)
      polling.becameReadOnly()
    },
    reconfigured: () => {
      polling.reconfigured()
      marketData.reconfigured()
      parts.linkChanged()
    },
    farmLost: (message) => {
      lostFarms.add(farmIn(message))
      marketData.doubt()
    },
    farmRestored: (message) => {
      const wasLost = lostFarms.delete(farmIn(message))
      if (wasLost) marketData.revive()
      return wasLost
    },
  }
}

/** The farm's name, after the colon: `Market data farm connection is broken:usfarm`. */
const farmIn = (message: string): string => message.split(':').at(-1)?.trim() ?? ''

const listenersOf = (members: Members): readonly Partial<ApiListeners>[] => [
  members.brokerClock.listeners,
  members.executions.listeners,
  members.positions.listeners,
  members.orders.listeners,
  members.accounts.listeners,
  members.profit.listeners,
  members.descriptions.listeners,
  members.marketData.listeners,
]

function questionsOf(members: Members, accounts: readonly AccountId[]): readonly Question[] {
  const { polling, positions, executions, orders } = members
  const book: readonly Question[] = [
    { name: 'positions', ask: () => positions.fetch(), mayBeRefused: false },
    { name: 'executions', ask: () => executions.fetch(null), mayBeRefused: false },
    {
      name: 'account values',
      ask: () => members.accounts.subscribe(accounts),
      mayBeRefused: false,
    },
  ]
  if (!polling.capabilities().orders) return book
  return [
    ...book,
    { name: 'open orders', ask: orders.fetchOpen, mayBeRefused: true },
    { name: 'completed orders', ask: orders.fetchCompleted, mayBeRefused: true },
  ]
}

function beginSession(members: Members, accounts: readonly AccountId[]): void {
  members.brokerClock.beginSession()
  members.executions.beginSession()
  members.polling.beginSession(accounts)
  members.positions.beginSession(accounts)
  members.orders.beginSession()
  members.accounts.beginSession()
  members.profit.beginSession(accounts)
}

function loseSession({ polling, orders, accounts, profit, ...others }: Members): void {
  const { marketData, context } = others
  accounts.stop()
  profit.lose()
  polling.stop()
  orders.stop()
  marketData.lose()
  context.requests.loseAll()
}
