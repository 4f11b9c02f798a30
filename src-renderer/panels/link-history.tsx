import { useEffect, useState } from 'react'
import type { LinkEvent } from '#shared/api/link-views.ts'
import { linkCodeOf } from '#shared/link-codes.ts'
import { timeOrDay } from '../format/time.ts'
import { useDesk, useNow, useWorkspace } from '../workspace/context.ts'

const STATE: Record<NonNullable<LinkEvent['state']>, string> = {
  searching: 'Looking for TWS',
  connecting: 'Connecting',
  'catching-up': 'Catching up',
  connected: 'Connected',
  'broker-lost': 'IB not reachable',
  waiting: 'Waiting to try again',
  stopped: 'Not connected',
}

const SHOWN = 50

/** The latest events of the link, asked for anew whenever the link or the notices change. */
function useHistory(): readonly LinkEvent[] {
  const { desk } = useWorkspace()
  const [events, setEvents] = useState<readonly LinkEvent[]>([])
  const since = useDesk((state) => state.told?.link.since)
  const problem = useDesk((state) => state.told?.link.problem?.message)
  const latest = useDesk((state) => state.told?.status.notices[0]?.id)
  useEffect(() => {
    let isHere = true
    desk
      .ask((client) => client.link.history({ limit: SHOWN }))
      .then(
        (answer) => isHere && setEvents(answer),
        // Without a core there is a banner that says so; what was there stays.
        () => undefined,
      )
    return () => {
      isHere = false
    }
  }, [desk, since, problem, latest])
  return events
}

/** What happened to the link, and what TWS said, the latest first. */
export function LinkHistory() {
  const events = useHistory()
  const now = useNow()
  if (events.length === 0) {
    return <p className="muted">Nothing has happened to the link since the program started.</p>
  }
  return (
    <ol className="notices">
      {events.map((event) => {
        const remedy =
          event.remedy ?? (event.code === null ? null : (linkCodeOf(event.code)?.remedy ?? null))
        return (
          <li key={event.id} className={event.message === null ? '' : 'warning'}>
            <span className="notice-head">
              <strong>{event.state === null ? 'TWS says' : STATE[event.state]}</strong>
              <time>{timeOrDay(event.at, now)}</time>
              {event.code === null ? null : <span className="muted">code {event.code}</span>}
            </span>
            {event.message === null ? null : <span>{event.message}</span>}
            {event.message === null || remedy === null ? null : (
              <span className="muted">{remedy}</span>
            )}
          </li>
        )
      })}
    </ol>
  )
}
