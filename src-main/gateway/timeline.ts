/** What time it is in the simulation: milliseconds since 1970 UTC. */
export type Clock = { readonly now: () => number }

/** Calls a task once, after that many simulated milliseconds; answers how to call it off. */
export type Scheduler = {
  readonly after: (simulatedMs: number, task: () => void) => () => void
}

/**
 * The simulation's own time: tasks run in the order of their times, and each sees exactly the time
 * it was due, however late the machine was. So a seed gives the same day on any machine.
 */
export type Timeline = {
  readonly now: () => number
  readonly at: (time: number, task: () => void) => () => void
  readonly after: (ms: number, task: () => void) => () => void
  /**
   * Does something nobody scheduled, such as a person's command: after everything due, at the
   * clock's time, and before everything that comes later.
   */
  readonly intervene: <Outcome>(task: () => Outcome) => Outcome
  /** When the next task is due; Infinity when there is none. */
  readonly nextDue: () => number
  /** Runs what is due by now, at most so many tasks; whether something due is left. */
  readonly runDue: (most: number) => boolean
  /** The clock was moved: what wakes us is set anew. */
  readonly moved: () => void
  readonly stop: () => void
}

type Due = { readonly time: number; readonly order: number; task: (() => void) | null }

/** Tasks run in one go before the event loop gets its turn. */
const TASKS_PER_TURN = 500

const isBefore = (one: Due, other: Due): boolean =>
  one.time < other.time || (one.time === other.time && one.order < other.order)

export function createTimeline(clock: Clock, scheduler: Scheduler): Timeline {
  const heap: Due[] = []
  let order = 0
  const moment = createMoment()
  // The time of the last intervention: what is late may not happen before it any more.
  let earliest = -Infinity
  let isStopped = false

  const next = (): number => heap[0]?.time ?? Infinity
  const wake = (): void => {
    if (!isStopped) alarm.setFor(next())
  }
  const runDue = (most: number): boolean => {
    const limit = clock.now()
    for (let count = 0; count < most && next() <= limit && !isStopped; count += 1) {
      const due = popRoot(heap)
      if (due !== undefined) moment.run(Math.max(due.time, earliest), () => due.task?.())
    }
    return !isStopped && next() <= limit
  }
  const alarm = createAlarm(clock, scheduler, () => {
    runDue(TASKS_PER_TURN)
    wake()
  })
  const now = (): number => moment.present() ?? clock.now()
  const at = (time: number, task: () => void): (() => void) => {
    const due: Due = { time, order: (order += 1), task }
    push(heap, due)
    if (moment.present() === null) wake()
    return () => {
      due.task = null
    }
  }
  return {
    now,
    at,
    after: (ms, task) => at(now() + ms, task),
    intervene: (task) => {
      // A task that intervenes is already at its place in time.
      if (moment.present() !== null) return task()
      runDue(Infinity)
      earliest = clock.now()
      const outcome = moment.run(earliest, task)
      wake()
      return outcome
    },
    nextDue: next,
    runDue,
    moved: () => {
      alarm.off()
      wake()
    },
    stop: () => {
      isStopped = true
      alarm.off()
      heap.length = 0
    },
  }
}

type Moment = {
  /** The time of what runs now; null when nothing does. */
  readonly present: () => number | null
  readonly run: <Outcome>(time: number, task: () => Outcome) => Outcome
}

function createMoment(): Moment {
  let present: number | null = null
  return {
    present: () => present,
    run: (time, task) => {
      present = time
      try {
        return task()
      } finally {
        present = null
      }
    },
  }
}

type Alarm = { readonly setFor: (time: number) => void; readonly off: () => void }

/** One timer for the earliest task; setting it for a later time than it is set for does nothing. */
function createAlarm(clock: Clock, scheduler: Scheduler, ring: () => void): Alarm {
  let setTime = Infinity
  let cancel: () => void = () => undefined
  return {
    setFor: (time) => {
      if (time >= setTime) return
      cancel()
      setTime = time
      cancel = scheduler.after(Math.max(0, time - clock.now()), () => {
        setTime = Infinity
        ring()
      })
    },
    off: () => {
      cancel()
      setTime = Infinity
    },
  }
}

function push(heap: Due[], due: Due): void {
  let index = heap.push(due) - 1
  while (index > 0) {
    const parentIndex = (index - 1) >> 1
    const parent = heap[parentIndex]
    if (parent === undefined || !isBefore(due, parent)) break
    heap[index] = parent
    index = parentIndex
  }
  heap[index] = due
}

/** Takes the earliest task off the heap. */
function popRoot(heap: Due[]): Due | undefined {
  const root = heap[0]
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return root
  let index = 0
  for (;;) {
    let childIndex = 2 * index + 1
    let child = heap[childIndex]
    const right = heap[childIndex + 1]
    if (child === undefined) break
    if (right !== undefined && isBefore(right, child)) {
      childIndex += 1
      child = right
    }
    if (!isBefore(child, last)) break
    heap[index] = child
    index = childIndex
  }
  heap[index] = last
  return root
}
