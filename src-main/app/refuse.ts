import { ORPCError } from '@orpc/server'
import { PROBLEMS } from '#shared/api/procedure.ts'

/** A command refused is an answer, in a sentence, not a crash. */
export function refuse(message: string): never {
  throw new ORPCError('REFUSED', { status: PROBLEMS.REFUSED.status, message })
}

/** Answers what a command answers; one that throws is refused with what it says. */
export async function accepted<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run()
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error))
  }
}
