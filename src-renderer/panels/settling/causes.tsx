import type { CauseView, SettlementInput } from '#shared/api/settle-views.ts'
import { capital, CERTAINTY_TITLE, proposalTitle } from './words.ts'
import { isSettlement, type Proposal } from './ways.ts'

type ProposalProps = {
  readonly proposal: Proposal
  readonly isBest: boolean
  readonly isChosen: boolean
  readonly onChoose: (settlement: SettlementInput) => void
}

/** A settlement is a button; what else could be done is said. */
function ProposalButton({ proposal, isBest, isChosen, onChoose }: ProposalProps) {
  if (!isSettlement(proposal)) return <span className="muted">{proposalTitle(proposal)}.</span>
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
}

/** What may lie behind a break, the best first, each with its evidence and what could be done. */
export function Causes({ causes, canSettle, chosen, onChoose }: CausesProps) {
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
                  {...{ proposal, onChoose }}
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
