import type { ReactNode } from 'react'
import type { BreakRow } from '#shared/api/reconcile-views.ts'
import { CashFields } from './cash-fields.tsx'
import {
  AssignFields,
  CommandField,
  DeliverFields,
  ExpireFields,
  NoteField,
  ShareFields,
  SplitFields,
  StandInFields,
  type FieldsProps,
} from './fields.tsx'
import { WAY_ABOUT, WAY_TITLE, type Way } from './ways.ts'

type WayFormProps = FieldsProps & { readonly currency: BreakRow['currency'] }

/** What each way asks for; null: nothing. */
const FIELDS: Readonly<Record<Way, ((props: WayFormProps) => ReactNode) | null>> = {
  assign: AssignFields,
  'share out': ShareFields,
  'keep unattributed': null,
  'stand in': StandInFields,
  split: SplitFields,
  expire: ExpireFields,
  deliver: DeliverFields,
  'fetch executions': null,
  'adopt cost': null,
  'book cash': CashFields,
  'take back': CommandField,
  acknowledge: NoteField,
}

/** What has to be said about the chosen way of settling. */
export function WayForm(props: WayFormProps) {
  const { how } = props.form
  const Fields = FIELDS[how]
  return (
    <form
      className="way-form"
      aria-label={WAY_TITLE[how]}
      onSubmit={(event) => event.preventDefault()}
    >
      <h3>{WAY_TITLE[how]}</h3>
      <p className="muted">{WAY_ABOUT[how]}</p>
      {Fields === null ? null : <Fields {...props} />}
    </form>
  )
}

type WaysProps = {
  readonly ways: readonly Way[]
  readonly chosen: Way | null
  readonly onChoose: (way: Way) => void
}

/** Every way there is, as buttons of which one is pressed. */
export function Ways({ ways, chosen, onChoose }: WaysProps) {
  return (
    <div role="group" aria-label="Ways to settle" className="ways">
      {ways.map((way) => (
        <button
          key={way}
          type="button"
          className="button"
          aria-pressed={way === chosen}
          onClick={() => onChoose(way)}
        >
          {WAY_TITLE[way]}
        </button>
      ))}
    </div>
  )
}
