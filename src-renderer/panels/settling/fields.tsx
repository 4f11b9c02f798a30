import { useId } from 'react'
import { UNATTRIBUTED } from '#shared/ids.ts'
import type { DeskState } from '../../stores/desk-state.ts'
import { strategyName } from '../../stores/holding.ts'
import { useDesk } from '../../workspace/context.ts'
import type { Form } from './form.ts'

type Change = (change: Partial<Form>) => void
export type FieldsProps = { readonly form: Form; readonly onChange: Change }

type TextProps = {
  readonly label: string
  readonly value: string
  readonly hint?: string
  readonly list?: string
  readonly className?: string
  readonly onChange: (value: string) => void
}

/** A text as it is typed; numbers are texts, too, until they are sent. */
export function TextField({ label, value, hint, list, className = '', onChange }: TextProps) {
  return (
    <label className={`field ${className}`.trimEnd()}>
      <span>{label}</span>
      <input
        value={value}
        placeholder={hint}
        list={list}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}

type ChoiceProps<Value extends string> = {
  readonly label: string
  readonly value: Value
  readonly options: readonly (readonly [Value, string])[]
  readonly onChange: (value: Value) => void
}

/** One of several. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: ChoiceProps<Value>) {
  const choose = (chosen: string) => {
    const option = options.find(([each]) => each === chosen)
    if (option !== undefined) onChange(option[0])
  }
  return (
    <label className="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.target.value)}>
        {options.map(([each, title]) => (
          <option key={each} value={each}>
            {title}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Every strategy that holds or held something, by name. */
const strategiesOf = ({ positions }: DeskState): string => {
  const names = new Set([...positions.byKey.values()].map(({ strategy }) => strategy))
  return [...names.add(UNATTRIBUTED)].map(strategyName).toSorted().join('\n')
}

type StrategyProps = Pick<TextProps, 'label' | 'value' | 'hint' | 'onChange'>

/** A strategy by name; those that hold something are offered. */
export function StrategyField(props: StrategyProps) {
  const id = useId()
  const names = useDesk(strategiesOf).split('\n')
  return (
    <>
      <TextField {...props} value={strategyName(props.value)} list={id} className="broad" />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

const MEETS = 'meets the broker’s average'

function PriceField({ form, onChange }: FieldsProps) {
  return (
    <TextField
      label="Price, as quoted"
      hint={MEETS}
      className="broad"
      value={form.price}
      onChange={(price) => onChange({ price })}
    />
  )
}

export function AssignFields({ form, onChange }: FieldsProps) {
  return (
    <div className="link-form">
      <StrategyField
        label="Strategy"
        value={form.strategy}
        onChange={(strategy) => onChange({ strategy })}
      />
      <PriceField {...{ form, onChange }} />
    </div>
  )
}

export function ShareFields({ form, onChange }: FieldsProps) {
  const { parts } = form
  const change = (index: number, part: Partial<Form['parts'][number]>) =>
    onChange({ parts: parts.map((each, at) => (at === index ? { ...each, ...part } : each)) })
  return (
    <>
      {parts.map((part, index) => (
        <div key={index} className="link-form" role="group" aria-label={`Part ${index + 1}`}>
          <StrategyField
            label="Strategy"
            value={part.strategy}
            onChange={(strategy) => change(index, { strategy })}
          />
          <TextField
            label="Quantity"
            hint="signed"
            value={part.quantity}
            onChange={(quantity) => change(index, { quantity })}
          />
          <button
            type="button"
            className="button quiet"
            aria-label={`Leave part ${index + 1} out`}
            onClick={() => onChange({ parts: parts.filter((_, at) => at !== index) })}
          >
            Leave out
          </button>
        </div>
      ))}
      <div className="link-form">
        <button
          type="button"
          className="button"
          onClick={() => onChange({ parts: [...parts, { strategy: '', quantity: '' }] })}
        >
          Another part
        </button>
        <PriceField {...{ form, onChange }} />
      </div>
    </>
  )
}

export function StandInFields({ form, onChange }: FieldsProps) {
  return (
    <div className="link-form">
      <TextField label="Perm ID" value={form.permId} onChange={(permId) => onChange({ permId })} />
      <TextField label="Filled" value={form.filled} onChange={(filled) => onChange({ filled })} />
      <TextField
        label="Average price"
        value={form.averagePrice}
        onChange={(averagePrice) => onChange({ averagePrice })}
      />
      <StrategyField
        label="Strategy"
        value={form.strategy}
        onChange={(strategy) => onChange({ strategy })}
      />
    </div>
  )
}

export function SplitFields({ form, onChange }: FieldsProps) {
  return (
    <div className="link-form">
      <TextField label="New units" hint="4" value={form.to} onChange={(to) => onChange({ to })} />
      <TextField label="For old ones" value={form.from} onChange={(from) => onChange({ from })} />
      <TextField
        label="Price of a fraction paid out"
        hint="not known"
        className="broad"
        value={form.cashInLieuPrice}
        onChange={(cashInLieuPrice) => onChange({ cashInLieuPrice })}
      />
    </div>
  )
}

export function ExpireFields({ form, onChange }: FieldsProps) {
  return (
    <TextField
      label="Price, as quoted"
      hint="0"
      value={form.price}
      onChange={(price) => onChange({ price })}
    />
  )
}

export function DeliverFields({ form, onChange }: FieldsProps) {
  return (
    <div className="link-form">
      <Choice
        label="What happened"
        value={form.kind}
        options={[
          ['assignment', 'Assignment'],
          ['exercise', 'Exercise'],
        ]}
        onChange={(kind) => onChange({ kind })}
      />
      <Choice
        label="Premium"
        value={form.premium}
        options={[
          ['realized', 'Realized'],
          ['in cost', 'In the cost of the shares'],
        ]}
        onChange={(premium) => onChange({ premium })}
      />
    </div>
  )
}

/** A text that takes the whole width. */
const wholeText = (name: 'note' | 'command', words: { label: string; hint: string }) =>
  function WholeText({ form, onChange }: FieldsProps) {
    return (
      <TextField
        {...words}
        className="whole"
        value={form[name]}
        onChange={(text) => onChange({ [name]: text })}
      />
    )
  }

export const NoteField = wholeText('note', { label: 'Note', hint: 'Why it is left as it is' })
export const CommandField = wholeText('command', {
  label: 'Settlement',
  hint: 'As the history names it',
})
