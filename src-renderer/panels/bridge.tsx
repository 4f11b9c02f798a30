import { useRef, useState } from 'react'
import type { ExplanationView } from '#shared/api/portfolio.ts'
import { UNALLOCATED } from '#shared/ids.ts'
import type { Client } from '../desk.ts'
import { digitsOf, fixed, signed, toneOf } from '../format/number.ts'
import { momentOf } from '../format/time.ts'
import { Action } from '../widgets/action.tsx'
import { strategyName } from '../stores/holding.ts'
import { useDesk, useMinute, useWorkspace } from '../workspace/context.ts'
import { useTold } from './use-told.ts'

const DAY_MS = 86_400_000

/** How far back the explanation begins. */
const SPANS = [
  { label: 'Last hour', ms: DAY_MS / 24 },
  { label: 'Last day', ms: DAY_MS },
  { label: 'Last week', ms: 7 * DAY_MS },
  { label: 'Last month', ms: 30 * DAY_MS },
] as const

const OF_ACCOUNT = 'Net liquidation value by the broker, less what is due and not paid.'
const OF_STRATEGY =
  'What the ledger says it is worth, by all that is known of both moments now; a holding moved ' +
  'to it is a flow of what it was worth beyond its cost.'

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
  ['flows', 'Flows', 'Deposits, withdrawals, capital given, holdings transferred'],
  ['unexplained', 'Unexplained', 'What none of these accounts for: look at the cash breaks'],
]

/** Whose value is explained; empty: the account's. */
type Scope = string

const askStrategies = (client: Client, of: { account?: string }) => client.strategies.list(of)

/** Why the value changed: from one to the other, part by part. */
export function Bridge() {
  const { desk } = useWorkspace()
  const now = useMinute()
  const isConnected = useDesk((state) => state.told !== null)
  const [scope, setScope] = useState<Scope>('')
  const [span, setSpan] = useState<number | null>(null)
  const [view, setView] = useState<ExplanationView | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const turn = useRef(0)
  const ask = async (ms: number, whose: Scope) => {
    const asked = { from: now - ms, ...(whose === '' ? {} : { strategy: whose }) }
    setSpan(ms)
    turn.current += 1
    const mine = turn.current
    const answer = await desk.ask((client, of) => client.portfolio.explain({ ...of, ...asked }))
    // Somebody else may have been chosen meanwhile.
    if (mine === turn.current) setView(answer)
  }
  const choose = (whose: Scope) => {
    setScope(whose)
    setProblem(null)
    if (span === null) return
    ask(span, whose).catch((error: unknown) => {
      setView(null)
      setProblem(error instanceof Error ? error.message : String(error))
    })
  }
  return (
    <>
      <div className="past-form" role="group" aria-label="How far back">
        <ScopeSelect scope={scope} onChange={choose} />
        {SPANS.map(({ label, ms }) => (
          <Action key={label} run={() => ask(ms, scope)} onProblem={setProblem}>
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

type ScopeProps = { readonly scope: Scope; readonly onChange: (scope: Scope) => void }

/** The account, each strategy, UNATTRIBUTED and UNALLOCATED. */
function ScopeSelect({ scope, onChange }: ScopeProps) {
  const { answer } = useTold(askStrategies)
  const names = new Set((answer?.buckets ?? []).map(({ strategy }) => strategy))
  // What is chosen stays so while it is not told.
  if (scope !== '') names.add(scope)
  return (
    <label>
      <span>Whose</span>
      <select value={scope} onChange={(event) => onChange(event.target.value)}>
        <option value="">Account</option>
        {[...names].map((name) => (
          <option key={name} value={name}>
            {nameOf(name)}
          </option>
        ))}
      </select>
    </label>
  )
}

const nameOf = (strategy: string): string =>
  strategy === UNALLOCATED ? 'Unallocated' : strategyName(strategy)

function Unasked({ isConnected }: { readonly isConnected: boolean }) {
  return (
    <div className="message">
      <strong>{isConnected ? 'Choose how far back' : 'Waiting for the core'}</strong>
      <p>
        Why the account, or a strategy, is worth more or less than then: the parts add up to the
        change.
      </p>
    </div>
  )
}

function Parts({ view }: { readonly view: ExplanationView }) {
  const { base_currency: currency, strategy } = view
  const what = strategy === null ? 'Value' : `Equity of ${nameOf(strategy)}`
  const digits = digitsOf(currency)
  return (
    <div className="bridge">
      <table aria-label={`Why it changed: ${what}`}>
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
            <th scope="row">
              {what} at {momentOf(view.from)}
            </th>
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
            <th scope="row">
              {what} at {momentOf(view.to)}
            </th>
            <td className="number">{fixed(view.closing_nav, digits)}</td>
          </tr>
        </tbody>
      </table>
      <p className="muted">
        {strategy === null ? OF_ACCOUNT : OF_STRATEGY} Amounts of other currencies are at the rates
        of the end.
      </p>
      {view.excluded.map((sentence) => (
        <p key={sentence} className="muted">
          Left out: {sentence}
        </p>
      ))}
    </div>
  )
}
