import { z } from 'zod'
import { TIMEFRAMES } from '../timeframe.ts'
import { decimalString, millis } from './decimal.ts'
import { command, query } from './procedure.ts'

/** The account as a whole, in the words scripts of portfolios use. Null is unknown, never zero. */

const ofAccount = z.object({ account: z.string().min(1).optional() })

/** One instrument, all strategies together, in its own currency. */
const heldInstrument = z.object({
  ticker: z.string(),
  con_id: z.number().int(),
  currency: z.string(),
  shares: decimalString,
  /** What the shares cost, without commission; null while a part of it is not known. */
  cost_basis: decimalString.nullable(),
  /** Market value; of a future its notional. */
  current_value: decimalString.nullable(),
  price_per_share: decimalString.nullable(),
  price_at: millis.nullable(),
  unrealized_gain_loss: decimalString.nullable(),
  /** In percent of the cost basis. */
  unrealized_gain_loss_percent: decimalString.nullable(),
  /** Since the day began, before commission; null while a part of it is not known. */
  daily_gain_loss: decimalString.nullable(),
  /** In the base currency, at the rate the broker told. */
  current_value_base: decimalString.nullable(),
})

const portfolioView = z.object({
  account: z.string(),
  base_currency: z.string().nullable(),
  /** The broker's net liquidation value. */
  total_value: decimalString.nullable(),
  /** Market value of what is held, futures left out: their P&L is in the cash. */
  investment_value: decimalString.nullable(),
  /** How many holdings the investment value leaves out, for want of a price or a rate. */
  investment_excluded: z.number().int(),
  /** The broker's total cash in the base currency. */
  cash_balance: decimalString.nullable(),
  positions: z.array(heldInstrument),
  /** True when every price is younger than five minutes. */
  price_fresh: z.boolean(),
  /** When the broker last told of the account. */
  as_of: millis.nullable(),
})
export type PortfolioView = z.infer<typeof portfolioView>

const performanceView = z.object({
  timeframe: z.enum(TIMEFRAMES),
  base_currency: z.string().nullable(),
  /** False when no snapshot lies in the timeframe: then nothing else is known. */
  data_available: z.boolean(),
  data_points: z.array(
    z.object({
      /** When it was worth this: the last snapshot of its bucket. */
      timestamp: millis,
      value: decimalString,
      /** Since the timeframe began. */
      return_percent: decimalString.nullable(),
      /** The fall from the highest return of the timeframe, 0 to 100. */
      drawdown_percent: decimalString.nullable(),
      /** True when nothing was taken down in the bucket before: no line is drawn over it. */
      is_after_gap: z.boolean(),
    }),
  ),
  /** Deposits and withdrawals in the timeframe, which neither gain nor lose. */
  flows: z.array(
    z.object({
      /** Where it counts: just before the value moved with it. */
      timestamp: millis,
      booked_at: millis,
      class: z.enum(['deposit', 'withdrawal']),
      currency: z.string(),
      amount: decimalString,
      amount_base: decimalString,
      /** When the rate was so: the last known until then; null for the base currency. */
      rate_at: millis.nullable(),
      /** True when no rate from then or before is known, so that today's is used. */
      is_at_todays_rate: z.boolean(),
    }),
  ),
  /** The last value before the timeframe began, else the first in it. */
  start_value: decimalString.nullable(),
  current_value: decimalString.nullable(),
  /** Without the flows. */
  profit_loss: decimalString.nullable(),
  /** Time-weighted. */
  profit_loss_percent: decimalString.nullable(),
})
export type PerformanceView = z.infer<typeof performanceView>

const drawdownView = z.object({
  period: z.enum(['total', 'weekly', 'daily']),
  /** Where the period began, and where the next begins. */
  from: millis.nullable(),
  until: millis.nullable(),
  /** The fall from the peak, 0 to 100. */
  percent: decimalString.nullable(),
  worst_percent: decimalString.nullable(),
  /** P&L lost since it was highest in the period: never negative. */
  money: decimalString.nullable(),
  opening: decimalString.nullable(),
  peak: decimalString.nullable(),
  peak_at: millis.nullable(),
})

