import { useState } from 'react'
import type { FillRow } from '#shared/api/views.ts'
import { counted } from '../format/history-words.ts'
import { exact } from '../format/number.ts'
import { timeOrDay } from '../format/time.ts'
import { strategyTyped } from '../stores/giving.ts'
import { strategyName, titleOf } from '../stores/holding.ts'
import { useMinute, useWorkspace } from '../workspace/context.ts'
import { done, Question, ToWhom, usePreview } from './give-question.tsx'

/** At least one fill. */
type Fills = readonly [FillRow, ...FillRow[]]
type GiveFillsProps = { readonly fills: Fills; readonly page: Document }
/** As many as the core takes at once. */
const MOST_FILLS = 1_000

type Scope = 'fills' | 'orderRef'

type ScopeProps = {
  readonly fills: Fills
  readonly scope: Scope
  readonly onChange: (scope: Scope) => void
}

/** The orderRef all of them carry; null when they carry none, or several. */
function sharedRef([first, ...others]: Fills): string | null {
  const isShared = others.every(({ orderRef }) => orderRef === first.orderRef)
  return isShared && first.orderRef !== '' ? first.orderRef : null
}

/** These fills, or all that their orderRef names, whatever the instrument. */
function ScopeChoice({ fills, scope, onChange }: ScopeProps) {
  const orderRef = sharedRef(fills)
  if (orderRef === null) return null
  const choices: readonly (readonly [Scope, string])[] = [
    ['fills', fills.length === 1 ? 'This fill alone' : `These ${fills.length} fills`],
    ['orderRef', `Every fill of orderRef ${orderRef}`],
  ]
  return (
    <fieldset className="give-scope">
      <legend>What</legend>
      {choices.map(([value, words]) => (
        <label key={value} className="check">
          <input
            type="radio"
            name="scope"
            checked={scope === value}
            onChange={() => onChange(value)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  )
}

/** The names of those they belong to, in the order of the fills. */
const ownersOf = (fills: Fills): readonly string[] => [
  ...new Set(fills.map(({ strategy }) => strategy)),
]

/** What is given, as a title: one fill in full, of several how many. */
function useTitle(fills: Fills): string {
  const now = useMinute()
  const [fill, ...others] = fills
  if (others.length > 0) return `Give ${counted(fills.length, 'fill')} to another strategy`
  const side = fill.side === 'buy' ? 'Buy' : 'Sell'
  return `${side} ${exact(fill.quantity)} ${titleOf(fill)}, ${timeOrDay(fill.executedAt, now)}`
}

/** What must be chosen first; null when it can be looked at. */
function missingIn(fills: Fills, scope: Scope, to: string): string | null {
  if (scope === 'fills' && fills.length > MOST_FILLS)
    return `At most ${MOST_FILLS.toLocaleString('en-US')} fills are given at once: choose fewer.`
  if (to !== '') return null
  return `Choose the strategy ${fills.length === 1 ? 'it' : 'they'} shall belong to.`
}

/** Gives fills, or every fill of the orderRef they share, to another strategy. */
export function GiveFills({ fills, page }: GiveFillsProps) {
  const { desk, tables } = useWorkspace()
  const title = useTitle(fills)
  const [scope, setScope] = useState<Scope>('fills')
  const [typed, type] = useState('')
  const to = strategyTyped(typed)
  const owners = ownersOf(fills)
  const wanted = {
    to,
    ...(scope === 'fills'
      ? { fillIds: fills.map(({ fillId }) => fillId) }
      : { orderRef: sharedRef(fills) ?? '' }),
  }
  const missing = missingIn(fills, scope, to)
  const ask = () => desk.ask((client, of) => client.attribution.preview({ ...of, ...wanted }))
  const answer = usePreview(missing === null ? ask : null, JSON.stringify(wanted))
  const moving = answer?.preview?.fills ?? 0
  const run = async () => {
    const { command } = await desk.ask((client, of) =>
      client.attribution.apply({ ...of, ...wanted, expected: moving }),
    )
    tables.fills.clearSelected()
    done(`Gave ${counted(moving, 'fill')} to ${strategyName(to)}.`, {
      command,
      run: () => desk.ask((client, of) => client.attribution.undo({ ...of, command })),
    })
  }
  return (
    <Question
      name="Give to another strategy"
      {...{ title, page, answer, missing, run }}
      verb={moving === 0 ? 'Give' : `Give ${counted(moving, 'fill')}`}
    >
      <p className="muted">
        {fills.length === 1 ? 'It belongs' : 'They belong'} to {owners.map(strategyName).join(', ')}
        . The account as a whole does not change.
      </p>
      <ScopeChoice {...{ fills, scope }} onChange={setScope} />
      <div className="give-fields">
        <ToWhom from={owners.length === 1 ? fills[0].strategy : ''} value={typed} onChange={type} />
      </div>
    </Question>
  )
}
