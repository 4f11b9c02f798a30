import { z } from 'zod'
import { decimalString, millis } from './decimal.ts'
import { held } from './held.ts'
import { worthView } from './worth-view.ts'

/**
 * What the screen and scripts see. Money, prices and quantities are plain decimal strings; times
 * are milliseconds since 1970 UTC; null is unknown, never zero.
 */
export const linkView = z.object({
  state: z.enum([
    'searching',
    'connecting',
    'catching-up',
    'connected',
    'broker-lost',
    'waiting',
    'stopped',
  ]),
  host: z.string(),
  port: z.number().int(),
  clientId: z.number().int(),
  realm: z.enum(['SIMULATED', 'PAPER', 'LIVE', 'UNKNOWN']),
  serverVersion: z.number().int().nullable(),
  since: millis,
  heardAt: millis.nullable(),
  retryAt: millis.nullable(),
  problem: z
    .object({ code: z.number().int().nullable(), message: z.string(), remedy: z.string() })
    .nullable(),
  capabilities: z
    .object({
      executions: z.enum(['master', 'client-0', 'polling']),
      orders: z.boolean(),
      readOnly: z.boolean(),
      sentence: z.string(),
    })
    .nullable(),
})
export type LinkView = z.infer<typeof linkView>

const priceSource = z.enum(['live', 'frozen', 'delayed', 'delayed-frozen', 'broker-mark'])

/** One strategy's holding of one instrument. `quantity` is negative when short. */
export const positionRow = z.object({
  ...held,
  /** Last price in the currency (already divided by the price magnifier). */
  last: decimalString.nullable(),
  lastSource: priceSource.nullable(),
  lastAt: millis.nullable(),
  /**
   * True when the link, the farm or the subscription that brings the price is down, so that the
   * market may say something else by now; judged by that, never by age.
   */
  lastIsStale: z.boolean(),
  marketValue: decimalString.nullable(),
  /** Unrealized P&L in the currency, before commission. */
  unrealized: decimalString.nullable(),
  /** P&L since the day began, in the currency, before commission: see `worth.dailySince`. */
  daily: decimalString.nullable(),
  /** Units of the account's base currency for one of the currency; null when not told. */
  fxRate: decimalString.nullable(),
  /** The same amounts in the base currency at that rate. */
  marketValueBase: decimalString.nullable(),
  unrealizedBase: decimalString.nullable(),
  realizedBase: decimalString.nullable(),
  dailyBase: decimalString.nullable(),
  /** What it adds to NAV, in percent: of a future its P&L. With cash these add up to 100. */
  navPercent: decimalString.nullable(),
  /** Market value, or a future's notional, in percent of NAV. */
  exposurePercent: decimalString.nullable(),
  /** When the position last changed. */
  changedAt: millis,
})
export type PositionRow = z.infer<typeof positionRow>

export const fillRow = z.object({
  /** The execution's root: what all its revisions share. */
  fillId: z.string(),
  execId: z.string(),
  revision: z.number().int(),
  executedAt: millis,
  /** The time as the broker wrote it, with its zone. */
  executedAtText: z.string(),
  conId: z.number().int(),
  symbol: z.string(),
  name: z.string(),
  secType: z.string(),
  side: z.enum(['buy', 'sell']),
  quantity: decimalString,
  /** As quoted. */
  price: decimalString,
  priceDecimals: z.number().int(),
  /** Signed cash-like notional in the currency: −d·p·multiplier; null for combos. */
  amount: decimalString.nullable(),
  currency: z.string(),
  commission: decimalString.nullable(),
  commissionCurrency: z.string().nullable(),
  /** The ledger's realized P&L of this fill, in the currency, before commission. */
  realized: decimalString.nullable(),
  exchange: z.string(),
  orderRef: z.string(),
  strategy: z.string(),
  permId: z.number().int(),
  clientId: z.number().int(),
  isPriceProvisional: z.boolean(),
  /** True for what is in no position: a combo’s header, a conversion, what the opening covers. */
  isInformational: z.boolean(),
})
export type FillRow = z.infer<typeof fillRow>

