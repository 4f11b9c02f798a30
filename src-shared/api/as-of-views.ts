import { z } from 'zod'
import { decimalString, millis } from './decimal.ts'
import { held } from './held.ts'
import { query } from './procedure.ts'

/** The last millisecond whose nanoseconds the ledger can hold, in the year 2262. */
export const LAST_MOMENT = 9_223_372_036_853

/** What one strategy held of one instrument; amounts are in the instrument's currency. */
const pastPosition = z.object({
  ...held,
  /** From the last snapshot up to the instant (`pricedAt`); null when it has none. */
  price: decimalString.nullable(),
  marketValue: decimalString.nullable(),
  /** Before commission. */
  unrealized: decimalString.nullable(),
  /** When the last fill or entry took effect that it is made of; null for none. */
  changedAt: millis.nullable(),
  quantityNow: decimalString,
  /** What has been added since: now minus then. */
  quantitySince: decimalString,
  realizedSince: decimalString.nullable(),
})
export type PastPosition = z.infer<typeof pastPosition>

const asOfView = z.object({
  account: z.string(),
  at: millis,
  known: z.enum(['then', 'now']),
  /** Fills that had been executed, as far as was known. */
  fills: z.number().int(),
  /** When the snapshot was taken whose prices these are; null when there was none yet. */
  pricedAt: millis.nullable(),
  /** Everything that was ever held by then, and what is held now. */
  positions: z.array(pastPosition),
})
export type AsOfView = z.infer<typeof asOfView>

export const asOf = query({
  path: '/api/book/as-of',
  tag: 'book',
  summary:
    'Every position as it was at a past instant, folded anew from the ledger: as it was known ' +
    'then, or as it is known now',
})
  .input(
    z.object({
      account: z.string().min(1).optional(),
      at: z
        .number()
        .int()
        .min(0)
        .max(LAST_MOMENT)
        .describe('The instant, in milliseconds since 1970 UTC; that millisecond included'),
      known: z
        .enum(['then', 'now'])
        .default('now')
        .describe(
          '`then`: by what had been recorded by that instant, corrections and late reports left ' +
            'out; `now`: by all that is known of it today',
        ),
    }),
  )
  .output(asOfView)
