import { HIGHEST_VERSION, LOWEST_VERSION } from '../wire/requests.ts'
import type { Faults, Flood, Scenario } from './scenario.ts'
import { WEEK_PLAN } from './week.ts'

const NO_FAULTS: Faults = {
  missed: 0,
  duplicates: 0,
  corrections: 0,
  lateCommissions: 0,
  orphanCommissions: 0,
  pendingCommissions: 0,
  shuffleMs: 0,
  latencyMs: 0,
  isPiecemeal: false,
  dropEveryMs: 0,
  outageEveryMs: 0,
  restartEveryMs: 0,
  silentEveryMs: 0,
  nightEveryMs: 0,
}

const QUIET: Omit<Scenario, 'name' | 'sentence' | 'leaves'> = {
  fillsPerSecond: 0.7,
  manualShare: 0.08,
  comboShare: 0,
  faults: NO_FAULTS,
  happenings: {},
  focus: null,
  morePositions: 0,
  highestVersion: HIGHEST_VERSION,
  rhythm: null,
  hours: null,
  plan: [],
  flood: null,
}
const LIVELY = { ...QUIET, fillsPerSecond: 4, comboShare: 0.02 }
const DEFAULT_FLOOD: Flood = { count: 100_000, perSecond: 0 }
const DEFAULT_POSITIONS = 1000

const EXECUTIONS: readonly Scenario[] = [
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
    name: 'combo',
    sentence: 'Half of the orders are for combinations: a row without a commission and its legs.',
    leaves: 'Only the legs, each with its commission; the rows change nothing.',
    comboShare: 0.5,
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
    name: 'missed-fills',
    sentence: 'A quarter of the executions is never told live, though orders and positions move.',
    leaves: 'Every fill once: the missed ones come with the next request for executions.',
    faults: { ...NO_FAULTS, missed: 0.25 },
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
    name: 'two-clients',
    sentence: 'Two clients with the same order ids trade the same three shares, often opposite.',
    leaves: 'Each fill with its own client and strategy; orders told apart by permId, not by id.',
    manualShare: 0,
    comboShare: 0,
    focus: { clientIds: [11, 12], symbols: ['AAPL', 'MSFT', 'KO'] },
  },
]

const CONNECTIONS: readonly Scenario[] = [
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
    ...LIVELY,
    name: 'nightly-restart',
    sentence:
      'The day ends: IB is lost, the sockets close, futures are swept into cash, and the gateway ' +
      'returns with its data farms broken for a while.',
    leaves: 'The same positions, cash and futures P&L together unchanged; no executions before it.',
    faults: { ...NO_FAULTS, nightEveryMs: 45_000 },
  },
  {
    ...LIVELY,
    name: 'half-frames',
    sentence: 'Frames arrive in pieces of a few bytes; now and then a socket closes within one.',
    leaves: 'Every fill once; a frame cut off is one never sent.',
    faults: { ...NO_FAULTS, isPiecemeal: true, dropEveryMs: 20_000 },
  },
  {
    ...LIVELY,
    name: 'silent',
    sentence: 'The gateway takes everything and says nothing for a while, then resets.',
    leaves: 'Every fill once; the silence is noticed, not waited out.',
    faults: { ...NO_FAULTS, silentEveryMs: 40_000 },
  },
  {
    ...LIVELY,
    name: 'slow',
    sentence: 'Everything the gateway says comes up to four seconds late, in order.',
    leaves: 'Every fill once; what is late is not taken for lost.',
    faults: { ...NO_FAULTS, latencyMs: 4000 },
  },
  {
    ...LIVELY,
    name: 'version-old',
    sentence: `The gateway speaks no server version above ${LOWEST_VERSION}.`,
    leaves: 'The same book as with a new one.',
    highestVersion: LOWEST_VERSION,
  },
]

