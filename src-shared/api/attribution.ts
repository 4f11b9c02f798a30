import { z } from 'zod'
import { millis } from './decimal.ts'
import { effectView } from './effect-view.ts'
import { command, query } from './procedure.ts'
import { strategyName } from './strategy-name.ts'

const account = z.string().min(1).optional()

const choice = {
  account,
  fillIds: z.array(z.string().min(1)).min(1).max(1_000).optional().describe('These fills'),
  orderRef: z
    .string()
    .min(1, 'it is empty: give fills without an orderRef by their fillIds')
    .max(500)
    .optional()
    .describe('Every fill that carries it, whatever the instrument'),
  to: strategyName,
}

type Choice = { readonly fillIds?: unknown; readonly orderRef?: unknown }

const isOne = ({ fillIds, orderRef }: Choice): boolean =>
  (fillIds === undefined) !== (orderRef === undefined)
const ONE = { path: ['fillIds'], message: 'give either fillIds or orderRef' }

/** What giving fills to another strategy comes to. */
const given = z.object({
  /** How many fills move. */
  fills: z.number().int(),
  effects: z.array(effectView),
  /** What the trader should know, in sentences. */
  says: z.array(z.string()),
})
const written = given.extend({ command: z.string().describe('Names it, for an undo') })

/** One command that gave fills to another strategy. */
const reattributionView = z.object({
  command: z.string(),
  at: millis,
  author: z.string(),
  reason: z.string(),
  fills: z.number().int(),
  /** How many of them an undo has given back. */
  undone: z.number().int(),
  from: z.array(z.string()),
  to: z.array(z.string()),
  /** The command it takes back; null for others. An undo is not undone. */
  undoes: z.string().nullable(),
})
export type ReattributionView = z.infer<typeof reattributionView>

/** Giving past fills to another strategy; the account as a whole does not change. */
export const attribution = {
  preview: command({
    path: '/api/attribution/preview',
    tag: 'attribution',
    summary: 'What giving fills to another strategy would change; writes nothing',
  })
    .input(z.object(choice).refine(isOne, ONE))
    .output(given),
  apply: command({
    path: '/api/attribution/apply',
    tag: 'attribution',
    summary: 'Gives fills to another strategy, from now on and in all that was folded from them',
  })
    .input(
      z
        .object({
          ...choice,
          reason: z.string().trim().max(1_000).default(''),
          expected: z
            .number()
            .int()
            .optional()
            .describe('How many fills the preview said would move: another number is refused'),
        })
        .refine(isOne, ONE),
    )
    .output(written),
  undo: command({
    path: '/api/attribution/undo',
    tag: 'attribution',
    summary: 'Gives back what one command gave, as far as nobody else was given it since',
  })
    .input(z.object({ account, command: z.string().min(1) }))
    .output(written),
  history: query({
    path: '/api/attribution/history',
    tag: 'attribution',
    summary: 'Every command that gave fills to another strategy, newest first, undone ones too',
  })
    .input(z.object({ account, limit: z.number().int().min(1).max(1_000).default(200) }))
    .output(z.array(reattributionView)),
}
