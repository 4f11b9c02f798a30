import { BOOKED_CLASSES } from '#shared/cash.ts'
import type { DeskState } from '../../stores/desk-state.ts'
import { titleOf } from '../../stores/holding.ts'
import { useDesk } from '../../workspace/context.ts'
import { Choice, StrategyField, TextField, type FieldsProps } from './fields.tsx'
import { CLASS_TITLE } from './words.ts'

const CLASSES = BOOKED_CLASSES.map((each) => [each, CLASS_TITLE[each]] as const)

type CashProps = FieldsProps & { readonly currency: string | null }

/** Instruments of the currency, a line each: one text, so that a tick changes nothing. */
const instrumentsIn =
  (currency: string | null) =>
  ({ positions }: DeskState): string => {
    const rows = [...positions.byKey.values()].filter(
      (row) => currency === null || row.currency === currency,
    )
    const titles = new Map(rows.map((row) => [row.conId, titleOf(row)]))
    const sorted = [...titles].toSorted(([, a], [, b]) => (a < b ? -1 : 1))
    return sorted.map(([conId, title]) => `${conId} ${title}`).join('\n')
  }

const NO_INSTRUMENT = ''

/** What a change of cash was, whose it is, and what says so. */
export function CashFields({ form, onChange, currency }: CashProps) {
  const listed = useDesk(instrumentsIn(currency))
  const instruments = listed === '' ? [] : listed.split('\n')
  const own = form.conId === null ? [] : [`${form.conId} #${form.conId}`]
  const isListed = instruments.some((line) => line.startsWith(`${form.conId ?? ''} `))
  const options = (isListed ? instruments : [...own, ...instruments]).map((line) => {
    const space = line.indexOf(' ')
    return [line.slice(0, space), line.slice(space + 1)] as const
  })
  const conId = form.conId === null ? NO_INSTRUMENT : String(form.conId)
  return (
    <>
      <div className="link-form">
        <Choice
          label="Class"
          value={form.class}
          options={CLASSES}
          onChange={(chosen) => onChange({ class: chosen })}
        />
        <Choice
          label="From instrument"
          value={conId}
          options={[[NO_INSTRUMENT, 'none'], ...options]}
          onChange={(chosen) =>
            onChange({ conId: chosen === NO_INSTRUMENT ? null : Number(chosen) })
          }
        />
        <TextField
          label="Ex-date"
          hint="held now"
          value={form.exDate}
          onChange={(exDate) => onChange({ exDate, heldAt: null })}
        />
        <StrategyField
          label="Strategy"
          hint={form.conId === null ? 'nobody’s' : 'who held it'}
          value={form.strategy}
          onChange={(strategy) => onChange({ strategy })}
        />
      </div>
      <TextField
        label="Evidence"
        className="whole"
        hint="What says that it was this"
        value={form.evidence}
        onChange={(evidence) => onChange({ evidence })}
      />
    </>
  )
}
