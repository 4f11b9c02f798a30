/** What goes wrong, and how often. Shares are of executions, 0 to 1; times are simulated. */
export type Faults = {
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
  /** Mean time between closings of one client's socket; 0 is never. */
  readonly dropEveryMs: number
  /** Mean time between losses of IB's servers (1100) or a data farm (2103); 0 is never. */
  readonly outageEveryMs: number
  /** Mean time between restarts of the whole gateway; 0 is never. */
  readonly restartEveryMs: number
}

/** Fills as fast as the clients read. */
export type Flood = {
  readonly count: number
  /** 0 is as fast as the sockets take them. */
  readonly perSecond: number
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
  /** Begins with the first client. */
  readonly flood: Flood | null
}

const NO_FAULTS: Faults = {
  duplicates: 0,
  corrections: 0,
  lateCommissions: 0,
  orphanCommissions: 0,
  pendingCommissions: 0,
  shuffleMs: 0,
  dropEveryMs: 0,
  outageEveryMs: 0,
  restartEveryMs: 0,
}

const QUIET = {
  fillsPerSecond: 0.7,
  manualShare: 0.08,
  comboShare: 0,
  faults: NO_FAULTS,
  flood: null,
}
const LIVELY = { ...QUIET, fillsPerSecond: 4, comboShare: 0.02 }
const DEFAULT_FLOOD: Flood = { count: 100_000, perSecond: 0 }

export const SCENARIOS: readonly Scenario[] = [
  {
    ...QUIET,
    name: 'calm',
    sentence: 'Four strategies and a manual trader fill about once every one or two seconds.',
    leaves: 'Every fill once; the manual ones belong to no strategy.',
  },
  {
    ...QUIET,
    name: 'busy',
    sentence: 'About twenty fills a second, some of them combinations told as a row and its legs.',
    leaves: 'Every fill once; of a combination only the legs are booked.',
    fillsPerSecond: 20,
    comboShare: 0.04,
  },
  {
    ...LIVELY,
    name: 'corrections',
    sentence: 'Some executions are told again seconds later at another price or quantity.',
    leaves: 'Each execution at its highest revision, in its original place in time.',
    faults: { ...NO_FAULTS, corrections: 0.25 },
  },
  {
    ...LIVELY,
    name: 'duplicates',
    sentence: 'Many executions and commissions are told two or three times.',
    leaves: 'Every fill and every commission once.',
    faults: { ...NO_FAULTS, duplicates: 0.5 },
  },
  {
    ...LIVELY,
    name: 'late-commissions',
    sentence: 'Commissions come seconds late, before their executions, or as -1 first.',
    leaves: 'Every fill with its final commission; never a commission of -1.',
    faults: {
      ...NO_FAULTS,
      lateCommissions: 0.4,
      orphanCommissions: 0.2,
      pendingCommissions: 0.2,
    },
  },
  {
    ...LIVELY,
    name: 'out-of-order',
    sentence: 'Executions are told in another order than they happened.',
    leaves: 'The same book as in order: folded by the time of execution.',
    faults: { ...NO_FAULTS, shuffleMs: 4000 },
  },
  {
    ...LIVELY,
    name: 'manual-trades',
    sentence: 'Half of the orders are entered by hand in TWS, without an order reference.',
    leaves: 'Every fill once; those by hand are unattributed, and only client 0 sees them live.',
    manualShare: 0.5,
  },
  {
    ...LIVELY,
    name: 'disconnects',
    sentence: 'Sockets close or reset at random, IB is lost and found; the market goes on.',
    leaves: 'Every fill once, those of the gaps fetched afterwards.',
    faults: { ...NO_FAULTS, dropEveryMs: 12_000, outageEveryMs: 25_000 },
  },
  {
    ...LIVELY,
    name: 'gateway-restart',
    sentence: 'The gateway goes away for some seconds and returns, knowing everything.',
    leaves: 'Every fill once, those of the gaps fetched afterwards.',
    faults: { ...NO_FAULTS, restartEveryMs: 30_000 },
  },
  {
    ...QUIET,
    name: 'flood',
    sentence:
      'A hundred thousand fills as fast as the socket takes them (flood:N, flood:N@R a second).',
    leaves: 'Every one of them once, with its commission.',
    flood: DEFAULT_FLOOD,
  },
]

/** The scenario of a name such as `calm` or `flood:5000@200`; null when there is none. */
export function scenarioOf(name: string): Scenario | null {
  const plain = SCENARIOS.find((scenario) => scenario.name === name)
  if (plain !== undefined) return plain
  const match = /^flood:(\d{1,8})(?:@(\d{1,7}))?$/.exec(name)
  const flood = SCENARIOS.find((scenario) => scenario.name === 'flood')
  if (match === null || flood === undefined) return null
  return { ...flood, name, flood: { count: Number(match[1]), perSecond: Number(match[2] ?? 0) } }
}
