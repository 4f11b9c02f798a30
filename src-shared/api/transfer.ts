import { z } from 'zod'
import { decimalString } from './decimal.ts'
import { effectView } from './effect-view.ts'
import { command } from './procedure.ts'
import { strategyName } from './strategy-name.ts'

const transfer = z.object({
  account: z.string().min(1).optional(),
  conId: z.number().int(),
  from: strategyName,
  to: strategyName,
  quantity: decimalString.describe('Signed like what the giver holds, and not more'),
})

/** What a transfer comes to. */
const transferred = z.object({
  effects: z.array(effectView),
  /** What the trader should know, in sentences. */
  says: z.array(z.string()),
})

export const transferPreview = command({
  path: '/api/positions/transfer/preview',
  tag: 'positions',
  summary: 'What moving a holding to another strategy at its cost would change; writes nothing',
})
  .input(transfer)
  .output(transferred)

export const transferNow = command({
  path: '/api/positions/transfer',
  tag: 'positions',
  summary:
    'Moves a holding to another strategy at its cost: the giver realizes nothing; taken back by ' +
    'reconcile.undo',
})
  .input(transfer.extend({ reason: z.string().trim().max(1_000).default('') }))
  .output(transferred.extend({ command: z.string().describe('Names it, for an undo') }))
