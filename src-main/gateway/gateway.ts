import { tellMarketState } from './answers/market-data.ts'
import { createCommands, type Commands } from './control/commands.ts'
import { openControl } from './control/control.ts'
import type { Desk } from './desk.ts'
import { buildHouse, type Mood } from './house.ts'
import { startLife } from './life.ts'
import { createRandom } from './market/random.ts'
import { settingsOf, type GatewayOptions } from './options.ts'
import { startFlood } from './scenario/flood.ts'
import { startOutages } from './scenario/outages.ts'
import { scenarioOf, type Flood, type Scenario } from './scenario/scenarios.ts'
import type { Trading } from './scenario/traders.ts'
import { createBrokerLink } from './session/broker-link.ts'
import { createFrontDoor } from './session/front-door.ts'

/** A running gateway. */
export type Gateway = Commands & {
  /** Where TWS's protocol is spoken, on 127.0.0.1. */
  readonly port: number
  /** Where the control port listens; null when there is none. */
  readonly controlPort: number | null
  /** Ends all connections, stops the market and closes the record. */
  readonly close: () => Promise<void>
}

function firstScenario(name: string): Scenario {
  const scenario = scenarioOf(name)
  if (scenario === null) throw new RangeError(`There is no scenario "${name}".`)
  return scenario
}

type Floods = {
  /** Starts the scenario's own flood, once. */
  readonly begin: () => void
  readonly start: (flood: Flood) => void
  readonly reset: () => void
}

/** At most one flood at a time. */
function createFloods(desk: Desk, trading: Trading, mood: Mood): Floods {
  let stop: () => void = () => undefined
  let hasBegun = false
  const start = (flood: Flood): void => {
    stop()
    stop = startFlood(desk, trading, flood)
  }
  return {
    start,
    begin: () => {
      if (mood.scenario.flood === null || hasBegun) return
      hasBegun = true
      start(mood.scenario.flood)
    },
    reset: () => {
      stop()
      hasBegun = false
    },
  }
}

/**
 * Starts a simulated IB gateway on a loopback port: a market, an account that is traded, and TWS's
 * wire protocol in front of it.
 * @throws {RangeError} when the scenario is unknown; what `listen` throws when a port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const settings = settingsOf(options)
  const mood: Mood = { scenario: firstScenario(settings.scenario), isPaused: false }
  const link = createBrokerLink()
  const { desk, trading } = buildHouse(settings, mood, link)
  const floods = createFloods(desk, trading, mood)
  const { port, limitBytes } = settings
  const door = createFrontDoor({ desk, link, port, limitBytes, welcomed: floods.begin })
  const commands = createCommands({
    desk,
    trading,
    door,
    link,
    scenario: () => mood.scenario,
    setScenario: (scenario) => {
      floods.reset()
      mood.scenario = scenario
      if (desk.sessions.open().length > 0) floods.begin()
    },
    setPaused: (isPaused) => {
      mood.isPaused = isPaused
      tellMarketState(desk)
    },
    startFlood: floods.start,
  })
  await door.listen()
  const { controlPort } = settings
  const control =
    controlPort === null
      ? null
      : await openControl(commands, controlPort).catch(async (error: unknown) => {
          await door.close()
          throw error
        })
  startLife(desk, settings)
  startOutages({
    desk,
    random: createRandom(`${settings.seed}/outages`),
    faults: () => mood.scenario.faults,
    gateway: { ...door, news: (code, sentence) => link.news(desk, code, sentence) },
  })
  trading.start()
  return {
    ...commands,
    port: door.port(),
    controlPort: control?.port ?? null,
    close: async () => {
      floods.reset()
      desk.timeline.stop()
      await control?.close()
      await door.close()
      await desk.record.close()
    },
  }
}
