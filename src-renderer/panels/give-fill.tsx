import { useState } from 'react'
import type { FillRow } from '#shared/api/views.ts'
import { exact } from '../format/number.ts'
import { timeOrDay } from '../format/time.ts'
import { strategyTyped } from '../stores/giving.ts'
import { strategyName, titleOf } from '../stores/holding.ts'
import { useMinute, useWorkspace } from '../workspace/context.ts'
import { done, Question, ToWhom, usePreview } from './give-question.tsx'

type GiveFillProps = { readonly fill: FillRow; readonly page: Document }
type Scope = 'fill' | 'orderRef'

type ScopeProps = {
  readonly fill: FillRow
  readonly scope: Scope
  readonly onChange: (scope: Scope) => void
}

/** This fill, or all that its orderRef names, whatever the instrument. */
function ScopeChoice({ fill: { orderRef }, scope, onChange }: ScopeProps) {
  if (orderRef === '') return null
  const choices: readonly (readonly [Scope, string])[] = [
    ['fill', 'This fill alone'],
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

const countOf = (fills: number): string => (fills === 1 ? '1 fill' : `${fills} fills`)

/** Gives a fill, or every fill of its orderRef, to another strategy. */
export function GiveFill({ fill, page }: GiveFillProps) {
  const { desk } = useWorkspace()
  const now = useMinute()
  const [scope, setScope] = useState<Scope>('fill')
  const [typed, type] = useState('')
  const to = strategyTyped(typed)
  const { fillId, orderRef } = fill
  const wanted = { to, ...(scope === 'fill' ? { fillIds: [fillId] } : { orderRef }) }
  const missing = to === '' ? 'Choose the strategy it shall belong to.' : null
  const ask = () => desk.ask((client, of) => client.attribution.preview({ ...of, ...wanted }))
  const answer = usePreview(missing === null ? ask : null, JSON.stringify(wanted))
  const fills = answer?.preview?.fills ?? 0
  const run = async () => {
    const { command } = await desk.ask((client, of) =>
      client.attribution.apply({ ...of, ...wanted, expected: fills }),
    )
    done(`Gave ${countOf(fills)} to ${strategyName(to)}.`, {
      command,
      run: () => desk.ask((client, of) => client.attribution.undo({ ...of, command })),
    })
  }
  const side = fill.side === 'buy' ? 'Buy' : 'Sell'
  const what = `${side} ${exact(fill.quantity)} ${titleOf(fill)}`
  return (
    <Question
      name="Give to another strategy"
      title={`${what}, ${timeOrDay(fill.executedAt, now)}`}
      {...{ page, answer, missing, run }}
      verb={fills === 0 ? 'Give' : `Give ${countOf(fills)}`}
    >
      <p className="muted">
        It belongs to {strategyName(fill.strategy)}. The account as a whole does not change.
      </p>
      <ScopeChoice {...{ fill, scope }} onChange={setScope} />
      <div className="give-fields">
        <ToWhom from={fill.strategy} value={typed} onChange={type} />
      </div>
    </Question>
  )
}
