import { z } from 'zod'
import { amount, drawdownLimits } from './limit-setting.ts'
import { SEC_TYPES } from './instrument.ts'
import { err, ok, type Result } from './result.ts'

/** Flags and the environment say numbers as text; nothing else becomes a number by itself. */
const number = z.preprocess(
  (said) => (typeof said === 'string' && /^-?\d+(\.\d+)?$/.test(said.trim()) ? Number(said) : said),
  z.number('must be a number'),
)
const whole = (least: number, most: number) =>
  number.pipe(z.number().int('must be a whole number').min(least).max(most))
const port = whole(1, 65_535)
const count = whole(0, 2_147_483_646)
const seconds = number.pipe(z.number().min(0.1).max(86_400))
const marketData = z.preprocess(
  (said) => (typeof said === 'string' ? said.trim() : said),
  z.enum(
    ['live', 'frozen', 'delayed', 'delayed-frozen'],
    'must be live, frozen, delayed or delayed-frozen',
  ),
)
const SWITCH: Readonly<Record<string, boolean>> = { true: true, on: true, false: false, off: false }
/** On or off; flags and the environment say it as text. */
const onOff = z.preprocess(
  (said) => (typeof said === 'string' ? (SWITCH[said.trim()] ?? said) : said),
  z.boolean('must be true or false'),
)
/** Classes of instruments, as IB names them. */
const classes = z
  .string()
  .trim()
  .transform((said) => said.split(',').map((one) => one.trim().toUpperCase()))
  .pipe(z.array(z.enum(SEC_TYPES, `must be some of ${SEC_TYPES.join(', ')}, between commas`)))
  .transform((said) => said.join(','))
/** A text that says something. */
export const text = z.string().trim().min(1, 'must not be empty')

/** True for a time zone the program knows. */
function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** Hours of weekdays in a zone, or always. */
const hours = z
  .string()
  .trim()
  .refine((said) => said === 'always' || tradingHours(said) !== null, {
    message: 'must be always, or hours and a zone such as 09:30-16:00 America/New_York',
  })

/** From and to in minutes after midnight of the zone; null: not understood. */
export type TradingHours = { readonly from: number; readonly to: number; readonly zone: string }

/** Reads `09:30-16:00 America/New_York`; null for anything else, `always` too. */
export function tradingHours(said: string): TradingHours | null {
  const found = /^(\d{2}):(\d{2})-(\d{2}):(\d{2}) (\S+)$/.exec(said)
  if (found === null) return null
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = found.slice(1, 5).map(Number)
  const [from, to, zone] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute, found[5] ?? '']
  const isTime = fromMinute < 60 && toMinute < 60 && from < to && to <= 24 * 60
  return isTime && isZone(zone) ? { from, to, zone } : null
}

/** One attribution rule; the first that holds wins. See docs/settings.md. */
const attributionRule = z.strictObject({
  orderRef: z.string().optional(),
  account: z.string().optional(),
  symbol: z.string().optional(),
  clientId: z.number().int().optional(),
  strategy: z.string().optional(),
})

/**
 * Every setting there is. A flag `--client-id` and an environment variable `TRUEBOOK_CLIENT_ID`
 * say what `clientId` in settings.json says; flags win over the environment, which wins over the
 * file.
 */
export const settingsSchema = z.strictObject({
  host: text.default('127.0.0.1').describe('Where TWS or Gateway runs'),
  port: port
    .optional()
    .describe('Its API port; without it the usual ones are tried: 7496, 7497, 4001, 4002'),
  clientId: count.default(7).describe('The API client id to connect with, unique to this program'),
  account: text
    .optional()
    .describe('Keep only this account; without it every account of the login'),
  dataDir: text.optional().describe('Where ledgers and settings.json lie'),
  httpPort: whole(0, 65_535)
    .default(0)
    .describe('The port of the browser shell on 127.0.0.1; 0 takes a free one'),
  handshakeTimeoutSeconds: seconds.default(10).describe('How long a connection may take to open'),
  pollExecutionsSeconds: seconds
    .default(3)
    .describe(
      'How often executions of other clients are asked for when they do not come by themselves',
    ),
  marketDataLines: whole(0, 10_000)
    .default(90)
    .describe("Market data lines to use of IB's 100, which TWS's own windows share"),
  marketData: marketData
    .default('delayed-frozen')
    .describe('Prices to ask for: live, frozen, delayed, delayed-frozen; live where subscribed to'),
  priceFlushSeconds: seconds.default(10).describe('How often last prices are saved'),
  snapshotSeconds: number
    .pipe(z.number().min(0).max(86_400))
    .default(300)
    .describe('How often what the account is worth is taken down; 0 for never'),
  drawdownZone: text
    .refine(isZone, 'must be a time zone such as America/New_York')
    .default('UTC')
    .describe('The time zone in which days and weeks begin'),
  drawdownResetHour: whole(0, 23).default(0).describe('The hour at which days begin there'),
  drawdownResetDay: whole(1, 7)
    .default(1)
    .describe('The day on which weeks begin: 1 is Monday, 7 is Sunday'),
  openingValue: text
    .pipe(z.enum(['lastBeforeBoundary', 'firstObserved']))
    .default('lastBeforeBoundary')
    .describe(
      'What a day or week of drawdown opens with: the last value before it, or the first in it',
    ),
  drawdownLimits: drawdownLimits
    .default([])
    .describe('How far drawdown may go before the trader is warned, and told of a breach'),
  reconcileSeconds: whole(0, 86_400)
    .default(3600)
    .describe('How often the ledger is compared with the broker; 0: only on connect and on demand'),
  quantityTolerance: amount
    .default('0.00000001')
    .describe('Units by which a holding may differ from the broker’s and still agree'),
  costTolerance: amount
    .default('0.01')
    .describe('Money by which the cost of a holding may differ from the broker’s and still agree'),
  cashTolerance: amount
    .default('0.01')
    .describe('Money by which the cash of a currency may differ from the broker’s and still agree'),
  autoUpdate: onOff
    .default(false)
    .describe('Whether small differences of quantity are settled by themselves, into UNATTRIBUTED'),
  autoUpdateClasses: classes
    .default('STK,ETF')
    .describe('Classes of instruments that may be settled so, between commas'),
  autoUpdateQuantity: amount.default('100').describe('Units of one difference, at most'),
  autoUpdateNotional: amount
    .default('1000')
    .describe('What one difference may be worth in the base currency, at most'),
  settleAskAbove: amount
    .default('10000')
    .describe(
      'Settling what is worth more than this, in the base currency, is asked about once more',
    ),
  snapshotHours: hours
    .default('always')
    .describe('When snapshots are taken: always, or such as 09:30-16:00 America/New_York'),
  attribution: z
    .array(attributionRule)
    .default([])
    .describe('Which strategy an order belongs to; without a rule, its orderRef up to : or /'),
})

