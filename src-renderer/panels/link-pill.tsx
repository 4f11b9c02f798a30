import { useState } from 'react'
import type { LinkView } from '#shared/api/views.ts'
import { coreWords, linkWords, type LinkWords } from '../format/link-words.ts'
import { UNKNOWN } from '../format/number.ts'
import { momentOf } from '../format/time.ts'
import { Action } from '../widgets/action.tsx'
import { Popover } from '../widgets/popover.tsx'
import { useDesk, useNow, useWorkspace } from '../workspace/context.ts'

const NOTHING_YET: LinkWords = {
  ...{ tone: 'busy', label: 'Starting', sentence: 'Asking the workstation’s core for the book.' },
}

/** What stands between the screen and the broker: the core first, then the link. */
export function useLinkWords(): LinkWords {
  const now = useNow()
  const core = useDesk((state) => state.core)
  const link = useDesk((state) => state.told?.link)
  return coreWords(core) ?? (link === undefined ? NOTHING_YET : linkWords(link, now))
}

export function Facts({ link }: { readonly link: LinkView }) {
  const facts: readonly [string, string][] = [
    ['Address', `${link.host}:${link.port}`],
    ['Client ID', String(link.clientId)],
    ['Server version', link.serverVersion === null ? UNKNOWN : String(link.serverVersion)],
    ['In this state since', momentOf(link.since)],
    ['Last heard', momentOf(link.heardAt)],
  ]
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

export function Reconnect() {
  const { desk } = useWorkspace()
  const [problem, setProblem] = useState<string | null>(null)
  return (
    <>
      <Action run={desk.reconnect} onProblem={setProblem}>
        Reconnect
      </Action>
      {problem === null ? null : <span role="alert">{problem}</span>}
    </>
  )
}

/** The state of the link in a few words; pressed, everything that is known of it. */
export function LinkPill() {
  const words = useLinkWords()
  const isCoreThere = useDesk((state) => state.core.kind === 'open')
  const link = useDesk((state) => state.told?.link)
  const problem = link?.problem ?? null
  const capabilities = link?.capabilities ?? null
  return (
    <Popover
      side="below"
      name={`Connection: ${words.label}`}
      tip={words.sentence}
      className={`pill ${words.tone}`}
      button={
        <>
          <span className="pill-dot" aria-hidden />
          {words.label}
        </>
      }
    >
      <p className="popover-lead">{words.sentence}</p>
      {problem === null || !isCoreThere ? null : (
        <p>
          <strong>{problem.message}</strong> {problem.remedy}
          {problem.code === null ? null : <span className="muted"> (IB code {problem.code})</span>}
        </p>
      )}
      {capabilities === null ? null : <p>{capabilities.sentence}</p>}
      {link === undefined ? null : <Facts link={link} />}
      {isCoreThere ? <Reconnect /> : null}
    </Popover>
  )
}
