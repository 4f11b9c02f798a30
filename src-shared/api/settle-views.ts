import { z } from 'zod'
import { EVERY_STRATEGY, UNALLOCATED } from '../ids.ts'
import { decimalString, millis } from './decimal.ts'

const strategy = z
  .string()
  .trim()
  .min(1)
  .refine((name) => name !== EVERY_STRATEGY && name !== UNALLOCATED, {
    message: 'is a reserved name: choose a strategy, or UNATTRIBUTED',
  })
const price = decimalString
  .nullable()
  .default(null)
  .describe('As quoted; null: the one that makes the average meet the broker’s')
const whole = z.number().int().min(1).max(1_000_000)

/** How a break is to be settled. */
export const settlement = z.discriminatedUnion('how', [
  z.object({ how: z.literal('assign'), strategy, price }),
  z.object({
    how: z.literal('share out'),
    parts: z
      .array(z.object({ strategy, quantity: decimalString }))
      .min(1)
      .max(100),
    price,
  }),
  z.object({ how: z.literal('keep unattributed') }),
  z.object({ how: z.literal('adopt cost') }),
  z.object({
    how: z.literal('split'),
    to: whole,
    from: whole,
    cashInLieuPrice: decimalString.nullable().default(null),
  }),
  z.object({ how: z.literal('expire'), price: decimalString }),
  z.object({ how: z.literal('acknowledge'), note: z.string().trim().min(1).max(1_000) }),
])
export type SettlementInput = z.output<typeof settlement>

export const settleInput = z.object({
  account: z.string().min(1).optional(),
  breaks: z
    .array(
      z.object({
        breakId: z.string(),
        revision: z.number().int().describe('The one that was shown: another is refused'),
      }),
    )
    .min(1)
    .max(1_000),
  settlement,
  reason: z.string().trim().max(1_000).default(''),
})
export type SettleInput = z.output<typeof settleInput>

const side = z.object({
  quantity: decimalString,
  /** Per unit in the currency, without commission; null is unknown, or flat. */
  averageCost: decimalString.nullable(),
})

/** What a settlement comes to for one break: before it is written, and after. */
export const settleOutcome = z.object({
  breakId: z.string(),
  /** Why it is not settled, and what to do; null when it is. */
  refusal: z.string().nullable(),
  /** Names what was written, for an undo; null for a preview, a note and a refusal. */
  command: z.string().nullable(),
  entries: z.number().int(),
  effects: z.array(
    z.object({
      strategy: z.string(),
      conId: z.number().int(),
      symbol: z.string(),
      before: side,
      after: side,
      /** What the realized P&L changes by, in the currency; null is not known. */
      realized: decimalString.nullable(),
    }),
  ),
  /** What the trader should know, in sentences. */
  says: z.array(z.string()),
})
export type SettleOutcome = z.infer<typeof settleOutcome>

/** One settlement that was written. */
export const settlementView = z.object({
  command: z.string(),
  breakId: z.string(),
  at: millis,
  author: z.string(),
  reason: z.string(),
  entries: z.number().int(),
  isUndone: z.boolean(),
})
