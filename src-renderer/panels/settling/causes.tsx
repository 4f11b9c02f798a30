import type { CauseView, SettlementInput } from '#shared/api/settle-views.ts'
import { capital, CERTAINTY_TITLE, proposalTitle } from './words.ts'
import { isSettlement, type Proposal, type TransferProposal } from './ways.ts'

/** Asks for a move between strategies, in the page it was asked for in. */
type OnTransfer = (transfer: TransferProposal, page: Document) => void

type ProposalProps = {
  readonly proposal: Proposal
  readonly isBest: boolean
  readonly isChosen: boolean
  readonly onChoose: (settlement: SettlementInput) => void
  readonly onTransfer: OnTransfer
}

/** A settlement is chosen here; a move between strategies asks its own question. */
function ProposalButton({ proposal, isBest, isChosen, onChoose, onTransfer }: ProposalProps) {
  if (!isSettlement(proposal)) {
    return (
      <button
        type="button"
        className="button"
        onClick={(event) => onTransfer(proposal, event.currentTarget.ownerDocument)}
      >
        {proposalTitle(proposal)}…
      </button>
    )
  }
  return (
    <button
      type="button"
      className={`button ${isBest ? 'primary' : ''}`.trimEnd()}
      aria-pressed={isChosen}
      onClick={() => onChoose(proposal)}
    >
      {proposalTitle(proposal)}
    </button>
  )
}

type CausesProps = {
  readonly causes: readonly CauseView[]
  readonly canSettle: boolean
  readonly chosen: SettlementInput | null
  readonly onChoose: (settlement: SettlementInput) => void
  readonly onTransfer: OnTransfer
}

/** What may lie behind a break, the best first, each with its evidence and what could be done. */
export function Causes(props: CausesProps) {
  const { causes, canSettle, chosen, onChoose, onTransfer } = props
  if (causes.length === 0) {
    return <p className="muted">What may lie behind it is looked for in the next run.</p>
  }
  const best = causes.flatMap(({ proposals }) => proposals).find(isSettlement)
  return (
    <ul className="causes">
      {causes.map((cause, index) => (
        <li key={index}>
          <p>
            <strong>{capital(cause.cause)}</strong>{' '}
            <span className={`certainty ${cause.certainty}`}>
              {CERTAINTY_TITLE[cause.certainty]}
            </span>
          </p>
          <p>{cause.sentence}</p>
          {cause.facts.length === 0 ? null : (
            <dl className="cause-facts">
              {cause.facts.map(({ name, value }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          )}
          {canSettle && cause.proposals.length > 0 ? (
            <div className="ways">
              {cause.proposals.map((proposal, at) => (
                <ProposalButton
                  key={at}
                  {...{ proposal, onChoose, onTransfer }}
                  isBest={proposal === best}
                  isChosen={proposal === chosen}
                />
              ))}
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
