import type { GaugeLimit, GaugeView } from '#shared/api/drawdown.ts'
import { D, type DecimalString } from '#shared/money.ts'
import { digitsOf, fixed, UNKNOWN } from '../format/number.ts'
import { momentOf } from '../format/time.ts'

export const PERIODS: Readonly<Record<GaugeView['period'], string>> = {
  total: 'Total',
  weekly: 'Week',
  daily: 'Day',
}

export const LEVELS: Readonly<Record<GaugeLimit['level'], string>> = {
  normal: '',
  warning: 'Warning',
  breach: 'Breached',
}

export const inPercent = (value: DecimalString | null): string =>
  value === null ? UNKNOWN : `${fixed(value, 2)} %`

export const inMoney = (value: DecimalString | null, currency: string | null): string =>
  value === null ? UNKNOWN : `${fixed(value, digitsOf(currency ?? ''))} ${currency ?? ''}`.trim()

const RANK = { normal: 0, warning: 1, breach: 2 } as const

/** The worst of what a gauge's limits say. */
export const levelOf = ({ limits }: GaugeView): GaugeLimit['level'] =>
  limits.reduce<GaugeLimit['level']>(
    (worst, { level }) => (RANK[level] > RANK[worst] ? level : worst),
    'normal',
  )

/** What a bar reaches to at least. */
const LEAST = { percent: '5', money: '1' } as const

/** A bullet bar: everything in percent of its width; drawn, never read as an amount. */
export type Bar = {
  readonly measure: GaugeLimit['measure']
  readonly now: string
  readonly worst: string | null
  readonly marks: readonly { readonly kind: 'warning' | 'breach'; readonly at: string }[]
  /** What the whole width is, as measured. */
  readonly full: string
}

/**
 * Percent where it is known, else money where there is a limit to see it against; the furthest
 * mark stands at four fifths.
 */
export function barOf(gauge: GaugeView): Bar | null {
  const measure = gauge.percent === null ? 'money' : 'percent'
  const value = gauge[measure]
  if (value === null) return null
  const limit = gauge.limits.find((one) => one.measure === measure)
  if (measure === 'money' && limit === undefined) return null
  const worst = measure === 'percent' ? gauge.worstPercent : null
  const known = [value, worst, limit?.warning, limit?.breach].flatMap((one) => one ?? [])
  const furthest = D.max(...known, LEAST[measure])
  const full = furthest.times('1.25')
  const place = (at: DecimalString): string =>
    D.max(0, D.min(100, new D(at).dividedBy(full).times(100))).toFixed(2)
  const marks = (['warning', 'breach'] as const).flatMap((kind) => {
    const mark = limit?.[kind] ?? null
    return mark === null ? [] : [{ kind, at: place(mark) }]
  })
  return {
    ...{ measure, marks, full: full.toFixed(2) },
    now: place(value),
    worst: worst === null ? null : place(worst),
  }
}

/** What is left until a mark, in words; the nearest of the limits that has one. */
export function leftOf({ limits }: GaugeView, currency: string | null): readonly string[] {
  return limits.flatMap(({ leftToWarning, leftToBreach, level }) => {
    if (leftToBreach !== null && level !== 'breach')
      return [`${inMoney(leftToBreach, currency)} left to the limit`]
    if (leftToWarning !== null && level === 'normal')
      return [`${inMoney(leftToWarning, currency)} left to the warning`]
    return []
  })
}

/** The gauge as one sentence, for who does not see the bar. */
export function sentenceOf(name: string, gauge: GaugeView, currency: string | null): string {
  const level = LEVELS[levelOf(gauge)]
  const fall =
    gauge.percent === null
      ? `${inMoney(gauge.money, currency)} lost since P&L was highest`
      : `${inPercent(gauge.percent)} below its peak, ${inMoney(gauge.money, currency)} lost`
  const peak = gauge.peak === null ? '' : `; peak ${inMoney(gauge.peak, currency)}`
  const when = gauge.peak === null ? '' : ` at ${momentOf(gauge.peakAt)}`
  return [
    `${name}, ${PERIODS[gauge.period].toLowerCase()}: ${fall}${peak}${when}.`,
    ...leftOf(gauge, currency).map((left) => `${left}.`),
    ...(level === '' ? [] : [`${level}.`]),
    ...(gauge.isProvisional ? ['Provisional: a change of cash is not booked yet.'] : []),
  ].join(' ')
}
