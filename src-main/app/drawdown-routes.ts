import type { implement } from '@orpc/server'
import type { Gauge } from '#domain/gauge.ts'
import { moneyLeft } from '#domain/limit.ts'
import type { contract } from '#shared/api/contract.ts'
import type { DrawdownStateView, GaugeLimit, GaugeView } from '#shared/api/drawdown.ts'
import { textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { Account } from './account.ts'
import type { Desk } from './desk.ts'
import type { ScopeGauges } from './drawdown-monitor.ts'
import { ACCOUNT_SCOPE, nameOf } from './drawdown-scope.ts'
import { find, opened } from './opened.ts'
import { accepted } from './refuse.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** Drawdown, and the command that starts the total one over. */
export const drawdownRoutes = (os: Implementer, desk: Desk) => ({
  state: os.drawdown.state.handler(({ input }) => drawdownView(desk, find(desk, input.account))),
  reset: os.drawdown.reset.handler(async ({ input }) => {
    const { account } = opened(desk, input.account)
    await accepted(() => desk.drawdown.reset(account, input.scope))
    return drawdownView(desk, account)
  }),
})

/** Every gauge of an account. */
export const drawdownView = (
  desk: Pick<Desk, 'drawdown'>,
  account: Account,
): DrawdownStateView => ({
  baseCurrency: account.values.fx.baseCurrency,
  scopes: desk.drawdown.all(account).map((one) => ({
    scope: one.scope,
    name: one.scope === ACCOUNT_SCOPE ? account.id : nameOf(one.scope),
    source: one.source,
    equity: rounded(one.gauges[0]?.equity ?? null),
    at: one.gauges[0]?.at ?? null,
    gauges: one.gauges.map((gauge) => gaugeView(gauge, one.limits)),
  })),
})

/** Marks that flows have scaled have more digits than an amount of money. */
const rounded = (amount: Decimal | null): string | null =>
  textOrNull(amount && toLedgerScale(amount))

const gaugeView = (gauge: Gauge, limits: ScopeGauges['limits']): GaugeView => ({
  ...{ period: gauge.period, from: gauge.from, until: gauge.until, peakAt: gauge.peakAt },
  percent: rounded(gauge.percent),
  worstPercent: rounded(gauge.worstPercent),
  money: rounded(gauge.money),
  pnl: rounded(gauge.pnl),
  opening: rounded(gauge.opening),
  peak: rounded(gauge.peak),
  isTotalLoss: gauge.isTotalLoss && gauge.percent !== null,
  isProvisional: gauge.isProvisional,
  limits: limits
    .filter(({ limit }) => limit.period === gauge.period)
    .map(({ limit, level }): GaugeLimit => ({
      ...{ measure: limit.measure, level },
      warning: textOrNull(limit.warning),
      breach: textOrNull(limit.breach),
      leftToWarning: rounded(moneyLeft(gauge, limit, 'warning')),
      leftToBreach: rounded(moneyLeft(gauge, limit, 'breach')),
    })),
})
