import { useStore } from 'zustand'
import type { Notice } from '#shared/api/views.ts'
import { choices, isSnoozed, snooze } from '../stores/choices.ts'
import { timeOf } from '../format/time.ts'
import { Popover } from '../widgets/popover.tsx'
import { useDesk, useMinute, useNow } from '../workspace/context.ts'
import { NoticeList } from './notice-list.tsx'

const SNOOZE_MS = 3_600_000

function SnoozeButton({ notice, now }: { readonly notice: Notice; readonly now: number }) {
  const until = useStore(choices, (state) => state.snoozed[notice.message] ?? 0)
  const isAsleep = until > now
  return (
    <button
      type="button"
      className="button quiet"
      onClick={() => snooze(notice.message, isAsleep ? 0 : now + SNOOZE_MS)}
    >
      {isAsleep ? `Snoozed until ${timeOf(until).slice(0, 5)}` : 'Snooze 1 h'}
    </button>
  )
}

/** The record of what the trader should know; what is snoozed is kept but not counted. */
export function Notices() {
  const now = useNow()
  const minute = useMinute()
  const told = useDesk((state) => state.told?.status.notices) ?? []
  const isAwake = useStore(choices, (state) => state.snoozed)
  const notices = told.toSorted((left, right) => right.at - left.at || right.id - left.id)
  const awake = notices.filter(
    ({ message }) => !isSnoozed({ ...choices.getState(), snoozed: isAwake }, message, minute),
  )
  const [latest] = awake
  const isBad = awake.some((notice) => notice.severity !== 'info')
  return (
    <Popover
      side="above"
      align="end"
      name={`Notices: ${awake.length}`}
      tip={latest?.message ?? 'No notices.'}
      className={`status-button${isBad ? ' warning' : ''}`}
      button={`Notices ${awake.length}`}
    >
      {notices.length === 0 ? (
        <p className="muted">Nothing has happened worth a notice.</p>
      ) : (
        <NoticeList
          notices={notices}
          now={now}
          action={(notice) => <SnoozeButton notice={notice} now={now} />}
        />
      )}
    </Popover>
  )
}
