import { isCurrency } from '../broker/account-values.ts'
import { valuationFact } from '../broker/valuation.ts'
import { createAdvance } from './advance.ts'
import { text, ZERO, type Decimal } from '#shared/money.ts'
import { roundedCost } from '../broker/holding.ts'
import type { CorporateActions } from '../broker/corporate-actions.ts'
import type { Execution } from '../broker/types.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Quote } from '../market/quotes.ts'
import type { Catalogue } from '../market/catalogue.ts'
import { firstAccount, type Desk } from '../desk.ts'
import { fixedText } from '../fixed.ts'
import { executionFact } from '../record-facts.ts'
import type { Flood, Scenario } from '../scenario/scenario.ts'
import { scenarioOf } from '../scenario/scenario-of.ts'
import type { Trading, WantedFill } from '../scenario/traders.ts'
import type { BrokerLink } from '../session/broker-link.ts'
import type { FrontDoor } from '../session/front-door.ts'
import type { Closing } from '../session/session.ts'

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
  /** What there is to trade, by conId or symbol. */
  readonly catalogue: Pick<Catalogue, 'of' | 'ofSymbol'>
  /** What an instrument trades at now, in ticks; null for what has no market. */
  readonly quoteOf: (conId: number) => Readonly<Quote> | null
  /** Everything that changes holdings and money without an execution. */
  readonly split: (instrument: Instrument, ratio: Decimal) => void
  readonly dividend: CorporateActions['dividend']
  /** Answers how many contracts were assigned; the account is the first without one. */
  readonly assign: (option: Instrument, contracts: Decimal, account: string | null) => Decimal
  readonly expire: (instrument: Instrument) => void
  /** Money that comes or goes, of the first account by default; false: unknown account or money. */
  readonly cash: (entry: Parameters<CorporateActions['cash']>[1], account: string | null) => boolean
  /** Exchanges money without an execution, at the market's rate without one. */
  readonly convert: (wanted: WantedConversion) => Json | null
  /** The next executions are told to nobody; for good: nor in any answer. */
  readonly miss: (count: number, isForGood: boolean) => void
  /** So many of those missed for good, the oldest first, are in answers again; how many it were. */
  readonly find: (count: number) => number
  /** What midnight does: futures are swept, executions before it are not replayed any more. */
  readonly endDay: () => void
  /** Exercises options an account holds; answers how many. */
  readonly exercise: (option: Instrument, contracts: Decimal, account: string | null) => Decimal
  /** Writes all rates, marks and net liquidations into the record, and answers them. */
  readonly value: () => Json
  /**
   * Moves the simulated time on by so much, no faster than the clients read; everything that is due
   * until then happens. Null when this gateway's time cannot be moved.
   */
  readonly advance: (simulatedMs: number) => Promise<void> | null
  /** Re-tells an execution at its next revision; null when there is none of that id. */
  readonly correct: (execId: string, change: Change) => Json | null
  readonly flood: (flood: Flood) => void
  /** Closes every client's socket; answers how many. */
  readonly disconnect: (how: Closing) => number
  /** Closes all sockets and listens again after so many simulated seconds. */
  readonly restart: (seconds: number) => void
  /** Listens on another port, 0 for any: clients are told 1300 and closed. Answers the port. */
  readonly movePort: (port: number) => Promise<number>
  /** While it is there every client that comes in is refused with 10141. */
  readonly setDisclaimer: (isThere: boolean) => void
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
  readonly skip: ((simulatedMs: number) => void) | null
  readonly scenario: () => Scenario
  readonly setScenario: (scenario: Scenario) => void
  readonly setPaused: (isPaused: boolean) => void
  readonly setDisclaimer: (isThere: boolean) => void
  readonly startFlood: (flood: Flood) => void
  readonly miss: (count: number, isForGood: boolean) => void
  readonly find: (count: number) => number
  readonly endDay: () => void
}

/** A conversion somebody asks for; without a rate at the market's. */
export type WantedConversion = {
  readonly from: string
  readonly to: string
  readonly amount: Decimal
  readonly rate: Decimal | null
  readonly account: string | null
}

