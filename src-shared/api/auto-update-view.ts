import { z } from 'zod'
import { decimalString, millis } from './decimal.ts'

/** What settles by itself, and what it did with the breaks of the last run, or would have done. */
export const autoUpdateView = z.object({
  isOn: z.boolean(),
  secTypes: z.array(z.string()),
  /** Units, and money in the base currency. */
  quantityMax: decimalString,
  notionalMax: decimalString,
  /** Null before the first run. */
  lastRun: z
    .object({
      at: millis,
      /** False: a dry run, in which nothing was settled. */
      isOn: z.boolean(),
      sentence: z.string(),
      /** Why it turned itself off; null: it did not. */
      stops: z.string().nullable(),
      actions: z.array(
        z.object({
          breakId: z.string(),
          symbol: z.string(),
          difference: decimalString.nullable(),
          isSettled: z.boolean(),
          why: z.string(),
        }),
      ),
    })
    .nullable(),
})
export type AutoUpdateView = z.infer<typeof autoUpdateView>
