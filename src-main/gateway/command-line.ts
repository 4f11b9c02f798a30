import { parseArgs } from 'node:util'
import { D, type Decimal } from '#shared/money.ts'
import type { Account, Group } from './broker/accounts.ts'
import { MARKET_DATA, type MarketData } from './market/entitlement.ts'
import { DEFAULT_ACCOUNT, DEFAULT_PORT } from './options.ts'
import { scenarioOf } from './scenario/scenario-of.ts'
import { SCENARIOS } from './scenario/scenarios.ts'

/** What the command line asks for. */
export type CommandLine = {
  readonly port: number
  readonly seed: string
  readonly scenario: string
  readonly speed: number
  /** When the simulated time begins, milliseconds since 1970; null is now. */
  readonly start: number | null
  readonly record: string | null
  readonly controlPort: number | null
  readonly masterClientId: number | null
  readonly replayDays: number
  readonly account: string
  readonly accounts: readonly Account[]
  readonly groups: readonly Group[]
  readonly marketData: MarketData
  readonly marketDataLines: number
  readonly messageRate: number
  readonly isReadOnly: boolean
  readonly hasHistoricalPacing: boolean
  readonly hasDisclaimer: boolean
  readonly pausesWhenAlone: boolean
}

/** Run the gateway, print something and be done, or refuse with a sentence. */
export type Wanted =
  | { readonly what: 'run'; readonly line: CommandLine }
  | { readonly what: 'print'; readonly text: string }
  | { readonly what: 'refuse'; readonly sentence: string }

const FLAGS = {
  port: { type: 'string', default: String(DEFAULT_PORT) },
  seed: { type: 'string', default: '1' },
  scenario: { type: 'string', default: 'calm' },
  speed: { type: 'string', default: '1' },
  start: { type: 'string' },
  disclaimer: { type: 'boolean', default: false },
  'pause-when-alone': { type: 'boolean', default: false },
  record: { type: 'string' },
  'control-port': { type: 'string' },
  'master-client-id': { type: 'string' },
  'replay-days': { type: 'string', default: '0' },
  account: { type: 'string', default: DEFAULT_ACCOUNT },
  accounts: { type: 'string' },
  group: { type: 'string', multiple: true },
  'market-data': { type: 'string', default: 'live' },
  'market-data-lines': { type: 'string', default: '100' },
  'message-rate': { type: 'string', default: '0' },
  'read-only': { type: 'boolean', default: false },
  'historical-pacing': { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

const HELP = `A simulated IB gateway: TWS's wire protocol, a seeded market, and what goes wrong.

  --port P               where to listen on 127.0.0.1 (default ${DEFAULT_PORT}, 0 takes a free one)
  --seed S               decides everything that happens (default 1)
  --scenario NAME        what goes wrong (default calm; --list names them)
  --speed X              simulated seconds a second, 0 to 10000 (default 1; 0 stands still until
                         the control port advances it)
  --start TIME           when the simulated time begins, such as 2026-11-16T05:00:00Z
  --pause-when-alone     the market rests while no client is there
  --record FILE          write everything that truly happened, as JSON lines
  --control-port C       a loopback HTTP port for commands (0 takes a free one)
  --master-client-id N   the client that is told everybody's executions
  --replay-days D        days before today whose executions are still replayed (default 0)
  --account A            the account's id (default ${DEFAULT_ACCOUNT})
  --accounts A,B:MODEL   several accounts, as behind an advisor's login, each with a model or none
  --group NAME=A,B       a group of accounts, for summaries and allocations; NAME=A:60,B:40
                         says what each gets of an order, in percent; may be given again
  --market-data KIND     what the user may see: live, delayed or none (default live)
  --market-data-lines N  lines of all clients together; the next is error 101 (default 100)
  --message-rate N       requests a second; one more is error 100 and closed (default 0: no limit)
  --read-only            refuse orders, and questions about them, with 321
  --historical-pacing    refuse history asked for too soon or too often with 162
  --disclaimer           refuse every client with 10141 until the control port accepts it
  --list                 name the scenarios
  --help                 this text
`

class Refusal extends Error {}

type Range = { readonly flag: string; readonly least: number; readonly most: number }

function whole(text: string, { flag, least, most }: Range): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw new Refusal(`--${flag} must be a whole number from ${least} to ${most}, not "${text}".`)
  return value
}

const wholeOrNull = (text: string | undefined, range: Range): number | null =>
  text === undefined ? null : whole(text, range)

function speedOf(text: string): number {
  const speed = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || speed > 10_000)
    throw new Refusal(`--speed must be a number from 0 to 10000, not "${text}".`)
  return speed
}

function startOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const start = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) ? Date.parse(text) : NaN
  if (Number.isNaN(start))
    throw new Refusal(`--start must be a time in UTC such as 2026-11-16T05:00:00Z, not "${text}".`)
  return start
}

