import { useState } from 'react'
import type { DrawdownStateView, GaugeView, ScopeView } from '#shared/api/drawdown.ts'
import type { Client } from '../desk.ts'
import { timeOrDay } from '../format/time.ts'
import { Action } from '../widgets/action.tsx'
import { tipOn } from '../widgets/tooltip.tsx'
import { useDesk, useMinute, useWorkspace } from '../workspace/context.ts'
import {
  barOf,
  inMoney,
  inPercent,
  leftOf,
  LEVELS,
  levelOf,
  PERIODS,
  sentenceOf,
} from './drawdown-words.ts'
import { Limits } from './limits.tsx'
import { useTold } from './use-told.ts'

type GaugeProps = {
  readonly name: string
  readonly gauge: GaugeView
  readonly currency: string | null
}

function Bullet({ name, gauge, currency }: GaugeProps) {
  const bar = barOf(gauge)
  if (bar === null) return <div className="bullet" aria-hidden />
  const sentence = sentenceOf(name, gauge, currency)
  return (
    <div
      className="bullet"
      role="meter"
      aria-label={`Drawdown of ${name}, ${PERIODS[gauge.period].toLowerCase()}`}
      aria-valuemin={0}
      aria-valuemax={Number(bar.full)}
      aria-valuenow={Number(gauge[bar.measure])}
      aria-valuetext={sentence}
      tabIndex={0}
      {...tipOn(sentence)}
    >
      {bar.worst === null ? null : <span className="worst" style={{ width: `${bar.worst}%` }} />}
      <span className="fallen" style={{ width: `${bar.now}%` }} />
      {bar.marks.map(({ kind, at }) => (
        <span key={kind} className={`mark ${kind}`} style={{ left: `${at}%` }} />
      ))}
    </div>
  )
}

function Gauge({ name, gauge, currency }: GaugeProps) {
  const now = useMinute()
  const level = levelOf(gauge)
  const money = inMoney(gauge.money, currency)
  const peak =
    gauge.peak === null ? null : (
      <span>
        Peak {inMoney(gauge.peak, currency)}, {timeOrDay(gauge.peakAt, now)}
      </span>
    )
  return (
    <div className={`gauge ${level}`}>
      <div className="gauge-head">
        <span className="gauge-period">{PERIODS[gauge.period]}</span>
        <strong>{inPercent(gauge.percent)}</strong>
        <span className="gauge-money">{money}</span>
        {level === 'normal' ? null : <em className="gauge-level">{LEVELS[level]}</em>}
      </div>
      <Bullet {...{ name, gauge, currency }} />
      <div className="gauge-foot">
        {leftOf(gauge, currency).map((left) => (
          <span key={left}>{left}</span>
        ))}
        {peak}
        {gauge.from === null ? null : <span>Since {timeOrDay(gauge.from, now)}</span>}
        {gauge.isProvisional ? <span className="warning">Provisional</span> : null}
      </div>
    </div>
  )
}

/** What the settings call it whose gauges these are. */
const limitScopeOf = ({ scope, name }: ScopeView): string => (scope === 'account' ? scope : name)

type CardProps = {
  readonly scope: ScopeView
  readonly all: DrawdownStateView
  readonly onWritten: () => void
}

function ScopeCard({ scope, all, onWritten }: CardProps) {
  const { desk } = useWorkspace()
  const [problem, setProblem] = useState<string | null>(null)
  const reset = async () => {
    await desk.ask((client, of) => client.drawdown.reset({ ...of, scope: scope.scope }))
    onWritten()
  }
  const currency = all.baseCurrency
  const isOffline = scope.scope === 'account' && scope.source === 'ledger'
  return (
    <section className="card gauges" aria-label={`Drawdown of ${scope.name}`}>
      <h3>
        <span className="gauges-name">{scope.name}</span>
        <span className="muted">{inMoney(scope.equity, currency)}</span>
        {isOffline ? <span className="warning">By the ledger: not connected</span> : null}
        <span className="spring" />
        <Limits {...{ scopes: all.scopes, currency, onWritten }} of={limitScopeOf(scope)} />
        <Action run={reset} onProblem={setProblem}>
          Reset total
        </Action>
      </h3>
      {problem === null ? null : <p className="problem">{problem}</p>}
      {scope.gauges.map((gauge) => (
        <Gauge key={gauge.period} name={scope.name} gauge={gauge} currency={currency} />
      ))}
    </section>
  )
}

const ask = (client: Client, of: { account?: string }) => client.drawdown.state(of)

/** Drawdown of the account and of every strategy, with what is left to each limit. */
export function Drawdown() {
  const { answer, problem, again } = useTold(ask)
  const isConnected = useDesk((state) => state.told?.link.state === 'connected')
  const why = isConnected
    ? 'It is measured from the first value the broker tells.'
    : 'Connect to TWS or Gateway: it is measured from what the broker says.'
  return (
    <div className="cards" data-focus="drawdown" tabIndex={0} aria-label="Drawdown">
      {problem === null ? null : <p className="problem">{problem}</p>}
      {answer?.scopes.map((scope) => (
        <ScopeCard key={scope.scope} {...{ scope, all: answer, onWritten: again }} />
      ))}
      {answer?.scopes.length === 0 ? (
        <div className="message">
          <strong>No drawdown yet</strong>
          <p>{why}</p>
        </div>
      ) : null}
    </div>
  )
}
