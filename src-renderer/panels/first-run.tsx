import { useState } from 'react'
import { Action } from '../widgets/action.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { LinkForm } from './link-form.tsx'
import { useLinkWords } from './link-pill.tsx'
import { LinkSearch } from './link-search.tsx'

const STEPS: readonly (readonly [where: string, what: string])[] = [
  ['TWS', 'Global Configuration › API › Settings'],
  ['IB Gateway', 'Configure › Settings › API › Settings'],
]

function Found() {
  const { sentence } = useLinkWords()
  const problem = useDesk((state) => state.told?.link.problem) ?? null
  return (
    <section className="card" aria-label="What was found">
      <h2>What was found</h2>
      <p aria-live="polite">
        {problem === null ? sentence : `${problem.message} ${problem.remedy}`}
      </p>
      {problem === null ? null : <p className="muted">{sentence}</p>}
      <LinkSearch />
      <LinkForm />
    </section>
  )
}

function LetIn() {
  const clientId = useDesk((state) => state.told?.link.clientId) ?? 7
  return (
    <section className="card" aria-label="Let Truebook in">
      <h2>Let Truebook in</h2>
      <ol>
        <li>Start TWS or IB Gateway on this machine, and log in.</li>
        <li>
          Open its API settings:
          <dl className="facts">
            {STEPS.map(([where, what]) => (
              <div key={where}>
                <dt>{where}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </li>
        <li>
          In TWS tick <strong>Enable ActiveX and Socket Clients</strong>; in IB Gateway it is always
          on.
        </li>
        <li>
          Compare the <strong>Socket port</strong>: 7496 live and 7497 paper for TWS, 4001 and 4002
          for IB Gateway are looked for.
        </li>
        <li>
          Another machine than this one goes into <strong>Trusted IPs</strong>.
        </li>
        <li>
          Set <strong>Master Client ID</strong> to <code>{clientId}</code>: executions of every
          program then arrive at once. Without it they are fetched every few seconds.
        </li>
        <li>
          <strong>Read-Only API</strong> may stay on. Truebook reads; it never places an order.
        </li>
      </ol>
      <p className="muted">It connects by itself as soon as one answers.</p>
    </section>
  )
}

function Demo() {
  const { desk } = useWorkspace()
  const [problem, setProblem] = useState<string | null>(null)
  return (
    <section className="card" aria-label="Try it without a broker">
      <h2>Try it without a broker</h2>
      <p>
        The demo desk trades on a simulated gateway, in a ledger of its own that is thrown away. It
        takes the place of this desk until you come back.
      </p>
      <div className="buttons">
        <Action kind="primary" onProblem={setProblem} run={() => desk.changeDesk('open')}>
          Open the demo desk
        </Action>
      </div>
      {problem === null ? null : (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}

/** Shown while there is neither a link nor a book: what was looked for, and how to go on. */
export function FirstRun() {
  return (
    <main className="first-run" data-region="first-run">
      <h1>No TWS or IB Gateway is connected yet</h1>
      <Found />
      <LetIn />
      <Demo />
    </main>
  )
}
