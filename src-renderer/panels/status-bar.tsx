import type { Notice } from '#shared/api/views.ts'
import { bytes, UNKNOWN } from '../format/number.ts'
import { ageOf, momentOf, timeOf, timeOrDay } from '../format/time.ts'
import { lines } from '../format/where-from.ts'
import { asOf, isFresh } from '../stores/desk-state.ts'
import { Popover } from '../widgets/popover.tsx'
import { tipOn } from '../widgets/tooltip.tsx'
import { useDesk, useNow } from '../workspace/context.ts'

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
    `${bytes(sizeBytes)}, write-ahead log ${bytes(writeAheadLogBytes)}.`,
    lastBackupAt === null ? null : `Last backup ${momentOf(lastBackupAt)}.`,
  )
  return (
    <>
      <span tabIndex={0} className="status" {...tipOn(tip)}>
        ledger {bytes(sizeBytes)}
      </span>
      <span tabIndex={0} className="status" {...tipOn(tip)}>
        backup {lastBackupAt === null ? UNKNOWN : timeOrDay(lastBackupAt, now)}
      </span>
      {problem === null ? null : <span className="status problem">{problem}</span>}
    </>
  )
}

const SEVERITY: Record<Notice['severity'], string> = {
  info: 'Info',
  warning: 'Warning',
  error: 'Error',
}

function NoticeList({ notices }: { readonly notices: readonly Notice[] }) {
  const now = useNow()
  if (notices.length === 0) return <p className="muted">Nothing has happened worth a notice.</p>
  return (
    <ol className="notices">
      {notices.map((notice) => (
        <li key={notice.id} className={notice.severity}>
          <span className="notice-head">
            <strong>{SEVERITY[notice.severity]}</strong>
            <time>{timeOrDay(notice.at, now)}</time>
          </span>
          <span>{notice.message}</span>
          {notice.remedy === null ? null : <span className="muted">{notice.remedy}</span>}
        </li>
      ))}
    </ol>
  )
}

function Notices() {
  const told = useDesk((state) => state.told?.status.notices) ?? []
  const notices = told.toSorted((left, right) => right.at - left.at || right.id - left.id)
  const [latest] = notices
  const isBad = notices.some((notice) => notice.severity !== 'info')
  return (
    <Popover
      side="above"
      align="end"
      name={`Notices: ${notices.length}`}
      tip={latest?.message ?? 'No notices.'}
      className={`status-button${isBad ? ' warning' : ''}`}
      button={`Notices ${notices.length}`}
    >
      <NoticeList notices={notices} />
    </Popover>
  )
}

export function StatusBar() {
  const isTold = useDesk((state) => state.told !== null)
  return (
    <footer className="status-bar" data-panel="status">
      {isTold ? (
        <>
          <DataAge />
          <Queue />
          <Ledger />
        </>
      ) : null}
      <span className="spring" />
      <Notices />
    </footer>
  )
}