export const orderRow = z.object({
  key: z.string(),
  permId: z.number().int(),
  clientId: z.number().int().nullable(),
  orderId: z.number().int().nullable(),
  conId: z.number().int().nullable(),
  symbol: z.string(),
  name: z.string(),
  side: z.enum(['buy', 'sell']).nullable(),
  quantity: decimalString.nullable(),
  filled: decimalString.nullable(),
  remaining: decimalString.nullable(),
  orderType: z.string().nullable(),
  limitPrice: decimalString.nullable(),
  auxiliaryPrice: decimalString.nullable(),
  averageFillPrice: decimalString.nullable(),
  priceDecimals: z.number().int(),
  timeInForce: z.string().nullable(),
  status: z.string(),
  reason: z.string().nullable(),
  orderRef: z.string(),
  strategy: z.string(),
  firstSeenAt: millis,
  updatedAt: millis,
})
export type OrderRow = z.infer<typeof orderRow>

/** What the broker says of the whole account, in the base currency; null is not known. */
export const accountView = z.object({
  baseCurrency: z.string().nullable(),
  netLiquidation: decimalString.nullable(),
  unrealized: decimalString.nullable(),
  realized: decimalString.nullable(),
  /**
   * Since the reset of the portfolio window of TWS (`reqPnL`), which need not be where the day of
   * the ledger begins: see `worth.daily` for the ledger’s own.
   */
  daily: decimalString.nullable(),
  at: millis.nullable(),
  /** What the ledger's positions come to; null while no account is known. */
  worth: worthView.nullable(),
})
export type AccountView = z.infer<typeof accountView>

/** How far the book of an account has come. */
export const bookView = z.object({
  account: z.string(),
  /**
   * `awaiting`: the broker's holdings have not been seen yet; `proposed`: the opening position is
   * booked and waits for one confirmation; `confirmed`; `undone`: the trader took it back.
   */
  opening: z.enum(['awaiting', 'proposed', 'confirmed', 'undone']),
  openingPositions: z.number().int(),
  openingAt: millis.nullable(),
  /** Opening positions whose cost could not be derived from the broker's. */
  openingUnknownCosts: z.number().int(),
  fills: z.number().int(),
  orphanCommissions: z.number().int(),
})
export type BookView = z.infer<typeof bookView>

export const notice = z.object({
  id: z.number().int(),
  at: millis,
  severity: z.enum(['info', 'warning', 'error']),
  message: z.string(),
  /** What the trader can do; null when nothing is needed. */
  remedy: z.string().nullable(),
})
export type Notice = z.infer<typeof notice>

export const statusView = z.object({
  now: millis,
  /** Events read from the broker and not yet committed. */
  queueDepth: z.number().int(),
  queueLimit: z.number().int(),
  ledger: z
    .object({
      path: z.string(),
      sizeBytes: z.number().int(),
      writeAheadLogBytes: z.number().int(),
      lastBackupAt: millis.nullable(),
      /** Null while every commit succeeds; else what stands in the way and what to do. */
      problem: z.string().nullable(),
    })
    .nullable(),
  notices: z.array(notice),
})
export type StatusView = z.infer<typeof statusView>

/** How the core is doing, for whoever watches over it. */
export const healthView = z.object({
  /** `failing`: the ledger of an account cannot be opened or written. */
  status: z.enum(['serving', 'failing']),
  version: z.string(),
  /** Since the core was started. */
  uptimeMs: z.number(),
  link: linkView.shape.state,
  ledgers: z.array(
    z.object({
      account: z.string(),
      /** `opening` and `failing` ledgers are tried again by themselves. */
      state: z.enum(['opening', 'open', 'failing']),
      /** What stands in the way and what to do; null when nothing does. */
      problem: z.string().nullable(),
      /** Events read from the broker and not yet committed. */
      queueDepth: z.number().int(),
    }),
  ),
  /** The longest the core kept everybody waiting in the last five seconds. */
  eventLoopLagMs: z.number(),
})
export type HealthView = z.infer<typeof healthView>
