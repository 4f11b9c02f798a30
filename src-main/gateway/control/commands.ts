import { text } from '#shared/money.ts'
import { averageCost } from '../broker/holding.ts'
import type { Execution } from '../broker/types.ts'
import type { Desk } from '../desk.ts'
import { executionFact } from '../record.ts'
import { scenarioOf, type Flood, type Scenario } from '../scenario/scenarios.ts'
import type { Trading, WantedFill } from '../scenario/traders.ts'
import type { BrokerLink } from '../session/broker-link.ts'
import type { FrontDoor } from '../session/front-door.ts'

type Json = Readonly<Record<string, unknown>>
type Change = Parameters<Desk['broker']['correct']>[1]

/** What can be done to a running gateway from outside, in process or through the control port. */
export type Commands = {
  readonly state: () => Json
  /** The record so far, as JSON lines. */
  readonly record: () => Promise<string>
  readonly flush: () => Promise<void>
  readonly pause: () => void
  readonly resume: () => void
  /** Fills a whole new order at once. */
  readonly fill: (wanted: WantedFill) => readonly Json[]
  /** Re-tells an execution at its next revision; null when there is none of that id. */
  readonly correct: (execId: string, change: Change) => Json | null
  readonly flood: (flood: Flood) => void
  /** Closes every client's socket; answers how many. */
  readonly disconnect: (how: 'fin' | 'rst') => number
  /** Closes all sockets and listens again after so many simulated seconds. */
  readonly restart: (seconds: number) => void
  readonly stopListening: (seconds: number) => void
  readonly silence: (seconds: number) => void
  readonly news: (code: number, sentence: string) => void
  /** False when there is no scenario of that name. */
  readonly setScenario: (name: string) => boolean
}

export type CommandParts = {
  readonly desk: Desk
  readonly trading: Trading
  readonly door: FrontDoor
  readonly link: BrokerLink
  readonly scenario: () => Scenario
  readonly setScenario: (scenario: Scenario) => void
  readonly setPaused: (isPaused: boolean) => void
  readonly startFlood: (flood: Flood) => void
}

export function createCommands(parts: CommandParts): Commands {
  const { desk, trading, door, link } = parts
  const { timeline } = desk
  const fact = (execution: Execution): Json =>
    executionFact(execution, { account: desk.account, sentAt: null })
  return {
    state: () => stateOf(parts),
    record: () => desk.record.read(),
    flush: () => desk.record.flush(),
    pause: () => timeline.intervene(() => parts.setPaused(true)),
    resume: () => timeline.intervene(() => parts.setPaused(false)),
    fill: (wanted) => timeline.intervene(() => trading.fillNow(wanted).map(fact)),
    correct: (execId, change) =>
      timeline.intervene(() => {
        const execution = desk.broker.correct(execId, change)
        return execution === null ? null : fact(execution)
      }),
    flood: parts.startFlood,
    disconnect: door.disconnect,
    restart: (seconds) => timeline.intervene(() => door.restart(seconds)),
    stopListening: (seconds) => timeline.intervene(() => door.stopListening(seconds)),
    silence: (seconds) => timeline.intervene(() => door.silence(seconds)),
    news: (code, sentence) => timeline.intervene(() => link.news(desk, code, sentence)),
    setScenario: (name) => {
      const scenario = scenarioOf(name)
      if (scenario === null) return false
      timeline.intervene(() => parts.setScenario(scenario))
      return true
    },
  }
}

function stateOf({ desk, scenario, link }: CommandParts): Json {
  const { book, executions } = desk.broker
  const positions = book.instruments().map((instrument) => {
    const holding = book.holding(instrument)
    return {
      account: desk.account,
      conId: instrument.conId,
      symbol: instrument.symbol,
      secType: instrument.secType,
      currency: instrument.currency,
      quantity: text(holding.quantity),
      averageCost: averageCost(holding).toDecimalPlaces(18).toFixed(),
      realizedPnl: text(holding.realized),
    }
  })
  return {
    account: desk.account,
    at: new Date(desk.timeline.now()).toISOString(),
    scenario: scenario().name,
    paused: desk.isPaused(),
    brokerLink: link.isUp() ? 'up' : 'lost',
    positions,
    cash: [...book.cash()].map(([currency, amount]) => ({ currency, amount: text(amount) })),
    executions: executions.length,
    lastExecId: executions.at(-1)?.execId ?? null,
    clients: desk.sessions.open().map((session) => ({
      clientId: session.clientId(),
      serverVersion: session.version(),
    })),
  }
}
