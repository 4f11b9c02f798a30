import { useState } from 'react'
import type { StrategiesView } from '#shared/api/strategies.ts'
import type { Client } from '../desk.ts'
import { digitsOf, fixed, percentText, signed, toneOf, UNKNOWN } from '../format/number.ts'
import { momentOf } from '../format/time.ts'
import { fromDay, lines } from '../format/where-from.ts'
import { tipOn } from '../widgets/tooltip.tsx'
import { Allocate, Allocations } from './allocate.tsx'
import { Exposures } from './exposures.tsx'
import { useTold } from './use-told.ts'

type Bucket = StrategiesView['buckets'][number]

const RESERVED = ['UNATTRIBUTED', 'UNALLOCATED']
const HEADERS = ['Strategy', 'Daily P&L', 'Allocated', 'Funds', 'Gain', 'Comm', 'Income', 'Conv']

function Pnl({ value, digits }: { readonly value: string; readonly digits: number }) {
  const shown = signed(value, digits)
  return <td className={`number ${toneOf(shown)}`}>{shown}</td>
}

type BucketProps = {
  readonly bucket: Bucket
  readonly daySince: number | null
  readonly digits: number
}

/** What was made today is unknown until there is something to measure it from. */
function Daily({ bucket: { daily, dailyExcluded: left }, daySince, digits }: BucketProps) {
  const shown = daySince === null ? UNKNOWN : signed(daily, digits)
  const tip = lines(
    fromDay({ daySince }),
    daySince === null || left === 0 ? null : `Excluding ${left}, for want of a price or a rate.`,
  )
  return (
    <td className={`number ${toneOf(shown)}`} {...tipOn(tip)}>
      {shown}
      {daySince === null || left === 0 ? null : <small className="warning"> excl. {left}</small>}
    </td>
  )
}

function BucketRow({ bucket, daySince, digits }: BucketProps) {
  const { excluded } = bucket
  const missing = excluded.map(
    ({ reason, symbol, currency }) => `${reason} of ${symbol ?? currency}`,
  )
  return (
    <tr>
      <th scope="row">
        {bucket.strategy}
        {missing.length === 0 ? null : (
          <span className="warning" {...tipOn(`Not known: ${missing.join(', ')}.`)}>
            {' '}
            excluding {missing.length}
          </span>
        )}
      </th>
      <Daily bucket={bucket} daySince={daySince} digits={digits} />
      <td className="number">{fixed(bucket.allocated, digits)}</td>
      <td className="number">{fixed(bucket.funds, digits)}</td>
      <Pnl value={bucket.gain} digits={digits} />
      <td className="number">{fixed(bucket.commission, digits)}</td>
      <Pnl value={bucket.income} digits={digits} />
      <td className="number">{fixed(bucket.conversions, digits)}</td>
      <td className="number">
        <strong>{fixed(bucket.equity, digits)}</strong>
      </td>
      <td className="number">{percentText(bucket.navPercent)}</td>
    </tr>
  )
}

type SumProps = { readonly name: string; readonly value: string | null; readonly digits: number }

function Sum({ name, value, digits }: SumProps) {
  return (
    <tr>
      <th scope="row" colSpan={8}>
        {name}
      </th>
      <td className="number">
        <strong>{fixed(value, digits)}</strong>
      </td>
      <td />
    </tr>
  )
}

/** The sum of the ledger beside the broker's word, and what is between them. */
function Totals({ view, digits }: { readonly view: StrategiesView; readonly digits: number }) {
  const { unexplained, excluded } = view
  const isAgreed = unexplained !== null && !/[1-9]/.test(unexplained)
  const told = view.brokerAt === null ? '' : `, told ${momentOf(view.brokerAt)}`
  const total = excluded === 0 ? 'Total: ledger NAV' : `Total: ledger NAV, excluding ${excluded}`
  return (
    <tfoot>
      <Sum name={total} value={view.ledgerNav} digits={digits} />
      <Sum name={`Broker NAV${told}`} value={view.brokerNav} digits={digits} />
      <Sum name="Of it accrued, not paid yet" value={view.accrued} digits={digits} />
      <tr className={isAgreed || unexplained === null ? '' : 'warning'}>
        <th scope="row" colSpan={8}>
          Unexplained: broker less accrued less ledger
        </th>
        <td className="number">
          <strong>{isAgreed ? '✓ 0.00' : signed(unexplained, 2)}</strong>
        </td>
        <td />
      </tr>
    </tfoot>
  )
}

const ask = (client: Client, of: { account?: string }) => client.strategies.list(of)

/** What every strategy is worth and why, and how far the ledger is from the broker. */
export function Strategies() {
  const { answer, problem, again } = useTold(ask)
  const [written, setWritten] = useState(0)
  const digits = digitsOf(answer?.baseCurrency ?? '')
  const news = () => {
    again()
    setWritten((before) => before + 1)
  }
  const names = (answer?.buckets ?? []).map(({ strategy }) => strategy)
  return (
    <div className="cards" data-focus="strategies" tabIndex={0} aria-label="Strategies">
      {problem === null ? null : <p className="problem">{problem}</p>}
      <section className="card whole" aria-label="Equity of strategies">
        <h3>
          Equity <span className="muted">{answer?.baseCurrency ?? ''}</span>
          <span className="spring" />
          <Allocate names={names.filter((name) => !RESERVED.includes(name))} onWritten={news} />
        </h3>
        {answer === null ? null : answer.baseCurrency === null ? (
          <p className="muted">The base currency is known once the broker has told the account.</p>
        ) : (
          <div className="wide-table">
            <table className="codes sums">
              <thead>
                <tr>
                  {[...HEADERS, 'Equity', '% of NAV'].map((name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {answer.buckets.map((bucket) => (
                  <BucketRow
                    key={bucket.strategy}
                    {...{ bucket, digits, daySince: answer.dailySince }}
                  />
                ))}
              </tbody>
              <Totals view={answer} digits={digits} />
            </table>
          </div>
        )}
      </section>
      {answer === null || answer.buckets.length === 0 ? null : <Exposures view={answer} />}
      <Allocations key={written} onUndone={news} />
    </div>
  )
}