const ACTIONS: readonly Scenario[] = [
  {
    ...QUIET,
    name: 'split',
    sentence: 'Shares split, two to ten for one: quantities and prices change, no execution.',
    leaves: 'Each holding times the ratio at the same cost; a break until somebody says why.',
    happenings: { split: 15_000 },
  },
  {
    ...QUIET,
    name: 'reverse-split',
    sentence: 'Five, ten or twenty shares become one; fractions are paid out in cash.',
    leaves: 'Each holding divided, fractions gone for cash; a break until somebody says why.',
    happenings: { reverseSplit: 15_000 },
  },
  {
    ...QUIET,
    name: 'assignment',
    sentence: 'Short options are assigned: they go, shares come or go at the strike, no execution.',
    leaves: 'Fewer short options, the shares and their price in cash; breaks until explained.',
    happenings: { assignment: 12_000 },
  },
  {
    ...QUIET,
    name: 'expiry',
    sentence: 'Options and futures expire: exercised, assigned, worthless, or settled in cash.',
    leaves: 'Nothing of them is held; their contracts are not found any more.',
    happenings: { expiry: 15_000 },
  },
  {
    ...QUIET,
    name: 'dividend',
    sentence:
      'Shares pay dividends, some less tax; who is short pays. Half are paid seconds after the ' +
      'ex-date and accrued until then.',
    leaves: 'The cash of its currency changed by it, explained once it is classified.',
    happenings: { dividend: 8000 },
  },
  {
    ...QUIET,
    name: 'deposit',
    sentence: 'Money comes and goes in three currencies.',
    leaves: 'Flows: no return and no drawdown come from them.',
    happenings: { deposit: 16_000, withdrawal: 25_000 },
  },
  {
    ...QUIET,
    name: 'fee',
    sentence: 'Market data and other fees are charged, interest is paid or charged.',
    leaves: 'The cash changed by them, explained once they are classified.',
    happenings: { fee: 8000, interest: 20_000 },
  },
  {
    ...QUIET,
    name: 'fx-conversion',
    sentence: 'Currencies are converted: by executions of pairs, and by the broker without any.',
    leaves: 'Two balances changed by each, and no position in a pair.',
    happenings: { tradedConversion: 9000, silentConversion: 14_000 },
  },
]

const LOADS: readonly Scenario[] = [
  {
    ...QUIET,
    name: 'flood',
    sentence:
      'A hundred thousand fills as fast as the socket takes them (flood:N, flood:N@R a second).',
    leaves: 'Every one of them once, with its commission.',
    flood: DEFAULT_FLOOD,
  },
  {
    ...QUIET,
    name: 'many-positions',
    sentence: 'A thousand holdings more than usual (many-positions:N), from the start of a run.',
    leaves: 'All of them.',
    morePositions: DEFAULT_POSITIONS,
  },
]

const WEEKS: readonly Scenario[] = [
  {
    ...QUIET,
    name: 'week',
    sentence:
      'Five trading days, 09:30 to 16:00 in New York: trades, corrections, duplicates, late ' +
      'commissions and missed fills, and on set days everything that needs no execution.',
    leaves:
      'Every fill once, at its last revision; quantities, costs and cash of each account as the ' +
      'record has them, and at each midnight its net liquidation to the cent.',
    fillsPerSecond: 0.03,
    comboShare: 0.03,
    faults: {
      ...NO_FAULTS,
      missed: 0.02,
      duplicates: 0.03,
      corrections: 0.02,
      lateCommissions: 0.04,
      orphanCommissions: 0.01,
      pendingCommissions: 0.01,
    },
    rhythm: { marketStepMs: 30_000, accountUpdateMs: 180_000, profitMs: 60_000 },
    hours: { open: '09:30:00', close: '16:00:00' },
    plan: WEEK_PLAN,
  },
]

export const SCENARIOS: readonly Scenario[] = [
  ...EXECUTIONS,
  ...CONNECTIONS,
  ...ACTIONS,
  ...LOADS,
  ...WEEKS,
]
