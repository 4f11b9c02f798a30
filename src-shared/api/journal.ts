import { z } from 'zod'
import { millis } from './decimal.ts'
import { query } from './procedure.ts'

const journalEntry = z.object({
  /** 1, 2, 3 …: without gaps. */
  seq: z.number().int(),
  at: millis,
  author: z.string(),
  command: z.string(),
  outcome: z.string(),
  detail: z.string(),
})
export type JournalEntryView = z.infer<typeof journalEntry>

/** What was commanded, by whom, and what came of it. */
export const journal = {
  list: query({
    path: '/api/journal',
    tag: 'journal',
    summary: 'A page of the journal, newest first: who commanded what, and what came of it',
  })
    .input(
      z.object({
        account: z.string().min(1).optional(),
        limit: z.number().int().min(1).max(1_000).default(100),
        before: z
          .number()
          .int()
          .min(1)
          .optional()
          .describe('Only entries before the one with this `seq`'),
      }),
    )
    .output(z.array(journalEntry)),
}
