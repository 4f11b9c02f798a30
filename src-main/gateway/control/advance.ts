import type { Desk } from '../desk.ts'

/** Tasks between two turns of the event loop. */
const TASKS_PER_TURN = 200
/** Moments of simulated time between two turns of the event loop. */
const ROUNDS_PER_TURN = 10
/** How long to wait for a slow reader before looking again, in real milliseconds. */
const READER_MS = 2

export type AdvanceParts = {
  readonly desk: Desk
  readonly skip: ((simulatedMs: number) => void) | null
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Lets sockets take and clients read what was told. */
async function breathe({ sessions }: Desk): Promise<void> {
  await turn()
  while (sessions.open().some((session) => session.isCongested())) await rest(READER_MS)
}

/**
 * Moves the clock from task to task, so that whoever asks meanwhile sees the time of what happens.
 * One advance waits for the one before.
 */
export function createAdvance({
  desk,
  skip,
}: AdvanceParts): (simulatedMs: number) => Promise<void> | null {
  const { timeline } = desk
  let last: Promise<void> = Promise.resolve()
  const advance = async (simulatedMs: number, move: (ms: number) => void): Promise<void> => {
    const end = timeline.now() + simulatedMs
    for (let round = 0; ; round += 1) {
      const left = end - timeline.now()
      const next = Math.min(left, timeline.nextDue() - timeline.now())
      if (next > 0) move(next)
      const isLeft = timeline.runDue(TASKS_PER_TURN)
      if (!isLeft && timeline.now() >= end) break
      if (isLeft || round % ROUNDS_PER_TURN === 0) await breathe(desk)
    }
    timeline.moved()
    await breathe(desk)
  }
  return (simulatedMs) => {
    if (skip === null) return null
    last = last.then(() => advance(simulatedMs, skip))
    return last
  }
}
