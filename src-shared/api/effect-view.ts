import { z } from 'zod'
import { decimalString } from './decimal.ts'

const side = z.object({
  quantity: decimalString,
  /** Per unit in the currency, without commission; null is unknown, or flat. */
  averageCost: decimalString.nullable(),
})

/** What one strategy's holding of one instrument is before something is written, and after. */
export const effectView = z.object({
  strategy: z.string(),
  conId: z.number().int(),
  symbol: z.string(),
  before: side,
  after: side,
  /** What the realized P&L changes by, in the currency; null is not known. */
  realized: decimalString.nullable(),
})
export type EffectView = z.infer<typeof effectView>
