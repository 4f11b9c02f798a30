/** Where TWS or Gateway listens when nobody changed it: TWS live, paper; Gateway live, paper. */
export const USUAL_PORTS: readonly number[] = [7496, 7497, 4001, 4002]

/** How to reach TWS, and how patient to be. All but the first four have a default. */
export type BrokerSettings = {
  readonly host: string
  /** One port is fixed; several are searched in this order for a TWS that answers. */
  readonly ports: readonly number[]
  readonly clientId: number
  /** True when the peer is the built-in simulated gateway. */
  readonly isSimulated: boolean
  readonly handshakeTimeoutMs?: number
  /** How often TWS is asked for its time, which proves that the socket lives. */
  readonly heartbeatMs?: number
  /** Silence after which an open socket counts as dead. */
  readonly staleAfterMs?: number
  /** How often executions of other clients are asked for while they do not come by themselves. */
  readonly pollExecutionsMs?: number
  /** How often orders of other clients are asked for. */
  readonly pollOrdersMs?: number
  /** IB's base allotment is 100 lines, shared with TWS's own windows. */
  readonly marketDataLines?: number
  /** What to ask TWS for; it gives live prices wherever they are subscribed to. */
  readonly marketData?: 'live' | 'frozen' | 'delayed' | 'delayed-frozen'
  /** How long a line stays before another instrument takes its place. */
  readonly lineHoldMs?: number
  /** With several accounts: how long the window of each is shown before the next. */
  readonly accountWindowMs?: number
  readonly backoff?: { readonly firstMs: number; readonly maxMs: number }
  readonly requestTimeoutMs?: number
  readonly snapshotQuietMs?: number
  /** The zone of execution times that name none (TWS before server version 174). */
  readonly defaultZone?: string
}

export type Settings = Required<BrokerSettings>

const DEFAULTS = {
  handshakeTimeoutMs: 10_000,
  heartbeatMs: 5_000,
  staleAfterMs: 10_000,
  pollExecutionsMs: 3_000,
  pollOrdersMs: 30_000,
  marketDataLines: 90,
  marketData: 'delayed-frozen',
  lineHoldMs: 1_500,
  accountWindowMs: 15_000,
  backoff: { firstMs: 1_000, maxMs: 30_000 },
  requestTimeoutMs: 10_000,
  snapshotQuietMs: 300,
} as const

/** The settings with every default filled in. */
export const withDefaults = (settings: BrokerSettings): Settings => ({
  defaultZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  ...DEFAULTS,
  ...settings,
})
