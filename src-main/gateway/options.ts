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
  readonly account?: string
  /** The client that is told everybody's executions; null, the default, is nobody. */
  readonly masterClientId?: number | null
  /** Days before today whose executions reqExecutions still replays. Default 0. */
  readonly replayDays?: number
  /** What the user may see of the market. Default `live`. */
  readonly marketData?: MarketData
  /** Tells runs apart that begin in the same second of the clock, so that no id repeats. */
  readonly run?: number
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
  return { ...settings, record: settings.record ?? (isAsked ? memorySink() : null) }
}
