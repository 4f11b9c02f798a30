import { LINK_CODES, type LinkCode } from '#shared/link-codes.ts'
import { UNKNOWN } from '../format/number.ts'
import { momentOf, timeOrDay } from '../format/time.ts'
import { useDesk, useNow } from '../workspace/context.ts'
import { Facts, Reconnect, useLinkWords } from './link-pill.tsx'
import { LinkForm } from './link-form.tsx'
import { LinkHistory } from './link-history.tsx'
import { LinkSearch } from './link-search.tsx'

function State() {
  const { tone, sentence, label } = useLinkWords()
  const link = useDesk((state) => state.told?.link)
  const problem = link?.problem ?? null
  return (
    <section aria-label="State of the link" className="card">
      <h3>
        <span className={`pill-dot ${tone}`} aria-hidden /> {label}
      </h3>
      <p>{sentence}</p>
      {problem === null ? null : (
        <p className={tone === 'bad' ? 'problem' : 'warning'}>
          <strong>{problem.message}</strong> {problem.remedy}
          {problem.code === null ? null : ` (IB code ${problem.code})`}
        </p>
      )}
      {link === undefined ? null : <Facts link={link} />}
      <LinkForm />
      <div className="buttons">
        <Reconnect />
      </div>
    </section>
  )
}

const EXECUTIONS = {
  master: 'At once, of every program and of TWS',
  'client-0': 'At once those typed into TWS; the rest every few seconds',
  polling: 'Every few seconds',
} as const

/** What the client id and the permissions let through, and how to let more through. */
function Capabilities() {
  const link = useDesk((state) => state.told?.link)
  const capabilities = link?.capabilities ?? null
  const facts: readonly [string, string][] =
    capabilities === null
      ? [
          ['Executions', UNKNOWN],
          ['Orders', UNKNOWN],
          ['API', UNKNOWN],
        ]
      : [
          ['Executions', EXECUTIONS[capabilities.executions]],
          ['Orders', capabilities.orders ? 'Open and completed ones' : 'From their executions'],
          ['API', capabilities.readOnly ? 'Read-only' : 'Not read-only'],
        ]
  return (
    <section aria-label="What can be seen" className="card">
      <h3>What can be seen</h3>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        {capabilities?.sentence ?? 'Known once a session with TWS or Gateway is open.'}
      </p>
      <ul className="plain-list">
        <li>
          <strong>Master Client ID</strong> set to {link?.clientId ?? 'this client id'} in TWS,
          Global Configuration › API › Settings: executions of every program arrive at once.
        </li>
        <li>
          <strong>Client id 0</strong>: executions typed into TWS arrive at once, also without it.
        </li>
        <li>
          <strong>Read-Only API</strong> may stay on: Truebook never places an order. Cleared, open
          orders are seen before they are filled.
        </li>
      </ul>
    </section>
  )
}

const WEIGHT = { fine: 'Fine', passing: 'Mends itself', act: 'Needs you' } as const

function Code({ code }: { readonly code: LinkCode }) {
  return (
    <tr className={code.weight}>
      <th scope="row">{code.codes.length === 0 ? 'no code' : code.codes.join(', ')}</th>
      <td>
        {code.meaning} <span className="muted">{code.remedy}</span>
      </td>
      <td className="code-weight">{WEIGHT[code.weight]}</td>
    </tr>
  )
}

/** Everything about the link: how it is, what comes through, what happened, what can happen. */
export function Connection() {
  const heardAt = useDesk((state) => state.told?.link.heardAt) ?? null
  const now = useNow()
  return (
    <div className="cards" data-focus="connection" tabIndex={0} aria-label="Connection">
      <State />
      <section aria-label="Connect to another" className="card broad">
        <h3>Who listens</h3>
        <LinkSearch />
      </section>
      <Capabilities />
      <section aria-label="What happened to the link" className="card">
        <h3>Lately</h3>
        <div className="card-scroll">
          <LinkHistory />
        </div>
      </section>
      <section aria-label="What TWS can say" className="card whole">
        <h3>What TWS can say</h3>
        <table className="codes">
          <tbody>
            {LINK_CODES.map((code) => (
              <Code key={code.meaning} code={code} />
            ))}
          </tbody>
        </table>
        <p className="muted">
          TWS was last heard {heardAt === null ? 'never' : `at ${timeOrDay(heardAt, now)}`}
          {heardAt === null ? '' : ` (${momentOf(heardAt)})`}.
        </p>
      </section>
    </div>
  )
}