/** The settings in force, every default filled in. */
export type Settings = z.infer<typeof settingsSchema>

export type SettingKey = keyof Settings
export type DrawdownLimitSetting = Settings['drawdownLimits'][number]

/** Settings one can say on the command line and in the environment: all that are one word. */
export const SIMPLE_KEYS: readonly SettingKey[] = [
  'host',
  'port',
  'clientId',
  'account',
  'dataDir',
  'httpPort',
  'handshakeTimeoutSeconds',
  'pollExecutionsSeconds',
  'marketDataLines',
  'marketData',
  'priceFlushSeconds',
  'snapshotSeconds',
  'drawdownZone',
  'drawdownResetHour',
  'drawdownResetDay',
  'openingValue',
  'reconcileSeconds',
  'quantityTolerance',
  'costTolerance',
  'cashTolerance',
  'autoUpdate',
  'autoUpdateClasses',
  'autoUpdateQuantity',
  'autoUpdateNotional',
  'settleAskAbove',
  'snapshotHours',
]

const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export const flagOf = (key: string): string => `--${kebab(key)}`
export const variableOf = (key: string): string =>
  `TRUEBOOK_${kebab(key).replaceAll('-', '_').toUpperCase()}`

/** When a changed setting counts: at once, or when the program is started anew. */
export type Effect = 'at-once' | 'next-start'

export const EFFECTS: Readonly<Record<SettingKey, Effect>> = {
  host: 'at-once',
  port: 'at-once',
  clientId: 'at-once',
  account: 'next-start',
  dataDir: 'next-start',
  httpPort: 'next-start',
  handshakeTimeoutSeconds: 'at-once',
  pollExecutionsSeconds: 'at-once',
  marketDataLines: 'at-once',
  marketData: 'at-once',
  priceFlushSeconds: 'at-once',
  snapshotSeconds: 'at-once',
  drawdownZone: 'at-once',
  drawdownResetHour: 'at-once',
  drawdownResetDay: 'at-once',
  openingValue: 'at-once',
  drawdownLimits: 'at-once',
  reconcileSeconds: 'at-once',
  quantityTolerance: 'at-once',
  costTolerance: 'at-once',
  cashTolerance: 'at-once',
  autoUpdate: 'at-once',
  autoUpdateClasses: 'at-once',
  autoUpdateQuantity: 'at-once',
  autoUpdateNotional: 'at-once',
  settleAskAbove: 'at-once',
  snapshotHours: 'at-once',
  attribution: 'at-once',
}

/** One place settings come from, and how it is called in an error. */
export type Source = {
  readonly kind: 'demo' | 'flag' | 'environment' | 'file'
  readonly values: Readonly<Record<string, unknown>>
  /** How a key is spelled there, such as `--client-id`. */
  readonly spelling: (key: string) => string
}

/**
 * The settings of all sources, the first that says a key winning. Refuses with one sentence per
 * wrong value: which, where, why.
 */
export function mergeSettings(sources: readonly Source[]): Result<Settings, string> {
  const merged: Record<string, unknown> = {}
  const said = new Map<string, Source>()
  for (const source of sources) {
    for (const [key, value] of Object.entries(source.values)) {
      if (value === undefined || Object.hasOwn(merged, key)) continue
      merged[key] = value
      said.set(key, source)
    }
  }
  const parsed = settingsSchema.safeParse(merged)
  if (parsed.success) return ok(parsed.data)
  return err(parsed.error.issues.map((issue) => sentenceOf(issue, said)).join(' '))
}

function sentenceOf(issue: z.core.$ZodIssue, said: ReadonlyMap<string, Source>): string {
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    const known = Object.keys(settingsSchema.shape).join(', ')
    return `There is no setting ${issue.keys.join(', ')}; the settings are: ${known}.`
  }
  const key = String(issue.path[0])
  const place = said.get(key)?.spelling(key) ?? key
  const inside = issue.path.slice(1).map(String).join('.')
  return `${place}${inside === '' ? '' : ` (${inside})`} is wrong: ${issue.message}.`
}

/** What the environment says; a variable set to nothing says nothing. */
export const fromEnvironment = (
  variables: Readonly<Record<string, string | undefined>>,
): Source => ({
  kind: 'environment',
  values: Object.fromEntries(
    SIMPLE_KEYS.map((key) => [key, variables[variableOf(key)] || undefined]),
  ),
  spelling: variableOf,
})
