import { useEffect, useState } from 'react'
import { toast } from '../stores/toasts.ts'
import { Action } from '../widgets/action.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'

type Choice = { readonly host: string; readonly port: string; readonly clientId: string }

type FieldProps = {
  readonly label: string
  readonly value: string
  readonly hint?: string
  readonly onChange: (value: string) => void
}

function Field({ label, value, hint, onChange }: FieldProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        value={value}
        placeholder={hint}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}

const NUMBER = /^\d+$/

/** Why the numbers cannot be sent, in a sentence; the core judges everything else. */
function faultOf({ port, clientId }: Choice): string | null {
  if (port !== '' && !NUMBER.test(port)) return 'The port must be a number, or empty to search.'
  return NUMBER.test(clientId) ? null : 'The client id must be a number, 0 or more.'
}

/** Connects as said, at once; tells what a flag or the environment will say at the next start. */
export function useConnect() {
  const { desk } = useWorkspace()
  return async (choice: Choice) => {
    const fault = faultOf(choice)
    if (fault !== null) throw new Error(fault)
    const { overridden } = await desk.ask((client) =>
      client.link.configure({
        host: choice.host.trim(),
        port: choice.port === '' ? null : Number(choice.port),
        clientId: Number(choice.clientId),
      }),
    )
    for (const { sentence } of overridden) toast(sentence, true)
  }
}

/** What is set: while ports are being searched the link names whichever was tried last. */
function useSet(): Partial<Choice> {
  const { desk } = useWorkspace()
  const since = useDesk((state) => state.told?.link.since)
  const [set, setSet] = useState<Partial<Choice>>({})
  useEffect(() => {
    let isHere = true
    const take = (all: readonly { readonly key: string; readonly value?: unknown }[]) => {
      const text = (key: string): Partial<Choice> => {
        const value = all.find((each) => each.key === key)?.value
        const isText = typeof value === 'string' || typeof value === 'number'
        // Null is a setting, too: no port is a search.
        return isText ? { [key]: String(value) } : value === null ? { [key]: '' } : {}
      }
      if (isHere) setSet({ ...text('host'), ...text('port'), ...text('clientId') })
    }
    // Without an answer the form shows what the link says of itself.
    desk.ask((client) => client.settings.get()).then(take, () => undefined)
    return () => {
      isHere = false
    }
  }, [desk, since])
  return set
}

/** Host, port and client id, as they are and as they shall be. */
export function LinkForm() {
  const link = useDesk((state) => state.told?.link)
  const connect = useConnect()
  const set = useSet()
  const [typed, type] = useState<Partial<Choice>>({})
  const [problem, setProblem] = useState<string | null>(null)
  const said: Choice = {
    host: link?.host ?? '127.0.0.1',
    port: String(link?.port ?? ''),
    clientId: String(link?.clientId ?? ''),
  }
  const choice: Choice = { ...said, ...set, ...typed }
  const change = (part: keyof Choice) => (value: string) => type({ ...typed, [part]: value })
  const run = async () => {
    await connect(choice)
    type({})
  }
  return (
    <form className="link-form" aria-label="Connect" onSubmit={(event) => event.preventDefault()}>
      <Field label="Host" value={choice.host} onChange={change('host')} />
      <Field label="Port" value={choice.port} hint="search" onChange={change('port')} />
      <Field label="Client ID" value={choice.clientId} onChange={change('clientId')} />
      <Action kind="primary" run={run} onProblem={setProblem}>
        Connect
      </Action>
      {problem === null ? null : (
        <span role="alert" className="problem">
          {problem}
        </span>
      )}
    </form>
  )
}
