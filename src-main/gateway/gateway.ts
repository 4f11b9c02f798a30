import { tellAccount, tellHolding, tellPeriodically } from './answers/account.ts'
import { tellMarketState, tellTicks } from './answers/market-data.ts'
import { openBroker } from './broker/broker.ts'
import { createIds } from './broker/ids.ts'
import { OPENING } from './broker/opening.ts'
import { openControl } from './control/control.ts'
import { DESK_ZONE, BASE_CURRENCY, type Desk } from './desk.ts'
import { COMBINATIONS, INSTRUMENTS } from './market/catalogue.ts'
import type { Instrument } from './market/instrument.ts'
import { openQuotes } from './market/quotes.ts'
import { createRandom } from './market/random.ts'
import { DEFAULT_ACCOUNT, type GatewayOptions } from './options.ts'
import { createRecorder, instrumentFact, memorySink, type Recorder } from './record.ts'
import { createDelivery } from './scenario/delivery.ts'
import { startFlood } from './scenario/flood.ts'
import { startOutages } from './scenario/outages.ts'
import { scenarioOf, type Scenario } from './scenario/scenarios.ts'
import { createTrading } from './scenario/traders.ts'
import { createBrokerLink } from './session/broker-link.ts'
import { createFrontDoor } from './session/front-door.ts'
import { createSessions } from './session/sessions.ts'
import { createTimeline, type Timeline } from './timeline.ts'
import { createCommands, type Commands } from './control/commands.ts'
import { wallClock } from './wire/zoned-time.ts'

/** A running gateway. */
export type Gateway = Commands & {
  /** Where TWS's protocol is spoken, on 127.0.0.1. */
  readonly port: number
  /** Where the control port listens; null when there is none. */
  readonly controlPort: number | null
  /** Ends all connections, stops the market and closes the record. */
  readonly close: () => Promise<void>
}

/** Changes of holdings are told in rounds, so that a burst of fills is one change. */
const HOLDING_ROUND_MS = 50
const RECORD_FLUSH_MS = 200
const DAY_CHECK_MS = 60_000
const DEFAULT_LIMIT_BYTES = 64 * 1024 * 1024

type State = { scenario: Scenario; isPaused: boolean; stopFlood: () => void; hasFlooded: boolean }

function firstScenario(name: string): Scenario {
  const scenario = scenarioOf(name)
  if (scenario === null) throw new RangeError(`There is no scenario "${name}".`)
  return scenario
}

function beginRecord(record: Recorder, facts: Readonly<Record<string, unknown>>): void {
  record.line({ type: 'start', ...facts })
  for (const instrument of [...INSTRUMENTS, ...COMBINATIONS])
    record.line(instrumentFact(instrument))
}

