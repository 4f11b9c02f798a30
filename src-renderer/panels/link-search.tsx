import { useEffect, useState } from 'react'
import type { Client } from '../desk.ts'
import { UNKNOWN } from '../format/number.ts'
import { Action } from '../widgets/action.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { useConnect } from './link-form.tsx'

type Found = Awaited<ReturnType<Client['link']['search']>>[number]

const STATE: Record<Found['state'], string> = {
  open: 'listens',
  closed: 'nobody',
  unreachable: 'no answer',
}

/** Who it is, as far as it told. */
const whoIs = ({ kind, state, speaksIb }: Found): string => {
  if (state === 'open' && speaksIb === false) return 'another program'
  return kind ?? (speaksIb === true ? 'TWS or Gateway' : UNKNOWN)
}

function FoundRow({ found }: { readonly found: Found }) {
  const connect = useConnect()
  const clientId = useDesk((state) => state.told?.link.clientId) ?? 7
  const [problem, setProblem] = useState<string | null>(null)
  const { host, port, realm, state } = found
  const trouble = problem ?? found.problem?.message ?? null
  return (
    <tr>
      <th scope="row">
        {host}:{port}
      </th>
      <td>{whoIs(found)}</td>
      <td>{realm === 'UNKNOWN' ? UNKNOWN : realm}</td>
      <td className={state === 'open' ? 'good' : 'muted'}>
        {STATE[state]}
        {state === 'open' && trouble !== null ? <em className="problem"> {trouble}</em> : null}
      </td>
      <td>
        {state === 'open' ? (
          <Action
            onProblem={setProblem}
            run={() => connect({ host, port: String(port), clientId: String(clientId) })}
          >
            Connect
          </Action>
        ) : null}
      </td>
    </tr>
  )
}

/** Looks at the usual ports at once and whenever asked to; opens no session. */
export function LinkSearch() {
  const { desk } = useWorkspace()
  const [found, setFound] = useState<readonly Found[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const search = async () => setFound(await desk.ask((client) => client.link.search({})))
  useEffect(() => {
    let isHere = true
    desk
      .ask((client) => client.link.search({}))
      .then(
        (answer) => isHere && setFound(answer),
        (error: unknown) => isHere && setProblem(String(error)),
      )
    return () => {
      isHere = false
    }
  }, [desk])
  return (
    <>
      {found === null ? (
        <p className="muted">Looking at the usual ports…</p>
      ) : (
        <table className="codes found" aria-label="Who listens">
          <tbody>
            {found.map((each) => (
              <FoundRow key={`${each.host}:${each.port}`} found={each} />
            ))}
          </tbody>
        </table>
      )}
      <div className="buttons">
        <Action run={search} onProblem={setProblem}>
          Search again
        </Action>
        {problem === null ? null : <span className="problem">{problem}</span>}
      </div>
    </>
  )
}
