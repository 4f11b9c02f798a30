import type { Account, Group } from './broker/accounts.ts'
import type { MarketData } from './market/entitlement.ts'
import { memorySink, type RecordSink } from './record.ts'
import type { Clock, Scheduler } from './timeline.ts'

/** The port of the simulation: none TWS or IB Gateway ever listens on. */
export const DEFAULT_PORT = 4102
export const DEFAULT_ACCOUNT = 'DEMO1000001'

/** Everything a gateway is made of; only what has no default must be given. */
export type GatewayOptions = {
  /** The simulated time, milliseconds since 1970 UTC. */
  readonly clock: Clock
  /** Calls back after simulated milliseconds. */
  readonly scheduler: Scheduler
  /** Wall-clock milliseconds since 1970, with fraction: stamps what is handed to sockets. */
  readonly wall: () => number
  /** Decides everything that happens: the same seed and clock make the same day. Default `1`. */
  readonly seed?: string
  /** The name of a scenario, such as `calm` or `flood:5000@200`. Default `calm`. */
  readonly scenario?: string
  /** 0, the default, takes a free port. */
  readonly port?: number
  /** Null, the default, opens no control port; 0 takes a free one. */
  readonly controlPort?: number | null
  /** The one account, unless `accounts` names several. */
  readonly account?: string
  /** Several accounts, as behind an advisor's login. */
  readonly accounts?: readonly Account[]
  /** The advisor's groups of accounts. */
  readonly groups?: readonly Group[]
  /** The client that is told everybody's executions; null, the default, is nobody. */
  readonly masterClientId?: number | null
  /** Days before today whose executions reqExecutions still replays. Default 0. */
  readonly replayDays?: number
  /** What the user may see of the market. Default `live`. */
  readonly marketData?: MarketData
  /** Market data lines of all clients together; the next is refused with 101. Default 100. */
  readonly marketDataLines?: number
  /** Requests a second one client may send before it is closed; 0, the default, is no limit. */
  readonly messageRate?: number
  /** Refuses orders and questions about them, as TWS does by default. Default false. */
  readonly isReadOnly?: boolean
  /** Refuses requests for history that are too close to one another. Default false. */
  readonly hasHistoricalPacing?: boolean
  /** Tells runs apart that begin in the same second of the clock, so that no id repeats. */
  readonly run?: number
  /** Refuses every client with 10141 until a command accepts it. Default false. */
  readonly hasDisclaimer?: boolean
  /** The market rests while no client is there. Default false. */
  readonly pausesWhenAlone?: boolean
  /** Moves the clock on by so many milliseconds; null, the default, when nothing can. */
  readonly skip?: ((simulatedMs: number) => void) | null
  /** Where the record goes; null, the default, is memory, and nowhere without a control port. */
  readonly record?: RecordSink | null
  readonly log?: (sentence: string) => void
  /** Simulated milliseconds between account updates; TWS takes 180,000. Default 3000. */
  readonly accountUpdateMs?: number
  /** Simulated milliseconds between market steps. Default 250. */
  readonly marketStepMs?: number
  /** Bytes that may wait for a client before it is given up. Default 64 MiB. */
  readonly limitBytes?: number
}

/** The options with every default filled in. */
export type Settings = { readonly [Name in keyof GatewayOptions]-?: GatewayOptions[Name] }

const DEFAULTS: Omit<Settings, 'clock' | 'scheduler' | 'wall'> = {
  seed: '1',
  scenario: 'calm',
  port: 0,
  controlPort: null,
  account: DEFAULT_ACCOUNT,
  masterClientId: null,
  replayDays: 0,
  marketData: 'live',
  accounts: [],
  groups: [],
  marketDataLines: 100,
  messageRate: 0,
  isReadOnly: false,
  hasHistoricalPacing: false,
  hasDisclaimer: false,
  pausesWhenAlone: false,
  skip: null,
  run: 0,
  record: null,
  log: () => undefined,
  accountUpdateMs: 3000,
  marketStepMs: 250,
  limitBytes: 64 * 1024 * 1024,
}

export function settingsOf(options: GatewayOptions): Settings {
  const settings = { ...DEFAULTS, ...options }
  const isAsked = settings.controlPort !== null
  const only: Account = { id: settings.account, modelCode: '' }
  return {
    ...settings,
    accounts: settings.accounts.length === 0 ? [only] : settings.accounts,
    record: settings.record ?? (isAsked ? memorySink() : null),
  }
}