const stateView = z.object({
  account: z.string(),
  base_currency: z.string().nullable(),
  /** When the broker last told of the account. */
  timestamp: millis.nullable(),
  /** The broker's net liquidation value. */
  equity: decimalString.nullable(),
  available_funds: decimalString.nullable(),
  /** The broker's total cash in each currency. */
  cash: z.array(z.object({ currency: z.string(), amount: decimalString })),
  positions: z.array(heldInstrument),
  /** What all positions made since the day began, before commission, in the base currency. */
  daily: z.object({
    gain_loss: decimalString.nullable(),
    /** How many positions that leaves out, for want of a price now or when the day began. */
    excluded: z.number().int(),
    /** When the values were taken that it is measured from; null: there are none yet. */
    since: millis.nullable(),
  }),
  exposure: z.object({
    gross_percent: decimalString.nullable(),
    net_percent: decimalString.nullable(),
  }),
  /** None until the equity has been seen once. */
  drawdowns: z.array(drawdownView),
})
export type StateView = z.infer<typeof stateView>

const snapshotView = z.object({
  at: millis,
  base_currency: z.string(),
  total_value: decimalString,
  cash_balance: decimalString.nullable(),
  investment_value: decimalString.nullable(),
})

/** Why a value changed; the parts add up to the change. In the base currency. */
const explanationView = z.object({
  /** Whose equity; null: the account's value. */
  strategy: z.string().nullable(),
  base_currency: z.string(),
  /** When the two values were taken: the last snapshots before what was asked for. */
  from: millis,
  to: millis,
  /** Net liquidation value, less what was due and not paid; of a strategy its equity. */
  opening_nav: decimalString,
  price: decimalString,
  fx: decimalString,
  trading: decimalString,
  commission: decimalString,
  income_and_fees: decimalString,
  flows: decimalString,
  unexplained: decimalString,
  closing_nav: decimalString,
  change: decimalString,
  /** What could not be counted, in sentences; it is part of what is unexplained. */
  excluded: z.array(z.string()),
})
export type ExplanationView = z.infer<typeof explanationView>

export const portfolio = {
  current: query({
    path: '/api/portfolio/current',
    tag: 'portfolio',
    summary: 'What the account is worth and holds, one row for each instrument',
  })
    .input(ofAccount)
    .output(portfolioView),
  performance: query({
    path: '/api/portfolio/performance',
    tag: 'portfolio',
    summary:
      'What the account was worth over a timeframe and what that returned, time-weighted: ' +
      'deposits and withdrawals that are booked neither gain nor lose',
  })
    .input(ofAccount.extend({ timeframe: z.enum(TIMEFRAMES).default('1D') }))
    .output(performanceView),
  state: query({
    path: '/api/portfolio/state',
    tag: 'portfolio',
    summary: 'Equity, cash, exposure, positions and drawdown as last told',
  })
    .input(ofAccount)
    .output(stateView),
  snapshot: command({
    path: '/api/portfolio/snapshot',
    tag: 'portfolio',
    summary: 'Takes down now what the account is worth; needs the link to the broker',
  })
    .input(ofAccount)
    .output(snapshotView),
  explain: query({
    path: '/api/portfolio/explain',
    tag: 'portfolio',
    summary:
      'Why the value of the account, or the equity of a strategy, changed between two instants: ' +
      'price, FX, trading, commission, …',
  })
    .input(
      ofAccount.extend({
        from: millis.optional().describe('Milliseconds since 1970 UTC; without it: a day ago'),
        to: millis.optional().describe('The same; without it: now'),
        strategy: z
          .string()
          .trim()
          .min(1)
          .max(200)
          .optional()
          .describe('A strategy, UNATTRIBUTED or UNALLOCATED; without it: the account'),
      }),
    )
    .output(explanationView),
}
