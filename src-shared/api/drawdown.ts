import { z } from 'zod'
import { decimalString, millis } from './decimal.ts'
import { command, query } from './procedure.ts'

const ofAccount = z.object({ account: z.string().min(1).optional() })

/** A limit of a gauge and how near it is; amounts in the base currency. */
const gaugeLimit = z.object({
  measure: z.enum(['percent', 'money']),
  /** Percent or money, as measured; null: no such mark. */
  warning: decimalString.nullable(),
  breach: decimalString.nullable(),
  /** What was told last: a mark once reached is left only beyond the hysteresis. */
  level: z.enum(['normal', 'warning', 'breach']),
  /** How much more may be lost until the mark is reached; null: not known, or no such mark. */
  leftToWarning: decimalString.nullable(),
  leftToBreach: decimalString.nullable(),
})
export type GaugeLimit = z.infer<typeof gaugeLimit>

/** The drawdown of one period; amounts in the base currency, null is unknown. */
const gaugeView = z.object({
  period: z.enum(['total', 'weekly', 'daily']),
  from: millis.nullable(),
  until: millis.nullable(),
  /** The fall from the peak, 0 to 100; of a strategy null until it was given capital. */
  percent: decimalString.nullable(),
  worstPercent: decimalString.nullable(),
  /** P&L lost since it was highest in the period: never negative. */
  money: decimalString.nullable(),
  /** P&L since the period opened. */
  pnl: decimalString.nullable(),
  opening: decimalString.nullable(),
  peak: decimalString.nullable(),
  peakAt: millis.nullable(),
  isTotalLoss: z.boolean(),
  /** True while a change of cash is not booked: it may be a flow that looks like a loss. */
  isProvisional: z.boolean(),
  limits: z.array(gaugeLimit),
})
export type GaugeView = z.infer<typeof gaugeView>

const scopeView = z.object({
  /** `account`, or `strategy:` and its name: what `reset` is told. */
  scope: z.string(),
  /** The account's id, or the strategy's name. */
  name: z.string(),
  /** Whose word the equity is: of the account the broker's while the link is good. */
  source: z.enum(['broker', 'ledger']),
  equity: decimalString.nullable(),
  /** When the equity was last another one. */
  at: millis.nullable(),
  gauges: z.array(gaugeView),
})
export type ScopeView = z.infer<typeof scopeView>

const drawdownState = z.object({
  baseCurrency: z.string().nullable(),
  /** The account, strategies by name, UNATTRIBUTED; none until an equity was seen. */
  scopes: z.array(scopeView),
})
export type DrawdownStateView = z.infer<typeof drawdownState>

export const drawdown = {
  state: query({
    path: '/api/drawdown',
    tag: 'drawdown',
    summary: 'Drawdown of the account and of every strategy, and how near each limit is',
  })
    .input(ofAccount)
    .output(drawdownState),
  reset: command({
    path: '/api/drawdown/reset',
    tag: 'drawdown',
    summary: 'Starts the total drawdown of a scope over at what there is now',
  })
    .input(ofAccount.extend({ scope: z.string().min(1).default('account') }))
    .output(drawdownState),
}
