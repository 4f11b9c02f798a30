import type { ServerResponse } from 'node:http'
import { ORPCError } from '@orpc/server'
import { z } from 'zod'

/** What every answer that is no success carries, whoever refuses. */
export const problem = z.object({
  code: z.string().describe('What is wrong, for programs; it does not change'),
  message: z.string().describe('What is wrong and what to do, in a sentence'),
  field: z.string().optional().describe('The part of the input that is wrong'),
})
export type Problem = z.infer<typeof problem>

/** Why a request is refused before any procedure sees it, and with which status. */
export class Refusal extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(status: number, { code, message, field }: Problem) {
    super(message)
    this.status = status
    this.problem = { code, message, ...(field !== undefined && { field }) }
  }
}

export const badInput = (field: string, message: string): Refusal =>
  new Refusal(400, { code: 'BAD_REQUEST', field, message })

const FAILED: Problem = {
  code: 'INTERNAL_SERVER_ERROR',
  message: 'The program failed to answer; its log says why.',
}

/** What is told of an error: in the words of a refusal, and nothing of what is inside. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (!(error instanceof ORPCError)) return new Refusal(500, FAILED)
  const { status, code, message, cause, data } = error as ORPCError<string, unknown>
  if (cause instanceof Refusal) return cause
  if (code === 'BAD_REQUEST') return inputRefusal(data) ?? new Refusal(400, { code, message })
  return status >= 500 ? new Refusal(500, FAILED) : new Refusal(status, { code, message })
}

const issues = z.object({
  issues: z.array(z.object({ path: z.array(z.unknown()).optional(), message: z.string() })).min(1),
})

/** Names the first field that is wrong. */
function inputRefusal(data: unknown): Refusal | null {
  const [first] = issues.safeParse(data).data?.issues ?? []
  if (first === undefined) return null
  const field = (first.path ?? []).map(String).join('.')
  return badInput(field, `${field === '' ? 'The input' : field} is wrong: ${first.message}.`)
}

/** Writes an answer that is JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}
