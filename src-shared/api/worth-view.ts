import { z } from 'zod'
import { decimalString, millis } from './decimal.ts'

/** One amount a sum leaves out, and what of it is not known. */
const exclusionView = z.object({
  reason: z.enum(['price', 'rate', 'magnifier', 'cost', 'commission', 'opening-value']),
  strategy: z.string().nullable(),
  conId: z.number().int().nullable(),
  symbol: z.string().nullable(),
  currency: z.string(),
})

/** A sum in the base currency; null when no part of it is known. */
const totalView = z.object({
  amount: decimalString.nullable(),
  /** What the amount leaves out, by name. */
  excluded: z.array(exclusionView),
})

/** What the positions come to in the base currency; futures count by their notional. */
export const worthView = z.object({
  /** Longs less shorts. */
  marketValue: totalView,
  /** Longs and shorts added up. */
  gross: totalView,
  /** Before commission. */
  unrealized: totalView,
  /** Since the book was opened, before commission. */
  realized: totalView,
  /**
   * Since the day began, before commission, at today's rates: what was held then at other prices,
   * and what was traded since.
   */
  daily: totalView,
  /** When the values were taken that it is measured from; null while there are none. */
  dailySince: millis.nullable(),
  /** Longs less shorts in percent of the broker's net liquidation value. */
  netPercent: decimalString.nullable(),
  grossPercent: decimalString.nullable(),
})
export type WorthView = z.infer<typeof worthView>
