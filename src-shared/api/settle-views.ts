import { z } from 'zod'
import { CAUSES } from '../break.ts'
import { BOOKED_CLASSES, CASH_CLASSES } from '../cash.ts'
import { decimalString, millis } from './decimal.ts'
import { effectView } from './effect-view.ts'
import { strategyName } from './strategy-name.ts'

const strategy = strategyName
const price = decimalString
  .nullable()
  .default(null)
  .describe('As quoted; null: the one that makes the average meet the broker’s')
const whole = z.number().int().min(1).max(1_000_000)

/** The state of an order, by its status, whose missing executions an entry stands for. */
const order = z.object({
  permId: z.number().int().min(1),
  filled: decimalString.describe('Units of the order filled, above zero'),
  averagePrice: decimalString.describe('As quoted, without commission'),
})

/** How a break is to be settled. */
export const settlement = z.discriminatedUnion('how', [
  z.object({ how: z.literal('fetch executions') }),
  z.object({ how: z.literal('stand in'), order, strategy }),
  z.object({
    how: z.literal('book cash'),
    class: z.enum(BOOKED_CLASSES),
    strategy: strategy.nullable().default(null).describe('null: nobody’s, which is UNALLOCATED’s'),
    conId: z
      .number()
      .int()
      .nullable()
      .default(null)
      .describe('What it comes from: a dividend goes to those who held it, by their quantity'),
    heldAt: millis
      .nullable()
      .default(null)
      .describe('When the right to a dividend arose: the beginning of its ex-date; null: now'),
    evidence: z.string().trim().min(1).max(1_000),
  }),
  z.object({
    how: z.literal('deliver'),
    kind: z.enum(['assignment', 'exercise']),
    premium: z.enum(['realized', 'in cost']).default('realized'),
  }),
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
    before: millis
      .nullable()
      .default(null)
      .describe('It happened just before what was executed then; null: after all of it'),
  }),
  z.object({ how: z.literal('expire'), price: decimalString }),
  z.object({
    how: z.literal('take back'),
    command: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .describe('Of the settlement, as the history names it'),
  }),
  z.object({ how: z.literal('acknowledge'), note: z.string().trim().min(1).max(1_000) }),
])
export type SettlementInput = z.output<typeof settlement>

/** What can be done about a break: a settlement of it, or a move between strategies. */
const proposal = z.union([
  settlement,
  z.object({
    how: z.literal('transfer'),
    conId: z.number().int(),
    from: z.string(),
    to: z.string(),
    quantity: decimalString,
  }),
])

/** What may lie behind a break, and why that is believed. */
export const causeView = z.object({
  cause: z.enum(CAUSES),
  /** `certain`: the broker says so; `likely`: hardly anything else fits; `possible`. */
  certainty: z.enum(['certain', 'likely', 'possible']),
  sentence: z.string(),
  facts: z.array(z.object({ name: z.string(), value: z.string() })),
  /** Best first; empty where only waiting helps, or settling another break. */
  proposals: z.array(proposal),
})
export type CauseView = z.infer<typeof causeView>

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

/** What a settlement comes to for one break: before it is written, and after. */
export const settleOutcome = z.object({
  breakId: z.string(),
  /** Why it is not settled, and what to do; null when it is. */
  refusal: z.string().nullable(),
  /** True: refused because either side moved since it was shown; another preview shows how. */
  isStale: z.boolean(),
  /** Names what was written, for an undo; null for a preview, a note and a refusal. */
  command: z.string().nullable(),
  entries: z.number().int(),
  /** What it books as cash, by whom it belongs to. */
  cash: z.array(
    z.object({
      strategy: z.string(),
      class: z.enum(CASH_CLASSES),
      currency: z.string(),
      amount: decimalString,
    }),
  ),
  effects: z.array(effectView),
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
  /** Nothing of it stands: it was taken back. */
  isUndone: z.boolean(),
  /** Executions that turned up since and took the place of some of it; none once it came back. */
  supersededBy: z.array(z.string()),
  /** Nothing of it stands: they took the place of all of it. */
  isSuperseded: z.boolean(),
})
export type SettlementView = z.infer<typeof settlementView>
