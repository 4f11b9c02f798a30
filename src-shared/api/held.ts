import { z } from 'zod'
import { decimalString } from './decimal.ts'

/** What is said of one strategy's holding, of now or of the past; amounts in its currency. */
export const held = {
  /** `<strategy>|<conId>`: unique within the account. */
  key: z.string(),
  strategy: z.string(),
  conId: z.number().int(),
  symbol: z.string(),
  /** What tells contracts of one symbol apart, such as `AAPL 20261218 C 200`. */
  name: z.string(),
  secType: z.string(),
  currency: z.string(),
  multiplier: decimalString,
  /** Decimals to show prices with, from the instrument's tick. */
  priceDecimals: z.number().int(),
  quantity: decimalString,
  /** Cost per unit, without commission; null when flat or unknown. */
  averageCost: decimalString.nullable(),
  /** Realized P&L, before commission; null when a cost closed was unknown. */
  realized: decimalString.nullable(),
  /** What was charged, per currency. */
  commissions: z.array(z.object({ currency: z.string(), amount: decimalString })),
  /** Commission reports that are, or were then, still awaited. */
  commissionsPending: z.number().int(),
}
