import { useState } from 'react'
import { useStore } from 'zustand'
import type { AsOfView } from '#shared/api/as-of-views.ts'
import { localSeconds, momentOf, zoneAt } from '../format/time.ts'
import { pastDraft } from '../stores/past.ts'
import { readPast } from '../stores/past-lines.ts'
import { Action } from '../widgets/action.tsx'
import { Grid } from '../widgets/grid/grid.tsx'
import { useDesk, useMinute, useWorkspace } from '../workspace/context.ts'
import { TableTools } from './panel.tsx'
import { PAST_COLUMNS } from './past-columns.ts'

const KNOWN: Readonly<Record<AsOfView['known'], { readonly label: string; readonly tip: string }>> =
  {
    then: { label: 'As known then', tip: 'Corrections and late reports of after it left out' },
    now: { label: 'As known now', tip: 'By all that is known of that instant today' },
  }

/** The trader's date and time as milliseconds; null while it is none. */
const millisOf = (moment: string): number | null => {
  const millis = Date.parse(moment)
  return Number.isNaN(millis) ? null : millis
}

const DAY_MS = 86_400_000

/** Which instant, with whose eyes. */
function Asking() {
  const { desk } = useWorkspace()
  const { moment, known } = useStore(pastDraft)
  const now = useMinute()
  const [problem, setProblem] = useState<string | null>(null)
  const [isAsking, setAsking] = useState(false)
  const text = moment === '' ? localSeconds(now - DAY_MS) : moment
  const at = millisOf(text)
  const ask = async () => {
    if (at === null) throw new Error('Give a whole date and time, such as 2026-11-20 14:30:00.')
    setAsking(true)
    await desk.askPast(at, known).finally(() => setAsking(false))
  }
  return (
    <form className="past-form" aria-label="Instant" onSubmit={(event) => event.preventDefault()}>
      <label>
        <span>Date and time</span>
        <input
          type="datetime-local"
          step={1}
          value={text}
          max={localSeconds(now + 60_000)}
          onChange={(event) => pastDraft.setState({ moment: event.target.value })}
        />
        <span className="muted">{at === null ? '' : zoneAt(at)}</span>
      </label>
      <fieldset className="choice" aria-label="As known when">
        {(['then', 'now'] as const).map((each) => (
          <label key={each} title={KNOWN[each].tip}>
            <input
              type="radio"
              name="known"
              checked={known === each}
              onChange={() => pastDraft.setState({ known: each })}
            />
            {KNOWN[each].label}
          </label>
        ))}
      </fieldset>
      <Action kind="primary" run={ask} onProblem={setProblem}>
        Show the book
      </Action>
      {isAsking ? <span className="muted">Folding…</span> : null}
      {problem === null ? null : (
        <span role="alert" className="problem">
          {problem}
        </span>
      )}
    </form>
  )
}

const count = new Intl.NumberFormat('en-US')

/** That this is the past, which one, and where its prices are from. */
function PastBanner() {
  const view = useDesk((state) => state.past.view)
  if (view === null) return null
  const prices =
    view.pricedAt === null
      ? 'No prices: no snapshot had been taken by then.'
      : `Prices of the snapshot of ${momentOf(view.pricedAt)}.`
  return (
    <div role="status" className="banner warning">
      <div className="banner-text">
        <strong>This is the past:</strong> the book as of {momentOf(view.at)},{' '}
        {KNOWN[view.known].label.toLowerCase()}, of {count.format(view.fills)}{' '}
        {view.fills === 1 ? 'fill' : 'fills'}. {prices}
      </div>
    </div>
  )
}

function Closed() {
  const { desk } = useWorkspace()
  const hasClosed = useDesk((state) => state.past.hasClosed)
  return (
    <label className="tool-check">
      <input
        type="checkbox"
        checked={hasClosed}
        onChange={(event) => desk.showClosed(event.target.checked)}
      />
      Closed too
    </label>
  )
}

export function PastTools() {
  return (
    <>
      <Closed />
      <TableTools id="past" columns={PAST_COLUMNS} read={readPast} />
    </>
  )
}

function Nothing() {
  const table = useWorkspace().tables.past
  const filter = useStore(table.store, (state) => state.filter)
  const isAsked = useDesk((state) => state.past.view !== null)
  const [what, why] = !isAsked
    ? ['Choose an instant', 'The whole book is folded anew from the ledger as it was.']
    : filter === ''
      ? ['Nothing was held', 'Nothing was open then, and nothing is now.']
      : [`No positions match “${filter}”`, 'Clear the filter to see the others.']
  return (
    <div className="message">
      <strong>{what}</strong>
      <p>{why}</p>
    </div>
  )
}

/** The book at a past instant, beside what has come since. */
export function BookAsOf() {
  const table = useWorkspace().tables.past
  return (
    <>
      <Asking />
      <PastBanner />
      <Grid
        id="past"
        label="Positions as of a past instant"
        isTree
        {...{ table, read: readPast }}
        columns={PAST_COLUMNS}
        empty={<Nothing />}
      />
    </>
  )
}
