import type { EffectView } from '#shared/api/effect-view.ts'
import { exact, signed, toneOf, UNKNOWN } from '../format/number.ts'
import { strategyName } from '../stores/holding.ts'

const MOST_DECIMALS = 8

/** As many digits as tell two averages apart; the ledger has more. */
const average = (value: string | null): string => {
  const text = exact(value)
  const [whole = text, decimals = ''] = text.split('.')
  return decimals.length > MOST_DECIMALS ? `${whole}.${decimals.slice(0, MOST_DECIMALS)}…` : text
}

function Effect({ effect }: { readonly effect: EffectView }) {
  const { strategy, symbol, before, after, realized } = effect
  const gained = realized === null ? UNKNOWN : signed(realized, 2)
  return (
    <tr>
      <th scope="row">{strategyName(strategy)}</th>
      <td>{symbol}</td>
      <td className="effect">{exact(before.quantity)}</td>
      <td className="effect strong">{exact(after.quantity)}</td>
      <td className="effect">{average(before.averageCost)}</td>
      <td className="effect strong">{average(after.averageCost)}</td>
      <td className={`effect ${toneOf(gained)}`}>{gained}</td>
    </tr>
  )
}

/** What each strategy holds before something is written and after, side by side. */
export function Effects({ effects }: { readonly effects: readonly EffectView[] }) {
  if (effects.length === 0) return null
  return (
    <table className="codes effects" aria-label="Before and after">
      <thead>
        <tr>
          <th scope="col">Strategy</th>
          <th scope="col">Symbol</th>
          <th scope="col">Qty before</th>
          <th scope="col">Qty after</th>
          <th scope="col">Avg before</th>
          <th scope="col">Avg after</th>
          <th scope="col">Rlzd P&amp;L</th>
        </tr>
      </thead>
      <tbody>
        {effects.map((effect) => (
          <Effect key={`${effect.strategy}|${effect.conId}`} effect={effect} />
        ))}
      </tbody>
    </table>
  )
}
