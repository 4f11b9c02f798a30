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

function Fields({ form, onChange, currency }: WayFormProps) {
  const props = { form, onChange }
  switch (form.how) {
    case 'assign':
      return <AssignFields {...props} />
    case 'share out':
      return <ShareFields {...props} />
    case 'stand in':
      return <StandInFields {...props} />
    case 'book cash':
      return <CashFields {...props} currency={currency} />
    case 'split':
      return <SplitFields {...props} />
    case 'expire':
      return <ExpireFields {...props} />
    case 'deliver':
      return <DeliverFields {...props} />
    case 'acknowledge':
      return <NoteField {...props} />
    case 'take back':
      return <CommandField {...props} />
    default:
      return null
  }
}

/** What has to be said about the chosen way of settling. */
export function WayForm(props: WayFormProps) {
  const { how } = props.form
  return (
    <form
      className="way-form"
      aria-label={WAY_TITLE[how]}
      onSubmit={(event) => event.preventDefault()}
    >
      <h3>{WAY_TITLE[how]}</h3>
      <p className="muted">{WAY_ABOUT[how]}</p>
      <Fields {...props} />
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
