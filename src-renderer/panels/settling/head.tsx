import type { RunView } from '#shared/api/reconcile-views.ts'
import { digitsOf, fixed, signed } from '../../format/number.ts'
import { momentOf } from '../../format/time.ts'
import { askToGive } from '../../stores/giving.ts'
import { tipOn } from '../../widgets/tooltip.tsx'
import { useDesk } from '../../workspace/context.ts'
import { transferTitle } from './words.ts'

type Worth = NonNullable<RunView['worth']>

const TIPS = {
  'Broker NAV': 'The broker’s net liquidation value, in the last run.',
  Accrued: 'Part of it that is due and not paid yet, so that no ledger has it.',
  'Ledger NAV': 'What this ledger has, at the same prices and rates.',
  Unexplained: 'Broker NAV less what is accrued less ledger NAV.',
} as const

function figuresOf(worth: Worth | null): readonly (readonly [keyof typeof TIPS, string])[] {
  const digits = digitsOf(worth?.baseCurrency ?? '')
  return [
    ['Broker NAV', fixed(worth?.brokerNav ?? null, digits)],
    ['Accrued', fixed(worth?.accrued ?? null, digits)],
    ['Ledger NAV', fixed(worth?.ledgerNav ?? null, digits)],
    ['Unexplained', signed(worth?.unexplained ?? null, digits)],
  ]
}

/** What the account was worth on both sides in the last run, in its base currency. */
function NavLine() {
  const run = useDesk((state) => state.told?.reconciliation?.lastRun) ?? null
  const worth = run?.worth ?? null
  return (
    <dl className="nav-line" aria-label="What the account is worth">
      {figuresOf(worth).map(([name, value]) => (
        <div key={name} {...tipOn(`${TIPS[name]} As of ${momentOf(run?.endedAt ?? null)}.`)}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {worth === null ? null : (
        <div>
          <dt>{worth.baseCurrency}</dt>
          <dd className="warning">
            {worth.excluded === 0 ? '' : `excluding ${worth.excluded} unpriced`}
          </dd>
        </div>
      )}
    </dl>
  )
}

/** What a trader seems to have closed by hand, and what would set it right. */
function ClosedByHand() {
  const moves = useDesk((state) => state.told?.reconciliation?.closedByHand) ?? []
  if (moves.length === 0) return null
  return (
    <ul className="by-hand" aria-label="Closed by hand">
      {moves.map((move) => (
        <li key={`${move.conId} ${move.from} ${move.to}`}>
          <strong>Closed by hand?</strong> {move.symbol}: both sides agree, but a strategy is open
          against Unattributed. {transferTitle(move)} would close both.{' '}
          <button
            type="button"
            className="button"
            onClick={(event) =>
              askToGive({ kind: 'by hand', move, page: event.currentTarget.ownerDocument })
            }
          >
            Transfer…
          </button>
        </li>
      ))}
    </ul>
  )
}

/** What stands above the breaks. */
export function BreaksHead() {
  return (
    <div className="breaks-head">
      <NavLine />
      <ClosedByHand />
    </div>
  )
}
