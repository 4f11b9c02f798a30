import { useState } from 'react'
import type { ExplanationView } from '#shared/api/portfolio.ts'
import { digitsOf, fixed, signed, toneOf } from '../format/number.ts'
import { momentOf } from '../format/time.ts'
import { Action } from '../widgets/action.tsx'
import { useDesk, useMinute, useWorkspace } from '../workspace/context.ts'

const DAY_MS = 86_400_000

/** How far back the explanation begins. */
const SPANS = [
  { label: 'Last hour', ms: DAY_MS / 24 },
  { label: 'Last day', ms: DAY_MS },
  { label: 'Last week', ms: 7 * DAY_MS },
  { label: 'Last month', ms: 30 * DAY_MS },
] as const

type PartKey = {
  readonly [Key in keyof ExplanationView]: ExplanationView[Key] extends string ? Key : never
}[keyof ExplanationView]

/** The parts in the order they are told in, and what each is. */
const PARTS: readonly (readonly [PartKey, string, string])[] = [
  ['price', 'Price', 'What was held at the beginning, at other prices'],
  ['fx', 'FX', 'What there was in other currencies, at other rates'],
  ['trading', 'Trading', 'From the prices traded at to the prices at the end'],
  ['commission', 'Commission', 'What the broker charged for fills'],
  ['income_and_fees', 'Income and fees', 'Dividends, interest, fees and taxes that were booked'],
  ['flows', 'Flows', 'Deposits, withdrawals, holdings transferred'],
  ['unexplained', 'Unexplained', 'What none of these accounts for: look at the cash breaks'],
]

/** Why the value changed: from one to the other, part by part. */
export function Bridge() {
  const { desk } = useWorkspace()
  const now = useMinute()
  const isConnected = useDesk((state) => state.told !== null)
  const [view, setView] = useState<ExplanationView | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const ask = (ms: number) => async () => {
    const from = now - ms
    setView(await desk.ask((client, of) => client.portfolio.explain({ ...of, from })))
  }
  return (
    <>
      <div className="past-form" role="group" aria-label="How far back">
        {SPANS.map(({ label, ms }) => (
          <Action key={label} run={ask(ms)} onProblem={setProblem}>
            {label}
          </Action>
        ))}
        {problem === null ? null : (
          <span role="alert" className="problem">
            {problem}
          </span>
        )}
      </div>
      {view === null ? <Unasked isConnected={isConnected} /> : <Parts view={view} />}
    </>
  )
}

function Unasked({ isConnected }: { readonly isConnected: boolean }) {
  return (
    <div className="message">
      <strong>{isConnected ? 'Choose how far back' : 'Waiting for the core'}</strong>
      <p>Why the account is worth more or less than then: the parts add up to the change.</p>
    </div>
  )
}

function Parts({ view }: { readonly view: ExplanationView }) {
  const { base_currency: currency } = view
  const digits = digitsOf(currency)
  return (
    <div className="bridge">
      <table aria-label="Why the value changed">
        <thead>
          <tr>
            <th scope="col">In {currency}</th>
            <th scope="col" className="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          <tr className="total">
            <th scope="row">Value at {momentOf(view.from)}</th>
            <td className="number">{fixed(view.opening_nav, digits)}</td>
          </tr>
          {PARTS.map(([key, label, about]) => {
            const amount = signed(view[key], digits)
            return (
              <tr key={key} title={about}>
                <th scope="row">{label}</th>
                <td className={`number ${toneOf(amount)}`}>{amount}</td>
              </tr>
            )
          })}
          <tr className="total">
            <th scope="row">Value at {momentOf(view.to)}</th>
            <td className="number">{fixed(view.closing_nav, digits)}</td>
          </tr>
        </tbody>
      </table>
      <p className="muted">
        Net liquidation value by the broker, less what is due and not paid. Amounts of other
        currencies are at the rates of the end.
      </p>
      {view.excluded.map((sentence) => (
        <p key={sentence} className="muted">
          Left out: {sentence}
        </p>
      ))}
    </div>
  )
}
