import type { Notice } from '#shared/api/views.ts'
import { timeOrDay } from '../format/time.ts'

const SEVERITY: Record<Notice['severity'], string> = {
  info: 'Info',
  warning: 'Warning',
  error: 'Error',
}

type NoticeListProps = {
  readonly notices: readonly Notice[]
  readonly now: number
  /** What can be done with a notice. */
  readonly action?: (notice: Notice) => React.ReactNode
}

export function NoticeList({ notices, now, action }: NoticeListProps) {
  return (
    <ol className="notices">
      {notices.map((notice) => (
        <li key={notice.id} className={notice.severity}>
          <span className="notice-head">
            <strong>{SEVERITY[notice.severity]}</strong>
            <time>{timeOrDay(notice.at, now)}</time>
            <span className="spring" />
            {action?.(notice)}
          </span>
          <span>{notice.message}</span>
          {notice.remedy === null ? null : <span className="muted">{notice.remedy}</span>}
        </li>
      ))}
    </ol>
  )
}
