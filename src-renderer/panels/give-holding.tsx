import { useState } from 'react'
import { exact } from '../format/number.ts'
import { strategyTyped } from '../stores/giving.ts'
import { strategyName, titleOf, type Holding } from '../stores/holding.ts'
import { useWorkspace } from '../workspace/context.ts'
import { done, Question, ToWhom, usePreview } from './give-question.tsx'

type GiveHoldingProps = { readonly holding: Holding; readonly page: Document }

/** Moves what a strategy holds, or a part of it, to another one at its cost. */
export function GiveHolding({ holding, page }: GiveHoldingProps) {
  const { desk } = useWorkspace()
  const from = holding.strategy ?? ''
  const [typed, type] = useState({ to: '', quantity: holding.quantity })
  const to = strategyTyped(typed.to)
  const wanted = { conId: holding.conId, from, to, quantity: typed.quantity.trim() }
  const missing = to === '' ? 'Choose the strategy it shall belong to.' : null
  const ask = () => desk.ask((client, of) => client.positions.transferPreview({ ...of, ...wanted }))
  const answer = usePreview(missing === null ? ask : null, JSON.stringify(wanted))
  const run = async () => {
    const { command } = await desk.ask((client, of) =>
      client.positions.transfer({ ...of, ...wanted }),
    )
    const what = `${wanted.quantity} ${titleOf(holding)}`
    done(`Moved ${what} from ${strategyName(from)} to ${strategyName(to)}.`, {
      command,
      run: () => desk.ask((client, of) => client.reconcile.undo({ ...of, command })),
    })
  }
  return (
    <Question
      name="Transfer to another strategy"
      title={`Transfer ${titleOf(holding)} of ${strategyName(from)}`}
      {...{ page, answer, missing, run }}
      verb="Transfer"
    >
      <p className="muted">
        {strategyName(from)} holds {exact(holding.quantity)}. It moves at its cost: nobody realizes
        P&amp;L, except a strategy that stands on the other side.
      </p>
      <div className="give-fields">
        <ToWhom from={from} value={typed.to} onChange={(value) => type({ ...typed, to: value })} />
        <label className="field">
          <span>Quantity</span>
          <input
            value={typed.quantity}
            inputMode="decimal"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => type({ ...typed, quantity: event.target.value })}
          />
        </label>
      </div>
    </Question>
  )
}
