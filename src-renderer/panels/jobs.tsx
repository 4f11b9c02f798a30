import { useState } from 'react'
import type { JobView } from '#shared/api/jobs.ts'
import { failing, JOBS, jobsInShort, lastRun, nextRun } from '../format/job-words.ts'
import { timeOrDay } from '../format/time.ts'
import { lines } from '../format/where-from.ts'
import { Action } from '../widgets/action.tsx'
import { Popover } from '../widgets/popover.tsx'
import { useDesk, useNow, useWorkspace } from '../workspace/context.ts'

const NONE: readonly JobView[] = []

/** What the last run says, and what went wrong before it. */
function Whys({ job, now }: { readonly job: JobView; readonly now: number }) {
  const { last, lastFailure } = job
  const isPast = lastFailure !== null && last?.outcome !== 'failed'
  return (
    <>
      {last === null || last.why === null ? null : (
        <span className={last.outcome === 'failed' ? 'problem' : 'muted'}>{last.why}</span>
      )}
      {isPast ? (
        <span className="muted">
          Failed {timeOrDay(lastFailure.startedAt, now)}: {lastFailure.why}
        </span>
      ) : null}
    </>
  )
}

function Job({ job, now }: { readonly job: JobView; readonly now: number }) {
  const { desk } = useWorkspace()
  const [problem, setProblem] = useState<string | null>(null)
  const { title, about } = JOBS[job.name]
  const counts = `${job.successes} done, ${job.failures} failed`
  const figures = `Last ${lastRun(job, now)} · next ${nextRun(job, now)} · ${counts}`
  const run = () => desk.ask((client) => client.jobs.run({ name: job.name }))
  return (
    <li className={job.last?.outcome === 'failed' ? 'error' : ''} aria-label={title}>
      <span className="notice-head">
        <strong>{title}</strong>
        <span className="muted">{about}</span>
        <span className="spring" />
        <Action run={run} onProblem={setProblem}>
          Run now
        </Action>
      </span>
      <span>{figures}</span>
      <Whys job={job} now={now} />
      {problem === null ? null : <span className="problem">{problem}</span>}
    </li>
  )
}

/** What the core does by itself: whether it goes well, and each job to look at and to run now. */
export function Jobs() {
  const now = useNow()
  const jobs = useDesk((state) => state.told?.jobs) ?? NONE
  const failed = failing(jobs)
  const tip =
    failed.length === 0
      ? 'What is done by itself: saving, snapshots, reconciling, catching up.'
      : lines(...failed.map(({ name, last }) => `${JOBS[name].title}: ${last?.why ?? ''}`))
  return (
    <Popover
      side="above"
      align="end"
      name="Jobs"
      tip={tip}
      className={`status-button${failed.length === 0 ? '' : ' warning'}`}
      button={jobsInShort(jobs)}
    >
      <ol className="notices jobs">
        {jobs.map((job) => (
          <Job key={job.name} job={job} now={now} />
        ))}
      </ol>
      <p className="muted">Counted since the program was started.</p>
    </Popover>
  )
}
