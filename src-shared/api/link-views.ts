import { z } from 'zod'
import { overridden } from './settings-views.ts'
import { linkView } from './views.ts'

const problem = z.object({
  code: z.number().int().nullable(),
  message: z.string(),
  remedy: z.string(),
})

/** What a look at one port has found. */
export const listening = z.object({
  host: z.string(),
  port: z.number().int(),
  /** The program that uses the port unless somebody changed it; null for any other port. */
  kind: z.enum(['TWS', 'IB Gateway']).nullable(),
  /** What the usual use of the port suggests, or what the open session there has shown. */
  realm: z.enum(['SIMULATED', 'PAPER', 'LIVE', 'UNKNOWN']),
  state: z.enum(['open', 'closed', 'unreachable']),
  /** Null when what listens has said nothing that tells. */
  speaksIb: z.boolean().nullable(),
  serverVersion: z.number().int().nullable(),
  /** What stands in the way and what to do; null when a session can be opened there. */
  problem: problem.nullable(),
})

/** What happened to the link, or what the broker said of it. */
export const linkEvent = z.object({
  id: z.number().int(),
  /** Milliseconds since 1970 UTC. */
  at: z.number().int(),
  /** The state the link came into; null for a message that left it as it was. */
  state: linkView.shape.state.nullable(),
  host: z.string(),
  port: z.number().int(),
  /** IB's code where there is one. */
  code: z.number().int().nullable(),
  message: z.string().nullable(),
  remedy: z.string().nullable(),
})
export type LinkEvent = z.infer<typeof linkEvent>

/** Judged in full by the core, which answers in sentences. */
export const linkChoice = z.object({
  host: z.string(),
  /** Null searches the usual ports. */
  port: z.number().nullable(),
  clientId: z.number(),
})

export const linkConfigured = z.object({ link: linkView, overridden: z.array(overridden) })