const ACCOUNT = /^[A-Z][A-Z0-9]{2,19}$/

function accountOf(text: string): string {
  if (!ACCOUNT.test(text))
    throw new Refusal(`--account must be capital letters and digits, not "${text}".`)
  return text
}

function accountsOf(text: string | undefined): readonly Account[] {
  if (text === undefined) return []
  const accounts = text.split(',').map((one) => {
    const [id = '', modelCode = ''] = one.split(':')
    return { id, modelCode }
  })
  const isKnown = accounts.every(({ id, modelCode }) => ACCOUNT.test(id) && /^\w*$/.test(modelCode))
  if (!isKnown || new Set(accounts.map(({ id }) => id)).size < accounts.length)
    throw new Refusal(`--accounts must be distinct ids such as A100,B200:MODEL, not "${text}".`)
  return accounts
}

const sumOf = (numbers: readonly string[]): Decimal =>
  numbers.reduce((sum, one) => sum.plus(one), new D(0))

/** What each account gets of an order, in percent. */
function percentagesOf(pairs: readonly (readonly string[])[], text: string): readonly string[] {
  const percentages = pairs.map((pair) => pair[1] ?? '')
  const isEach = percentages.every((one) => /^\d{1,3}(\.\d{1,6})?$/.test(one))
  if (!isEach || !sumOf(percentages).equals(100))
    throw new Refusal(`--group must share out 100 percent, as in NAME=A:60,B:40, not "${text}".`)
  return percentages
}

function groupsOf(texts: readonly string[], accounts: readonly Account[]): readonly Group[] {
  return texts.map((text) => {
    const [name = '', members = ''] = text.split('=')
    const pairs = members.split(',').map((member) => member.split(':'))
    const group = { name, accounts: pairs.map(([id = '']) => id) }
    const isKnown = group.accounts.every((member) => accounts.some(({ id }) => id === member))
    if (!/^\w+$/.test(name) || !isKnown)
      throw new Refusal(`--group must be NAME=A,B of accounts there are, not "${text}".`)
    return pairs.some((pair) => pair.length > 1)
      ? { ...group, percentages: percentagesOf(pairs, text) }
      : group
  })
}

function marketDataOf(text: string): MarketData {
  const kind = MARKET_DATA.find((one) => one === text)
  if (kind === undefined)
    throw new Refusal(`--market-data must be ${MARKET_DATA.join(', ')}, not "${text}".`)
  return kind
}

const PORTS = { least: 0, most: 65_535 }
const IDS = { least: 0, most: 2_147_483_647 }
const COUNTS = { least: 0, most: 1_000_000 }

function readLine(args: readonly string[]): Wanted {
  const { values } = parseArgs({ args: [...args], options: FLAGS, strict: true })
  if (values.help) return { what: 'print', text: HELP }
  if (values.list) return { what: 'print', text: listOf() }
  if (scenarioOf(values.scenario) === null)
    throw new Refusal(`There is no scenario "${values.scenario}"; --list names them.`)
  const accounts = accountsOf(values.accounts)
  const master = { flag: 'master-client-id', ...IDS }
  const line: CommandLine = {
    port: whole(values.port, { flag: 'port', ...PORTS }),
    seed: values.seed,
    scenario: values.scenario,
    speed: speedOf(values.speed),
    start: startOf(values.start),
    hasDisclaimer: values.disclaimer,
    pausesWhenAlone: values['pause-when-alone'],
    record: values.record ?? null,
    controlPort: wholeOrNull(values['control-port'], { flag: 'control-port', ...PORTS }),
    masterClientId: wholeOrNull(values['master-client-id'], master),
    replayDays: whole(values['replay-days'], { flag: 'replay-days', least: 0, most: 7 }),
    account: accountOf(values.account),
    accounts,
    groups: groupsOf(values.group ?? [], accounts),
    marketData: marketDataOf(values['market-data']),
    marketDataLines: whole(values['market-data-lines'], { flag: 'market-data-lines', ...COUNTS }),
    messageRate: whole(values['message-rate'], { flag: 'message-rate', ...COUNTS }),
    isReadOnly: values['read-only'],
    hasHistoricalPacing: values['historical-pacing'],
  }
  return { what: 'run', line }
}

const listOf = (): string =>
  SCENARIOS.map(
    ({ name, sentence, leaves }) => `${name}\n  ${sentence}\n  A correct book shows: ${leaves}\n`,
  ).join('')

/** Reads the arguments of the gateway's command line. */
export function readCommandLine(args: readonly string[]): Wanted {
  try {
    return readLine(args)
  } catch (error) {
    const sentence = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return { what: 'refuse', sentence }
  }
}
