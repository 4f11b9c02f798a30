import { useState, type ReactNode } from 'react'
import type { BookView } from '#shared/api/views.ts'
import { Action } from '../widgets/action.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { DemoBanner } from './demo-banner.tsx'
import { Reconnect, useLinkWords } from './link-pill.tsx'

type BannerProps = {
  readonly kind: 'problem' | 'warning' | 'question' | 'plain'
  readonly children: ReactNode
  readonly actions?: ReactNode
}

function Banner({ kind, children, actions }: BannerProps) {
  return (
    <div role={kind === 'problem' ? 'alert' : 'status'} className={`banner ${kind}`}>
      <div className="banner-text">{children}</div>
      <div className="buttons">{actions}</div>
    </div>
  )
}

/** The link to the broker, whenever something stands in the way of it. */
function LinkBanner() {
  const { tone, sentence } = useLinkWords()
  const isCoreThere = useDesk((state) => state.core.kind === 'open')
  const isToldYet = useDesk((state) => state.told !== null)
  const problem = useDesk((state) => state.told?.link.problem) ?? null
  const isShown = isCoreThere ? tone === 'bad' || problem !== null : isToldYet || tone === 'bad'
  if (!isShown) return null
  if (!isCoreThere) {
    return (
      <Banner kind="problem">
        {sentence}
        {isToldYet ? ' What is shown is the last that was known.' : null}
      </Banner>
    )
  }
  return (
    <Banner kind={tone === 'bad' ? 'problem' : 'warning'} actions={<Reconnect />}>
      {problem === null ? null : (
        <>
          <strong>{problem.message}</strong> {problem.remedy}{' '}
        </>
      )}
      {tone === 'good' ? null : <span className="muted">{sentence}</span>}
    </Banner>
  )
}

function LedgerBanner() {
  const problem = useDesk((state) => state.told?.status.ledger?.problem) ?? null
  return problem === null ? null : <Banner kind="problem">{problem}</Banner>
}

/** Polling shows fills late: it says so, and how to change it, until it was read. */
function PollingBanner() {
  const capabilities = useDesk((state) => state.told?.link.capabilities) ?? null
  const [readSentence, setRead] = useState<string | null>(null)
  if (capabilities?.executions !== 'polling' || capabilities.sentence === readSentence) return null
  return (
    <Banner
      kind="warning"
      actions={
        <button
          type="button"
          className="button plain"
          onClick={() => setRead(capabilities.sentence)}
        >
          Dismiss
        </button>
      }
    >
      <strong>Polling.</strong> {capabilities.sentence}
    </Banner>
  )
}

const holdings = (count: number): string => (count === 1 ? '1 holding' : `${count} holdings`)

function Proposed({ book }: { readonly book: BookView }) {
  const { desk } = useWorkspace()
  const [isAsking, setAsking] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const unknown = book.openingUnknownCosts
  const actions = isAsking ? (
    <>
      <span>Take it back? It can be taken again.</span>
      <Action onProblem={setProblem} run={() => desk.decideOpening('undoOpening')}>
        Yes, undo
      </Action>
      <button type="button" className="button plain" onClick={() => setAsking(false)}>
        Keep
      </button>
    </>
  ) : (
    <>
      <Action
        kind="primary"
        onProblem={setProblem}
        run={() => desk.decideOpening('confirmOpening')}
      >
        Confirm
      </Action>
      <button type="button" className="button plain" onClick={() => setAsking(true)}>
        Undo
      </button>
    </>
  )
  return (
    <Banner kind="question" actions={actions}>
      <strong>Opening position:</strong> {holdings(book.openingPositions)} taken over from the
      broker, all Unattributed until assigned.
      {unknown > 0 ? ` The cost of ${unknown} is not known.` : null} Does it look right?
      {problem === null ? null : <em className="problem"> {problem}</em>}
    </Banner>
  )
}

function Undone() {
  const { desk } = useWorkspace()
  const [problem, setProblem] = useState<string | null>(null)
  return (
    <Banner
      kind="question"
      actions={
        <Action
          kind="primary"
          onProblem={setProblem}
          run={() => desk.decideOpening('proposeOpening')}
        >
          Take the opening position again
        </Action>
      }
    >
      <strong>Opening position undone.</strong> The book holds only what was traded since.
      {problem === null ? null : <em className="problem"> {problem}</em>}
    </Banner>
  )
}

function OpeningBanner() {
  const book = useDesk((state) => state.told?.book) ?? null
  const isConnected = useDesk((state) => state.told?.link.state === 'connected')
  switch (book?.opening) {
    case 'proposed':
      return <Proposed book={book} />
    case 'undone':
      return <Undone />
    case 'awaiting':
      return isConnected ? (
        <Banner kind="plain">
          Waiting for the broker’s holdings: they become the opening position of this book.
        </Banner>
      ) : null
    case 'confirmed':
    case undefined:
      return null
  }
}

export function Banners() {
  return (
    <div className="banners" data-region="banners">
      <DemoBanner />
      <LinkBanner />
      <LedgerBanner />
      <OpeningBanner />
      <PollingBanner />
    </div>
  )
}
