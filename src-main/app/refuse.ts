import { ORPCError } from '@orpc/server'
import { PROBLEMS } from '#shared/api/procedure.ts'

/** A command refused is an answer, in a sentence, not a crash. */
export function refuse(message: string): never {
  throw new ORPCError('REFUSED', { status: PROBLEMS.REFUSED.status, message })
}
