import type { Clock } from '#ports/clock.ts'
import type { JobView } from '#shared/api/jobs.ts'
import { JOB_NAMES, type JobName, type JobOutcome } from '#shared/job.ts'
import type { RunReason } from '#shared/run.ts'
import type { UtcMillis } from '#shared/time.ts'

/** What came of one run. */
export type Verdict = { readonly outcome: JobOutcome; readonly why: string | null }

export const DONE: Verdict = { outcome: 'done', why: null }
/** Said by a job whose run comes to nothing though nothing went wrong, in a sentence. */
export const skipped = (why: string): Verdict => ({ outcome: 'skipped', why })
/** Said by a job that failed without throwing, in a sentence. */
export const failed = (why: string): Verdict => ({ outcome: 'failed', why })

/** One run under way. */
export type Running = { readonly end: (verdict: Verdict) => void }

/** What a job is. */
export type Work = {
  /** Why it cannot be run now, in a sentence that says what to do; null when it can. */
  readonly obstacle: () => string | null
  /** What the timer, and whoever asks, sets going: it takes down its own runs, and never throws. */
  readonly work: (reason: RunReason) => Promise<void>
}

type Run = NonNullable<JobView['last']>
type Begun = { readonly at: UtcMillis; readonly since: number; readonly reason: RunReason }

type Timer = {
  readonly everyMs: number
  /** By the steady clock. */
  dueAt: number
  readonly stop: () => void
}

type Job = {
  does: Work
  timer: Timer | null
  readonly running: Set<Begun>
  last: Run | null
  lastFailure: Run | null
  successes: number
  failures: number
}

/**
 * Everything the core does by itself, and what came of it since the program was started. Timers are
 * kept here, so that what is due next is known; whatever a run comes to, its timer goes on.
 */
export class Jobs {
  readonly #clock: Clock
  readonly #changed: () => void
  readonly #jobs = new Map<JobName, Job>()

  /** @param changed called whenever a job begins, ends, or is due at another time. */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock
    this.#changed = changed
    for (const name of JOB_NAMES) this.#jobs.set(name, unrun())
  }

  /** Says what a job does when its timer rings or somebody asks. */
  define(name: JobName, does: Work): void {
    this.#job(name).does = does
  }

  /**
   * How often a job runs by itself from now on; 0: not any more. A timer of the same period goes
   * on as it is.
   */
  every(name: JobName, everyMs: number): void {
    const job = this.#job(name)
    if ((job.timer?.everyMs ?? 0) === everyMs) return
    job.timer?.stop()
    job.timer = everyMs === 0 ? null : this.#timer(name, everyMs)
    this.#changed()
  }

  #timer(name: JobName, everyMs: number): Timer {
    const { monotonic, every } = this.#clock
    const timer: Timer = {
      everyMs,
      dueAt: monotonic() + everyMs,
      stop: every(everyMs, () => {
        timer.dueAt = monotonic() + everyMs
        this.#ring(name)
      }),
    }
    return timer
  }

  #ring(name: JobName): void {
    const { does } = this.#job(name)
    const obstacle = does.obstacle()
    if (obstacle === null) void does.work('timer')
    else this.begin(name, 'timer').end(skipped(obstacle))
  }

  /** Ends every timer. */
  stop(): void {
    for (const name of JOB_NAMES) this.every(name, 0)
  }

  /**
   * Sets a job going now; answers how it stands once its runs have ended.
   * @throws {Error} in a sentence, when it cannot be run now.
   */
  async ask(name: JobName): Promise<JobView> {
    const { does } = this.#job(name)
    const obstacle = does.obstacle()
    if (obstacle !== null) throw new Error(obstacle)
    await does.work('demand')
    return this.view(name)
  }

  /** Takes down one run from its beginning to its end, and what it threw, which is thrown on. */
  async run<Value>(
    of: { readonly name: JobName; readonly reason: RunReason },
    work: () => Promise<Value>,
    verdictOf: (value: Value) => Verdict = () => DONE,
  ): Promise<Value> {
    const running = this.begin(of.name, of.reason)
    try {
      const value = await work()
      running.end(verdictOf(value))
      return value
    } catch (error) {
      running.end(failed(error instanceof Error ? error.message : String(error)))
      throw error
    }
  }

  /** The same for what ends somewhere else; only the first end counts. */
  begin(name: JobName, reason: RunReason): Running {
    const job = this.#job(name)
    const begun = { at: this.#clock.now(), since: this.#clock.monotonic(), reason }
    job.running.add(begun)
    this.#changed()
    return {
      end: (verdict) => {
        if (!job.running.delete(begun)) return
        this.#keep(job, begun, verdict)
      },
    }
  }

  #keep(job: Job, { at, since, reason }: Begun, verdict: Verdict): void {
    const durationMs = Math.round(this.#clock.monotonic() - since)
    const run: Run = { startedAt: at, durationMs, reason, ...verdict }
    job.last = run
    if (verdict.outcome === 'done') job.successes += 1
    if (verdict.outcome === 'failed') {
      job.failures += 1
      job.lastFailure = run
    }
    this.#changed()
  }

  view(name: JobName): JobView {
    const { timer, running, last, lastFailure, successes, failures } = this.#job(name)
    const [first] = running
    const dueInMs = timer === null ? null : Math.max(0, timer.dueAt - this.#clock.monotonic())
    return {
      name,
      runningSince: first?.at ?? null,
      everyMs: timer?.everyMs ?? null,
      nextAt: dueInMs === null ? null : Math.round(this.#clock.now() + dueInMs),
      ...{ last, lastFailure, successes, failures },
    }
  }

  /** Every job, as it stands. */
  views(): JobView[] {
    return JOB_NAMES.map((name) => this.view(name))
  }

  #job(name: JobName): Job {
    const job = this.#jobs.get(name) ?? unrun()
    this.#jobs.set(name, job)
    return job
  }
}

const unrun = (): Job => ({
  does: { obstacle: () => null, work: () => Promise.resolve() },
  timer: null,
  running: new Set(),
  last: null,
  lastFailure: null,
  successes: 0,
  failures: 0,
})

/**
 * Does the same for each of several, one after the other; what fails for one is done for the
 * others. @throws {Error} with what went wrong for each.
 */
export async function forEach<Of>(
  all: readonly Of[],
  work: (one: Of) => Promise<void>,
): Promise<void> {
  const problems = new Set<string>()
  for (const one of all) {
    try {
      await work(one)
    } catch (error) {
      problems.add(error instanceof Error ? error.message : String(error))
    }
  }
  if (problems.size > 0) throw new Error([...problems].join(' '))
}