/**
 * Starts a simulated IB gateway on a loopback port: a market, an account that is traded, and TWS's
 * wire protocol in front of it.
 * @throws {RangeError} when the scenario is unknown; what `listen` throws when a port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, scheduler, seed = '1', account = DEFAULT_ACCOUNT, controlPort = null } = options
  const log = options.log ?? (() => undefined)
  const state: State = {
    scenario: firstScenario(options.scenario ?? 'calm'),
    isPaused: false,
    stopFlood: () => undefined,
    hasFlooded: false,
  }
  const timeline = createTimeline(clock, scheduler)
  const sink = options.record ?? (controlPort === null ? null : memorySink())
  const record = createRecorder(sink, account)
  const startedAt = clock.now()
  beginRecord(record, {
    seed,
    account,
    baseCurrency: BASE_CURRENCY,
    at: new Date(startedAt).toISOString(),
  })
  const link = createBrokerLink()
  const ids = createIds(startedAt, options.run ?? 0)
  const sessions = createSessions(options.masterClientId ?? null)
  const holdings = holdingRounds(timeline, () => desk)
  const delivery = createDelivery({
    desk: () => desk,
    link,
    random: createRandom(`${seed}/delivery`),
    faults: () => state.scenario.faults,
  })
  const broker = openBroker({
    opening: OPENING,
    ids,
    record,
    now: timeline.now,
    events: { ...delivery, heldChanged: holdings.changed },
  })
  const quotes = openQuotes(INSTRUMENTS, createRandom(`${seed}/market`))
  const desk: Desk = {
    account,
    broker,
    quotes,
    sessions,
    timeline,
    record,
    log,
    wall: options.wall,
    replayDays: options.replayDays ?? 0,
    accountUpdateMs: options.accountUpdateMs ?? 3000,
    isPaused: () => state.isPaused,
    nextOrderId: ids.peekOrderId,
  }
  const trading = createTrading({
    broker,
    quotes,
    timeline,
    random: createRandom(`${seed}/traders`),
    scenario: () => state.scenario,
    isPaused: () => state.isPaused,
  })
  const flood = (): void => {
    if (state.scenario.flood === null || state.hasFlooded) return
    state.hasFlooded = true
    state.stopFlood = startFlood(desk, trading, state.scenario.flood)
  }
  const door = createFrontDoor({
    desk,
    link,
    port: options.port ?? 0,
    limitBytes: options.limitBytes ?? DEFAULT_LIMIT_BYTES,
    welcomed: flood,
  })
  await door.listen()
  const commands = createCommands({
    desk,
    trading,
    door,
    link,
    scenario: () => state.scenario,
    setScenario: (scenario) => {
      state.stopFlood()
      state.scenario = scenario
      state.hasFlooded = false
      if (sessions.open().length > 0) flood()
    },
    setPaused: (isPaused) => {
      state.isPaused = isPaused
      tellMarketState(desk)
    },
    startFlood: (wanted) => {
      state.stopFlood()
      state.stopFlood = startFlood(desk, trading, wanted)
    },
  })
  startLife(desk, options.marketStepMs ?? 250)
  startOutages({
    desk,
    random: createRandom(`${seed}/outages`),
    faults: () => state.scenario.faults,
    gateway: { ...door, news: (code, sentence) => link.news(desk, code, sentence) },
  })
  trading.start()
  const control = controlPort === null ? null : await openControl(commands, controlPort)
  return {
    ...commands,
    port: door.port(),
    controlPort: control?.port ?? null,
    close: async () => {
      state.stopFlood()
      timeline.stop()
      await control?.close()
      await door.close()
      await record.close()
    },
  }
}

/** The market's steps, the periodic updates, the record's flushes and the ends of the days. */
function startLife(desk: Desk, marketStepMs: number): void {
  const { timeline, broker, quotes } = desk
  const every = (ms: number, happen: () => void): void => {
    timeline.after(ms, () => {
      happen()
      every(ms, happen)
    })
  }
  let day = wallClock(timeline.now(), DESK_ZONE).day
  every(marketStepMs, () => {
    if (!desk.isPaused()) tellTicks(desk, quotes.step())
  })
  every(desk.accountUpdateMs, () => tellPeriodically(desk))
  every(RECORD_FLUSH_MS, () => desk.record.hand())
  every(DAY_CHECK_MS, () => {
    const today = wallClock(timeline.now(), DESK_ZONE).day
    if (today === day) return
    day = today
    broker.book.sweep(quotes.mark)
    broker.book.startDay()
  })
}

type HoldingRounds = { readonly changed: (instrument: Instrument) => void }

function holdingRounds(timeline: Timeline, desk: () => Desk): HoldingRounds {
  const changed = new Set<Instrument>()
  return {
    changed: (instrument) => {
      const isFirst = changed.size === 0
      changed.add(instrument)
      if (!isFirst) return
      timeline.after(HOLDING_ROUND_MS, () => {
        for (const one of changed) tellHolding(desk(), one)
        changed.clear()
        tellAccount(desk())
      })
    },
  }
}
