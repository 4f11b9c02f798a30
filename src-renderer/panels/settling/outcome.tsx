import type { SettleOutcome } from '#shared/api/settle-views.ts'
import { digitsOf, exact, fixed, signed, toneOf, UNKNOWN } from '../../format/number.ts'
import type { DeskState } from '../../stores/desk-state.ts'
import { strategyName } from '../../stores/holding.ts'
import { useDesk } from '../../workspace/context.ts'
import { CLASS_TITLE, ownerName } from './words.ts'

type Effect = SettleOutcome['effects'][number]

const OWN_DECIMALS = 4

/** Decimals of the instrument's prices, where it is on screen. */
const decimalsOf =
  (conId: number) =>
  ({ positions }: DeskState): number => {
    for (const row of positions.byKey.values()) {
      if (row.conId === conId) return Math.max(row.priceDecimals, 2)
    }
    return OWN_DECIMALS
  }

type ChangeProps = { readonly before: string; readonly after: string }

function Change({ before, after }: ChangeProps) {
  return (
    <>
      <td className="number">{before}</td>
      <td className="number after">
        {before === after ? <span className="muted">same</span> : after}
      </td>
    </>
  )
}

type EffectProps = { readonly effect: Effect; readonly currency: string }

function EffectRow({ effect, currency }: EffectProps) {
  const { strategy, symbol, conId, before, after, realized } = effect
  const decimals = useDesk(decimalsOf(conId))
  const profit = signed(realized, digitsOf(currency))
  return (
    <tr>
      <th scope="row">{strategyName(strategy)}</th>
      <td>{symbol}</td>
      <Change before={exact(before.quantity)} after={exact(after.quantity)} />
      <Change
        before={fixed(before.averageCost, decimals)}
        after={fixed(after.averageCost, decimals)}
      />
      <td className={`number ${toneOf(profit)}`}>{profit}</td>
    </tr>
  )
}

function Effects({ effects, currency }: Pick<SettleOutcome, 'effects'> & { currency: string }) {
  if (effects.length === 0) return null
  return (
    <table className="effects">
      <thead>
        <tr>
          <th scope="col" rowSpan={2}>
            Strategy
          </th>
          <th scope="col" rowSpan={2}>
            Symbol
          </th>
          <th scope="colgroup" colSpan={2}>
            Quantity
          </th>
          <th scope="colgroup" colSpan={2}>
            Average cost
          </th>
          <th scope="col" rowSpan={2} className="number">
            P&L effect {currency}
          </th>
        </tr>
        <tr>
          {['quantity', 'average'].flatMap((what) =>
            ['before', 'after'].map((when) => (
              <th key={what + when} scope="col" className="number">
                {when}
              </th>
            )),
          )}
        </tr>
      </thead>
      <tbody>
        {effects.map((effect) => (
          <EffectRow key={`${effect.strategy}|${effect.conId}`} {...{ effect, currency }} />
        ))}
      </tbody>
    </table>
  )
}

function CashEntries({ cash }: Pick<SettleOutcome, 'cash'>) {
  if (cash.length === 0) return null
  return (
    <table className="effects">
      <thead>
        <tr>
          <th scope="col">Cash of</th>
          <th scope="col">Booked as</th>
          <th scope="col" className="number">
            Amount
          </th>
          <th scope="col">Currency</th>
        </tr>
      </thead>
      <tbody>
        {cash.map((entry, index) => (
          <tr key={index}>
            <th scope="row">{ownerName(entry.strategy)}</th>
            <td>{CLASS_TITLE[entry.class]}</td>
            <td className="number">{signed(entry.amount, digitsOf(entry.currency))}</td>
            <td>{entry.currency}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

type OutcomeProps = { readonly outcome: SettleOutcome; readonly currency: string | null }

/** What a settlement comes to: before and after, side by side, and what should be known. */
export function Outcome({ outcome, currency }: OutcomeProps) {
  const { refusal, effects, cash, says, entries } = outcome
  if (refusal !== null) return <p className="problem">{refusal}</p>
  return (
    <>
      <Effects effects={effects} currency={currency ?? ''} />
      <CashEntries cash={cash} />
      {says.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {entries === 0 ? (
        <p className="muted">Writes no entry: no position and no cash changes.</p>
      ) : null}
    </>
  )
}

/** The same in a few words, for a line of several. */
export function outcomeWords({ refusal, effects, cash, entries }: SettleOutcome): string {
  if (refusal !== null) return refusal
  const moved = effects.map(
    ({ strategy, symbol, before, after }) =>
      `${strategyName(strategy)} ${symbol} ${exact(before.quantity)} → ${exact(after.quantity)}`,
  )
  const booked = cash.map(
    ({ strategy, amount, currency, class: cashClass }) =>
      `${ownerName(strategy)} ${signed(amount, digitsOf(currency))} ${currency} ` +
      CLASS_TITLE[cashClass].toLowerCase(),
  )
  return entries === 0 ? 'writes no entry' : [...moved, ...booked].join('; ') || UNKNOWN
}
