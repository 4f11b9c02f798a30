import { useState } from 'react'
import type { AllocationView } from '#shared/api/strategies.ts'
import type { Client } from '../desk.ts'
import { digitsOf, signed } from '../format/number.ts'
import { timeOrDay } from '../format/time.ts'
import { Action } from '../widgets/action.tsx'
import { DialogButton } from '../widgets/dialog.tsx'
import { useMinute, useWorkspace } from '../workspace/context.ts'
import { useTold } from './use-told.ts'

const AMOUNT = /^[+-]?\d+(\.\d+)?$/

type Wanted = { readonly strategy: string; readonly amount: string; readonly reason: string }

/** Why it cannot be sent, in a sentence; the core judges everything else. */
function faultOf({ strategy, amount }: Wanted): string | null {
  if (strategy.trim() === '') return 'Name the strategy that is given capital.'
  return AMOUNT.test(amount.trim())
    ? null
    : 'The amount must be a plain decimal, such as 25000 or -1250.50.'
}

type AllocateProps = { readonly names: readonly string[]; readonly onWritten: () => void }

/** A button, and the dialog in which capital is given or taken back. */
export function Allocate({ names, onWritten }: AllocateProps) {
  return (
    <DialogButton label="Allocate capital…" title="Allocate capital">
      {(close) => (
        <AllocateForm
          names={names}
          onWritten={() => {
            close()
            onWritten()
          }}
        />
      )}
    </DialogButton>
  )
}

function AllocateForm({ names, onWritten }: AllocateProps) {
  const { desk } = useWorkspace()
  const [wanted, want] = useState<Wanted>({ strategy: names[0] ?? '', amount: '', reason: '' })
  const [problem, setProblem] = useState<string | null>(null)
  const give = async () => {
    const fault = faultOf(wanted)
    if (fault !== null) throw new Error(fault)
    const amount = wanted.amount.trim().replace('+', '')
    await desk.ask((client, of) => client.strategies.allocate({ ...of, ...wanted, amount }))
    onWritten()
  }
  const field = (key: keyof Wanted, label: string, hint: string) => (
    <label className="field">
      <span>{label}</span>
      <input
        value={wanted[key]}
        placeholder={hint}
        list={key === 'strategy' ? 'strategies-known' : undefined}
        inputMode={key === 'amount' ? 'decimal' : undefined}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => want({ ...wanted, [key]: event.target.value })}
      />
    </label>
  )
  return (
    <form className="allocate-form" onSubmit={(event) => event.preventDefault()}>
      <p className="muted">
        No money moves at the broker. What a strategy is given UNALLOCATED has less; a negative
        amount takes it back.
      </p>
      {field('strategy', 'Strategy', 'momentum')}
      <datalist id="strategies-known">
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {field('amount', 'Amount in the base currency', '25000.00')}
      {field('reason', 'Reason', 'Why')}
      {problem === null ? null : (
        <span role="alert" className="problem">
          {problem}
        </span>
      )}
      <div className="buttons">
        <Action kind="primary" run={give} onProblem={setProblem}>
          Allocate
        </Action>
      </div>
    </form>
  )
}

const ask = (client: Client, of: { account?: string }) => client.strategies.allocations(of)

type AllocationsProps = { readonly onUndone: () => void }

/** Every allocation, the newest first, each with its undo. */
export function Allocations({ onUndone }: AllocationsProps) {
  const { answer } = useTold(ask)
  if (answer === null || answer.length === 0) return null
  return (
    <section className="card whole" aria-label="Allocations">
      <h3>Capital given and taken back</h3>
      <div className="wide-table">
        <table className="codes sums">
          <tbody>
            {answer.map((one) => (
              <AllocationRow key={one.id} one={one} onUndone={onUndone} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}

function AllocationRow({ one, onUndone }: AllocationsProps & { readonly one: AllocationView }) {
  const { desk } = useWorkspace()
  const now = useMinute()
  const [problem, setProblem] = useState<string | null>(null)
  const undo = async () => {
    await desk.ask((client, of) => client.strategies.undoAllocation({ ...of, id: one.id }))
    onUndone()
  }
  const amount = `${signed(one.amount, digitsOf(one.baseCurrency))} ${one.baseCurrency}`
  const isOpen = one.undoes === null && !one.isUndone
  return (
    <tr>
      <th scope="row">{one.strategy}</th>
      <td className="number">{amount}</td>
      <td>{timeOrDay(one.at, now)}</td>
      <td className="reason">{problem ?? one.reason}</td>
      <td className="number">
        {isOpen ? (
          <Action run={undo} onProblem={setProblem}>
            Undo
          </Action>
        ) : (
          <span className="muted">{one.isUndone ? 'Undone' : 'Undo'}</span>
        )}
      </td>
    </tr>
  )
}
