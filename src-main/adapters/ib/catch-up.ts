import type { Log } from '#ports/log.ts'
import type { Result } from '#shared/result.ts'
import type { RequestFailure } from './requests.ts'

/** One thing asked for on connect, by the name the screen may show when it does not answer. */
export type Question = {
  readonly name: string
  readonly ask: () => Promise<Result<unknown, RequestFailure>>
  /** A read-only API refuses it for good: nothing is missing then. */
  readonly mayBeRefused: boolean
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

async function isAnswered(question: Question, log: Log): Promise<boolean> {
  const { name, ask, mayBeRefused } = question
  const first = await ask()
  const isOver = first.ok || first.error.kind !== 'timeout'
  if (!isOver) log.warn('TWS did not answer in time and is asked again', { question: name })
  const last = isOver ? first : await ask()
  if (last.ok) return true
  if (last.error.kind !== 'refused') return false
  // Asking again would not change a refusal.
  if (!mayBeRefused) log.error('TWS refused a question', { question: name, code: last.error.code })
  return mayBeRefused
}
