/** What can happen to an account without anybody trading. */
export type HappeningName =
  | 'split'
  | 'reverseSplit'
  | 'assignment'
  | 'expiry'
  | 'dividend'
  | 'deposit'
  | 'withdrawal'
  | 'fee'
  | 'exercise'
  | 'interest'
  | 'tradedConversion'
  | 'silentConversion'

/** What goes wrong, and how often. Shares are of executions, 0 to 1; times are simulated. */
export type Faults = {
  /** Never told as they happen, only when asked for. */
  readonly missed: number
  /** Sent again, once or twice, within some seconds. */
  readonly duplicates: number
  /** Re-told some seconds later with the next revision and another price or quantity. */
  readonly corrections: number
  /** Commissions that come seconds after their execution. */
  readonly lateCommissions: number
  /** Commissions that come before their execution. */
  readonly orphanCommissions: number
  /** Commissions first told as -1. */
  readonly pendingCommissions: number
  /** Executions are told up to this much later, each for itself; 0 tells them in order. */
  readonly shuffleMs: number
  /** Everything sent comes up to this much later, in order. */
  readonly latencyMs: number
  /** Frames are written in pieces, and sockets close in the middle of one. */
  readonly isPiecemeal: boolean
  /** Mean time between closings of one client's socket; 0 is never. */
  readonly dropEveryMs: number
  /** Mean time between losses of IB's servers (1100) or a data farm (2103); 0 is never. */
  readonly outageEveryMs: number
  /** Mean time between restarts of the whole gateway; 0 is never. */
  readonly restartEveryMs: number
  /** Mean time between falls into silence, sockets left open; 0 is never. */
  readonly silentEveryMs: number
  /** Mean time between nights: the day ends and the gateway restarts; 0 is never. */
  readonly nightEveryMs: number
}

/** Fills as fast as the clients read. */
export type Flood = {
  readonly count: number
  /** 0 is as fast as the sockets take them. */
  readonly perSecond: number
}

/** How often the market moves and accounts are told, in simulated milliseconds. */
export type Rhythm = {
  readonly marketStepMs: number
  /** Between periodic updates of accounts; TWS takes 180,000. */
  readonly accountUpdateMs: number
  readonly profitMs: number
}

/** When the market is open, by New York's clock (HH:MM:SS), from Monday to Friday. */
export type Hours = { readonly open: string; readonly close: string }

/** Something that happens at a time of New York's clock on the n-th trading day, counted from 0. */
export type Planned = {
  readonly day: number
  readonly time: string
  readonly what: HappeningName
}

/** One way a day can go. */
export type Scenario = {
  readonly name: string
  /** What happens, in one sentence. */
  readonly sentence: string
  /** What a correct book shows afterwards. */
  readonly leaves: string
  readonly fillsPerSecond: number
  /** The share of orders entered by hand in TWS. */
  readonly manualShare: number
  /** The share of orders for a combination. */
  readonly comboShare: number
  readonly faults: Faults
  /** Mean milliseconds between things that happen without an execution. */
  readonly happenings: Readonly<Partial<Record<HappeningName, number>>>
  /** Only these clients trade, only these symbols; null is everybody everything. */
  readonly focus: {
    readonly clientIds: readonly number[]
    readonly symbols: readonly string[]
  } | null
  /** Made-up shares held from the start, besides the usual holdings. */
  readonly morePositions: number
  readonly highestVersion: number
  /** Null: as the gateway was told to. */
  readonly rhythm: Rhythm | null
  /** Null: always open. */
  readonly hours: Hours | null
  /** What happens when, in the order of time. */
  readonly plan: readonly Planned[]
  /** Begins with the first client. */
  readonly flood: Flood | null
}
