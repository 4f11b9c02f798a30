import { useCallback, useEffect, useState, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { JournalEntryView } from '#shared/api/journal.ts'
import type { Desk } from '../desk.ts'
import { writtenIn, type Written } from '../format/history-words.ts'
import { momentOf, timeOrDay } from '../format/time.ts'
import { historyChanges, noteChange } from '../stores/giving.ts'
import { dismissUndo, toast } from '../stores/toasts.ts'
import { Action } from '../widgets/action.tsx'
import { tipOn } from '../widgets/tooltip.tsx'
import { useDesk, useNow, useWorkspace } from '../workspace/context.ts'

/** What another screen or a script has written is seen within as long. */
const ANEW_MS = 10_000
const PAGE = 100

/** Rises whenever there may be something new to list. */
function useTurn(): string {
  const changes = useStore(historyChanges, (state) => state.count)
  const account = useDesk((state) => state.told?.book?.account) ?? ''
  const run = useDesk((state) => state.told?.reconciliation?.lastRun?.endedAt) ?? 0
  const now = useNow()
  return [account, changes, run, Math.floor(now / ANEW_MS)].join('|')
}

type Loaded = {
  readonly written: readonly Written[]
  readonly journal: readonly JournalEntryView[]
  /** There are entries before those listed. */
  readonly hasOlder: boolean
}

/** The latest pages of the journal. */
async function journalOf(desk: Desk, pages: number): Promise<readonly JournalEntryView[]> {
  const journal: JournalEntryView[] = []
  for (let page = 0; page < pages; page += 1) {
    const before = journal.at(-1)?.seq
    const from = before === undefined ? {} : { before }
    const entries = await desk.ask((client, of) =>
      client.journal.list({ ...of, ...from, limit: PAGE }),
    )
    journal.push(...entries)
    if (entries.length < PAGE) break
  }
  return journal
}

/** The history as the core has it, asked for anew with every turn; null before it answered. */
function useHistory(pages: number) {
  const { desk } = useWorkspace()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const turn = useTurn()
  const load = useCallback(async (): Promise<Loaded> => {
    const [settlements, given] = await desk.ask((client, of) =>
      Promise.all([client.reconcile.history(of), client.attribution.history(of)]),
    )
    const journal = await journalOf(desk, pages)
    const hasOlder = journal.length === pages * PAGE
    return { written: writtenIn(settlements, given), journal, hasOlder }
  }, [desk, pages])
  useEffect(() => {
    let isHere = true
    load().then(
      (answer) => {
        if (!isHere) return
        setLoaded(answer)
        setProblem(null)
      },
      (error: unknown) =>
        isHere && setProblem(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      isHere = false
    }
  }, [load, turn])
  return { loaded, problem }
}

function Undo({ one }: { readonly one: Written }) {
  const { desk } = useWorkspace()
  const { command, undo } = one
  if (undo === null) return null
  const run = async () => {
    await desk.ask(async (client, of) => {
      if (undo === 'attribution') await client.attribution.undo({ ...of, command })
      else await client.reconcile.undo({ ...of, command })
    })
    dismissUndo(command)
    noteChange()
    toast('It was taken back.')
  }
  return (
    <Action run={run} onProblem={(problem) => problem !== null && toast(problem, true)}>
      Undo
    </Action>
  )
}

type Row = { readonly key: string; readonly className?: string; readonly cells: ReactNode[] }
type ListProps = {
  readonly name: string
  readonly titles: readonly string[]
  /** The title of the column that may take several lines. */
  readonly words: string
  readonly rows: readonly Row[]
}

/** A list of what was done, one line each. */
function List({ name, titles, words, rows }: ListProps) {
  return (
    <table className="history" aria-label={name}>
      <thead>
        <tr>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, className, cells }) => (
          <tr key={key} className={className}>
            {cells.map((cell, index) => (
              <td key={titles[index]} className={titles[index] === words ? 'words' : undefined}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function When({ at }: { readonly at: number }) {
  const now = useNow()
  return <time {...tipOn(momentOf(at))}>{timeOrDay(at, now)}</time>
}

type LoadedProps = { readonly loaded: Loaded }

function WrittenTable({ loaded: { written } }: LoadedProps) {
  if (written.length === 0) {
    return (
      <p className="muted">
        Nothing was settled, transferred or re-attributed yet. Both can be begun with the right
        button on a row of Positions or Fills.
      </p>
    )
  }
  return (
    <List
      name="Written by command"
      titles={['Time', 'What', 'Why', 'Who', 'State', '']}
      words="Why"
      rows={written.map((one) => ({
        key: one.command,
        className: one.undo === null ? 'undone' : '',
        cells: [
          ...[<When at={one.at} />, one.kind, one.words, one.author, one.state],
          <Undo one={one} />,
        ],
      }))}
    />
  )
}

function JournalTable({ loaded: { journal } }: LoadedProps) {
  if (journal.length === 0) return <p className="muted">Nothing was commanded yet.</p>
  return (
    <List
      name="Journal"
      titles={['No.', 'Time', 'Command', 'Outcome', 'Detail', 'Who']}
      words="Detail"
      rows={journal.map(({ seq, at, command, outcome, detail, author }) => ({
        key: String(seq),
        cells: [seq, <When at={at} />, command, outcome, detail, author],
      }))}
    />
  )
}

/** What commands wrote, with the way back, and below it all that was ever commanded. */
export function History() {
  const [pages, setPages] = useState(1)
  const { loaded, problem } = useHistory(pages)
  return (
    <div className="cards" data-focus="history" tabIndex={0} aria-label="History">
      {problem === null ? null : (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <section aria-label="What was written" className="card whole">
        <h3>Settlements, transfers, re-attributions</h3>
        {loaded === null ? null : <WrittenTable loaded={loaded} />}
      </section>
      <section aria-label="All commands" className="card whole">
        <h3>Journal</h3>
        {loaded === null ? null : <JournalTable loaded={loaded} />}
        {loaded?.hasOlder === true ? (
          <button type="button" className="button plain" onClick={() => setPages(pages + 1)}>
            Show older
          </button>
        ) : null}
      </section>
    </div>
  )
}
