import { bytes, UNKNOWN } from '../format/number.ts'
import { ageOf, momentOf, timeOf, timeOrDay } from '../format/time.ts'
import { lines } from '../format/where-from.ts'
import { asOf, isFresh } from '../stores/desk-state.ts'
import { tipOn } from '../widgets/tooltip.tsx'
import { useDesk, useNow } from '../workspace/context.ts'
import { Jobs } from './jobs.tsx'
import { Notices } from './notices.tsx'

function DataAge() {
  const now = useNow()
  const fresh = useDesk(isFresh)
  const at = useDesk(asOf)
  if (at === null) return <span className="status muted">no data yet</span>
  return (
    <span
      tabIndex={0}
      className={`status${fresh ? '' : ' hatched'}`}
      {...tipOn(`The broker was last heard ${momentOf(at)}.`)}
    >
      {fresh ? `data ${ageOf(at, now)} old` : `as of ${timeOf(at)}`}
    </span>
  )
}

function Queue() {
  const depth = useDesk((state) => state.told?.status.queueDepth) ?? 0
  const limit = useDesk((state) => state.told?.status.queueLimit) ?? 0
  const isFilling = limit > 0 && depth * 2 > limit
  return (
    <span
      tabIndex={0}
      className={`status${isFilling ? ' warning' : ''}`}
      {...tipOn(`Events read from the broker and not yet in the ledger: ${depth} of ${limit}.`)}
    >
      queue {depth}
    </span>
  )
}

function Ledger() {
  const now = useNow()
  const ledger = useDesk((state) => state.told?.status.ledger)
  if (ledger === null || ledger === undefined) {
    return <span className="status muted">no ledger open</span>
  }
  const { path, sizeBytes, writeAheadLogBytes, lastBackupAt, problem } = ledger
  const tip = lines(
    path,
    `${bytes(sizeBytes)} in the file, ${bytes(writeAheadLogBytes)} in its write-ahead log.`,
    lastBackupAt === null ? null : `Last backup ${momentOf(lastBackupAt)}.`,
  )
  return (
    <>
      <span tabIndex={0} className="status" {...tipOn(tip)}>
        ledger {bytes(sizeBytes + writeAheadLogBytes)}
      </span>
      <span tabIndex={0} className="status" {...tipOn(tip)}>
        backup {lastBackupAt === null ? UNKNOWN : timeOrDay(lastBackupAt, now)}
      </span>
      {problem === null ? null : <span className="status problem">{problem}</span>}
    </>
  )
}

const REASON = { timer: 'by the timer', connect: 'on connecting', demand: 'on demand' } as const

/** When ledger and broker were last compared, and what came of it. */
function LastRun() {
  const now = useNow()
  const run = useDesk((state) => state.told?.reconciliation?.lastRun)
  if (run === null || run === undefined) {
    return <span className="status muted">not reconciled yet</span>
  }
  const found = run.found === 1 ? '1 break' : `${run.found} breaks`
  const result = { agrees: 'agrees', differs: found, failed: 'failed' }[run.outcome]
  const tip = lines(
    `Compared ${REASON[run.reason]}, ${momentOf(run.endedAt)}.`,
    run.why,
    run.notJudged === 0 ? null : `${run.notJudged} comparisons could not be made.`,
  )
  return (
    <span
      tabIndex={0}
      className={`status${run.outcome === 'agrees' ? '' : ' warning'}`}
      {...tipOn(tip)}
    >
      reconciled {timeOrDay(run.endedAt, now)}: {result}
    </span>
  )
}

export function StatusBar() {
  const isTold = useDesk((state) => state.told !== null)
  return (
    <footer className="status-bar" data-region="status">
      {isTold ? (
        <>
          <DataAge />
          <Queue />
          <LastRun />
          <Ledger />
        </>
      ) : null}
      <span className="spring" />
      {isTold ? <Jobs /> : null}
      <Notices />
    </footer>
  )
}
