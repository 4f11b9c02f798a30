import type { Log } from '#ports/log.ts'
import type { Result } from '#shared/result.ts'
import type { RequestFailure } from './requests.ts'

/** One thing asked for on connect, by the name the screen may show when it does not answer. */
export type Question = {
  readonly name: string
  readonly ask: () => Promise<Result<unknown, RequestFailure>>
}

/**
 * Asks everything at once, each a second time when it did not answer: end markers do fail to come.
 * Returns the names of what stayed without an answer.
 */
export async function catchUp(
  questions: readonly Question[],
  log: Log,
): Promise<readonly string[]> {
  const answers = await Promise.all(questions.map((question) => isAnswered(question, log)))
  return questions.filter((_question, index) => answers[index] === false).map(({ name }) => name)
}

async function isAnswered({ name, ask }: Question, log: Log): Promise<boolean> {
  const first = await ask()
  if (first.ok) return true
  if (first.error.kind === 'timeout') {
    log.warn('TWS did not answer in time and is asked again', { question: name })
    const second = await ask()
    return second.ok || second.error.kind === 'refused'
  }
  // A refusal is an answer: asking again would not change it.
  return first.error.kind === 'refused'
}
