import type { StrategiesView } from '#shared/api/strategies.ts'
import { percentText } from '../format/number.ts'
import { tipOn } from '../widgets/tooltip.tsx'

type Exposure = StrategiesView['exposure']

const WHAT =
  'In percent of the broker’s net liquidation value, futures by their notional: net is longs ' +
  'less shorts, gross both added up.'

function Row({ name, exposure }: { readonly name: string; readonly exposure: Exposure }) {
  const { net, gross, excluded } = exposure
  return (
    <tr>
      <th scope="row">
        {name}
        {excluded === 0 ? null : (
          <span className="warning" {...tipOn('A price or a rate of these is not known.')}>
            {' '}
            excluding {excluded}
          </span>
        )}
      </th>
      <td className="number">{percentText(net)}</td>
      <td className="number">{percentText(gross)}</td>
    </tr>
  )
}

/** How much of the account is at the market’s mercy, strategy by strategy and in all. */
export function Exposures({ view }: { readonly view: StrategiesView }) {
  const strategies = view.buckets.filter(({ kind }) => kind === 'strategy')
  return (
    <section className="card whole" aria-label="Exposure of strategies">
      <h3 tabIndex={0} {...tipOn(WHAT)}>
        Exposure <span className="muted">% of NAV</span>
      </h3>
      <div className="wide-table">
        <table className="codes sums">
          <thead>
            <tr>
              {['Strategy', 'Net', 'Gross'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {strategies.map(({ strategy, exposure }) => (
              <Row key={strategy} name={strategy} exposure={exposure} />
            ))}
          </tbody>
          <tfoot>
            <Row name="The account" exposure={view.exposure} />
          </tfoot>
        </table>
      </div>
    </section>
  )
}
