import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Table } from '../stores/table.ts'
import { useDesk } from '../workspace/context.ts'
import { Reconnect, useLinkWords } from './link-pill.tsx'

type EmptyProps = {
  readonly table: Table
  /** What there is none of: `fills`. */
  readonly noun: string
  /** Why there is none while the link is up. */
  readonly why: ReactNode
  /** What may help while the link is up; else it is opened anew. */
  readonly action?: ReactNode
}

/** Says why a table is empty, and offers the one thing that may help. */
export function Empty({ table, noun, why, action = <Reconnect /> }: EmptyProps) {
  const filter = useStore(table.store, (state) => state.filter)
  const isCoreThere = useDesk((state) => state.core.kind === 'open')
  const { tone, sentence } = useLinkWords()
  if (filter !== '') {
    return (
      <div className="message">
        <strong>
          No {noun} match “{filter}”
        </strong>
        <button type="button" className="button plain" onClick={() => table.filterBy('')}>
          Clear the filter
        </button>
      </div>
    )
  }
  return (
    <div className="message">
      <strong>No {noun}</strong>
      <p>{tone === 'good' ? why : sentence}</p>
      {isCoreThere ? tone === 'good' ? action : <Reconnect /> : null}
    </div>
  )
}
