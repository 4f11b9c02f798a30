import type { Clock } from '#ports/clock.ts'

/** Runs something that stops now and then to the end, giving others their turn at each stop. */
export async function runInTurns<Value>(
  steps: Generator<undefined, Value>,
  clock: Pick<Clock, 'turn'>,
): Promise<Value> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await clock.turn()
  }
}
