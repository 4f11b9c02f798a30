import { z } from 'zod'
import { decimalString, millis } from './decimal.ts'
import { command, query } from './procedure.ts'

const ofAccount = z.object({ account: z.string().min(1).optional() })

/**
 * What is at the market's mercy in percent of the broker's net liquidation value, futures by their
 * notional: longs less shorts, and longs and shorts added up. Null while no part is known.
 */
const exposureView = z.object({
  net: decimalString.nullable(),
  gross: decimalString.nullable(),
  /** How many holdings that leaves out, for want of a price or a rate. */
  excluded: z.number().int(),
})

/** One strategy, UNATTRIBUTED or UNALLOCATED; amounts in the base currency, at today's rate. */
const bucketView = z.object({
  strategy: z.string(),
  /** `unallocated`: what no strategy owns, which holds no positions. */
  kind: z.enum(['strategy', 'unallocated']),
  /** Capital given; of UNALLOCATED what all strategies were given, negative. */
  allocated: decimalString,
  /** Opening cash, holdings brought in, deposits and withdrawals. */
  funds: decimalString,
  /** Realized and unrealized P&L before commission. */
  gain: decimalString,
  /** Part of the gain: what was made since the day began; see `dailySince`. */
  daily: decimalString,
  /** How many holdings that leaves out, for want of a price now or when the day began. */
  dailyExcluded: z.number().int(),
  /** Negative is a cost. */
  commission: decimalString,
  /** Dividends, interest, fees, taxes. */
  income: decimalString,
  conversions: decimalString,
  /** The sum of the above. */
  equity: decimalString,
  /** Of the ledger's NAV; null where that is not above zero. */
  navPercent: decimalString.nullable(),
  exposure: exposureView,
  /** What the sum leaves out or takes at cost, and why. */
  excluded: z.array(
    z.object({
      reason: z.enum(['price', 'rate', 'magnifier', 'cost', 'commission', 'opening-value']),
      conId: z.number().int().nullable(),
      symbol: z.string().nullable(),
      currency: z.string(),
    }),
  ),
})

const strategiesView = z.object({
  /** Null until the broker has said which it is; then no equity is known. */
  baseCurrency: z.string().nullable(),
  /** Strategies by name, then UNATTRIBUTED, then UNALLOCATED. */
  buckets: z.array(bucketView),
  /** The sum of all equities. */
  ledgerNav: decimalString.nullable(),
  /** How many parts that leaves out or takes at cost. */
  excluded: z.number().int(),
  /** The broker's net liquidation value, as last told. */
  brokerNav: decimalString.nullable(),
  /** What is due and not paid yet: in the broker's NAV, and in no cash. */
  accrued: decimalString.nullable(),
  /** Broker NAV less accrued less ledger NAV, in cents: shown, never plugged. */
  unexplained: decimalString.nullable(),
  /** Of all positions of the account. */
  exposure: exposureView,
  /** When the values were taken that the day's gain is measured from; null: there are none yet. */
  dailySince: millis.nullable(),
  /** When the broker last told of the account. */
  brokerAt: millis.nullable(),
})
export type StrategiesView = z.infer<typeof strategiesView>

const allocationView = z.object({
  id: z.string(),
  strategy: z.string(),
  baseCurrency: z.string(),
  /** Given is positive, taken back is negative. */
  amount: decimalString,
  at: millis,
  author: z.string(),
  reason: z.string(),
  /** The allocation this one takes back; null for others. */
  undoes: z.string().nullable(),
  isUndone: z.boolean(),
})
export type AllocationView = z.infer<typeof allocationView>

export const strategies = {
  list: query({
    path: '/api/strategies',
    tag: 'strategies',
    summary: 'The equity of every strategy, and how far the ledger is from the broker',
  })
    .input(ofAccount)
    .output(strategiesView),
  allocate: command({
    path: '/api/strategies/allocate',
    tag: 'strategies',
    summary: 'Gives capital to a strategy, or takes it back: no money moves at the broker',
  })
    .input(
      ofAccount.extend({
        strategy: z.string().trim().min(1).max(100),
        amount: decimalString.describe('In the base currency: given is positive, taken negative'),
        reason: z.string().trim().max(500).default(''),
      }),
    )
    .output(allocationView),
  undoAllocation: command({
    path: '/api/strategies/allocations/undo',
    tag: 'strategies',
    summary: 'Takes an allocation back by the opposite entry',
  })
    .input(ofAccount.extend({ id: z.string().min(1) }))
    .output(allocationView),
  allocations: query({
    path: '/api/strategies/allocations',
    tag: 'strategies',
    summary: 'Every allocation of capital, newest first, undone ones too',
  })
    .input(ofAccount)
    .output(z.array(allocationView)),
}