export function createCommands(parts: CommandParts): Commands {
  const { desk, trading, door, link } = parts
  const { timeline } = desk
  const fact = (execution: Execution): Json => executionFact(execution, null)
  return {
    ...actionCommands(parts),
    catalogue: desk.catalogue,
    quoteOf: desk.quotes.of,
    state: () => stateOf(parts),
    value: () =>
      timeline.intervene(() => {
        const fact = valuationFact(desk, 'asked')
        desk.record.line(fact)
        return fact
      }),
    advance: createAdvance(parts),
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
    movePort: (port) => door.move(port),
    setDisclaimer: parts.setDisclaimer,
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

type Actions = Pick<
  Commands,
  | 'split'
  | 'dividend'
  | 'assign'
  | 'exercise'
  | 'expire'
  | 'cash'
  | 'convert'
  | 'miss'
  | 'find'
  | 'endDay'
>

function actionCommands({ desk, miss, find, endDay }: CommandParts): Actions {
  const { timeline, actions } = desk
  const accountOf = (wanted: string | null): string | null => {
    const account = wanted ?? firstAccount(desk).id
    return desk.accounts.some(({ id }) => id === account) ? account : null
  }
  return {
    miss,
    find,
    endDay: () => timeline.intervene(endDay),
    split: (instrument, ratio) => timeline.intervene(() => actions.split(instrument, ratio)),
    dividend: (instrument, dividend) =>
      timeline.intervene(() => actions.dividend(instrument, dividend)),
    assign: (option, contracts, wanted) => {
      const account = accountOf(wanted)
      if (account === null) return ZERO
      return timeline.intervene(() => actions.assign(account, option, contracts))
    },
    exercise: (option, contracts, wanted) => {
      const account = accountOf(wanted)
      if (account === null) return ZERO
      return timeline.intervene(() => actions.exercise(account, option, contracts))
    },
    expire: (instrument) => timeline.intervene(() => actions.expire(instrument)),
    cash: (entry, wanted) => {
      const account = accountOf(wanted)
      if (account === null || !isCurrency(desk, entry.currency)) return false
      timeline.intervene(() => actions.cash(account, entry))
      return true
    },
    convert: (wanted) => {
      const { from, to, amount } = wanted
      const account = accountOf(wanted.account)
      const rate = wanted.rate ?? crossRate(desk, from, to)
      if (account === null || rate === null) return null
      const got = timeline.intervene(() => actions.convert(account, { from, to, amount, rate }))
      return { account, from, to, amount: text(amount), got: text(got), rate: text(rate) }
    },
  }
}

/** Units of `to` for one of `from`, by the pair there is; null when there is none. */
function crossRate({ catalogue, quotes }: Desk, from: string, to: string): Decimal | null {
  const pair = catalogue.ofSymbol(`${from}.${to}`)
  if (pair !== null) return quotes.mark(pair)
  const inverse = catalogue.ofSymbol(`${to}.${from}`)
  return inverse === null ? null : quotes.mark(inverse).pow(-1)
}

function holdingsOf({ broker }: Desk, account: string): readonly Json[] {
  const book = broker.bookOf(account)
  return book.instruments().map((instrument) => {
    const holding = book.holding(instrument)
    return {
      account,
      conId: instrument.conId,
      symbol: instrument.symbol,
      secType: instrument.secType,
      currency: instrument.currency,
      quantity: fixedText(holding.quantity),
      averageCost: fixedText(roundedCost(holding)),
      realizedPnl: fixedText(holding.realized),
    }
  })
}

const cashOf = ({ broker }: Desk, account: string): readonly Json[] =>
  [...broker.bookOf(account).cash()].map(([currency, amount]) => ({
    account,
    currency,
    amount: text(amount),
  }))

function stateOf({ desk, scenario, link }: CommandParts): Json {
  const { executions } = desk.broker
  const ids = desk.accounts.map(({ id }) => id)
  return {
    account: firstAccount(desk).id,
    accounts: ids,
    at: new Date(desk.timeline.now()).toISOString(),
    scenario: scenario().name,
    paused: desk.isPaused(),
    brokerLink: link.isUp() ? 'up' : 'lost',
    positions: ids.flatMap((account) => holdingsOf(desk, account)),
    cash: ids.flatMap((account) => cashOf(desk, account)),
    executions: executions.length,
    lastExecId: executions.at(-1)?.execId ?? null,
    clients: desk.sessions.open().map((session) => ({
      clientId: session.clientId(),
      serverVersion: session.version(),
    })),
  }
}
