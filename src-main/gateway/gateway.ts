import { createCommands, type CommandParts, type Commands } from './control/commands.ts'
import { openControl } from './control/control.ts'
import type { Desk } from './desk.ts'
import { buildHouse, type Mood } from './house.ts'
import { valuationFact } from './broker/valuation.ts'
import { createMarketWatch, endDay, startLife } from './life.ts'
import { createRandom } from './market/random.ts'
import { settingsOf, type GatewayOptions, type Settings } from './options.ts'
import { startFlood } from './scenario/flood.ts'
import { createHappenings, type Happenings } from './scenario/happenings.ts'
import { fallNight } from './scenario/night.ts'
import { startOutages } from './scenario/outages.ts'
import type { Flood, Rhythm } from './scenario/scenario.ts'
import { scenarioOf } from './scenario/scenario-of.ts'
import type { Trading } from './scenario/traders.ts'
import { createBrokerLink, type BrokerLink } from './session/broker-link.ts'
import { createFrontDoor, type FrontDoor } from './session/front-door.ts'

/** A running gateway. */
export type Gateway = Commands & {
  /** Where TWS's protocol is spoken, on 127.0.0.1. */
  readonly port: number
  /** Where the control port listens; null when there is none. */
  readonly controlPort: number | null
  /** Ends all connections, stops the market and closes the record. */
  readonly close: () => Promise<void>
}

function firstMood({ scenario: name, hasDisclaimer }: Settings): Mood {
  const scenario = scenarioOf(name)
  if (scenario === null) throw new RangeError(`There is no scenario "${name}".`)
  return { scenario, isPaused: false, isNight: false, hasDisclaimer, dayBegan: 0 }
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

type Trouble = {
  readonly settings: Settings
  readonly mood: Mood
  readonly desk: Desk
  readonly link: BrokerLink
  readonly door: FrontDoor
  readonly endToday: () => void
}

/** Whatever the scenario wants to break, at random. */
function startTrouble({ settings, mood, desk, link, door, endToday }: Trouble): void {
  const news = (code: number, sentence: string): void => link.news(desk, code, sentence)
  startOutages({
    desk,
    random: createRandom(`${settings.seed}/outages`),
    faults: () => mood.scenario.faults,
    gateway: {
      ...door,
      news,
      night: fallNight({
        desk,
        news,
        restart: door.restart,
        endDay: endToday,
        setNight: (isNight) => {
          mood.isNight = isNight
        },
      }),
    },
  })
}

type Changing = {
  readonly desk: Desk
  readonly mood: Mood
  readonly floods: Floods
  readonly happenings: Happenings
  readonly watch: () => void
}

/** How commands change what the gateway is in the mood for. */
const changesOf = ({
  desk,
  mood,
  floods,
  happenings,
  watch,
}: Changing): Pick<CommandParts, 'setScenario' | 'setPaused' | 'setDisclaimer'> => ({
  setScenario: (scenario) => {
    floods.reset()
    mood.scenario = scenario
    happenings.plan(scenario)
    watch()
    if (desk.sessions.open().length > 0) floods.begin()
  },
  setDisclaimer: (isThere) => {
    mood.hasDisclaimer = isThere
  },
  setPaused: (isPaused) => {
    mood.isPaused = isPaused
    watch()
  },
})

const PROFIT_MS = 1000

/** The scenario's own rhythm, or what the gateway was told. */
const rhythmOf =
  ({ marketStepMs, accountUpdateMs }: Settings, mood: Mood): (() => Rhythm) =>
  () =>
    mood.scenario.rhythm ?? { marketStepMs, accountUpdateMs, profitMs: PROFIT_MS }

type Closable = { readonly close: () => Promise<void> }

/** Without its control port the gateway is of no use: what is open already is closed again. */
const openControlOrClose = (
  commands: Commands,
  port: number,
  door: Closable,
): ReturnType<typeof openControl> =>
  openControl(commands, port).catch(async (error: unknown) => {
    await door.close()
    throw error
  })

/**
 * Starts a simulated IB gateway on a loopback port: a market, an account that is traded, and TWS's
 * wire protocol in front of it.
 * @throws {RangeError} when the scenario is unknown; what `listen` throws when a port is taken.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const settings = settingsOf(options)
  const mood = firstMood(settings)
  const link = createBrokerLink()
  const { desk, trading, misses } = buildHouse(settings, mood, link)
  const floods = createFloods(desk, trading, mood)
  const happenings = createHappenings({
    ...{ desk, trading, scenario: () => mood.scenario },
    random: createRandom(`${settings.seed}/happenings`),
  })
  const { port, limitBytes } = settings
  const door = createFrontDoor({
    ...{ desk, link, port, limitBytes },
    weather: () => mood.scenario,
    welcomed: floods.begin,
  })
  const endToday = (): void => {
    endDay(desk)
    mood.dayBegan = desk.timeline.now()
  }
  const watch = createMarketWatch(desk)
  const commands = createCommands({
    desk,
    skip: settings.skip,
    trading,
    door,
    link,
    ...changesOf({ desk, mood, floods, happenings, watch }),
    scenario: () => mood.scenario,
    startFlood: floods.start,
    miss: misses.miss,
    find: misses.find,
    endDay: endToday,
  })
  await door.listen()
  const { controlPort } = settings
  const control =
    controlPort === null ? null : await openControlOrClose(commands, controlPort, door)
  desk.record.line(valuationFact(desk, 'opening'))
  startLife(desk, { rhythm: rhythmOf(settings, mood), endToday, watch })
  happenings.start()
  happenings.plan(mood.scenario)
  startTrouble({ settings, mood, desk, link, door, endToday })
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
