import type { DrawdownStateView, GaugeLimit, GaugeView, ScopeView } from '#shared/api/drawdown.ts'
import type { AllocationView, StrategiesView } from '#shared/api/strategies.ts'

export const NO_STRATEGIES: StrategiesView = {
  ...{ baseCurrency: 'USD', buckets: [], ledgerNav: '0', excluded: 0 },
  ...{ brokerNav: null, accrued: null, unexplained: null, brokerAt: null },
  ...{ dailySince: null, exposure: { net: '0', gross: '0', excluded: 0 } },
}

export const AN_ALLOCATION: AllocationView = {
  ...{ id: 'allocation-1', strategy: 'momentum', baseCurrency: 'USD', amount: '1000' },
  ...{ at: 0, author: 'trader', reason: '', undoes: null, isUndone: false },
}

export const NO_DRAWDOWN: DrawdownStateView = { baseCurrency: 'USD', scopes: [] }

const aBucket = (
  strategy: string,
  over: Partial<StrategiesView['buckets'][number]> = {},
): StrategiesView['buckets'][number] => ({
  ...{ strategy, kind: 'strategy', allocated: '0', funds: '0', gain: '0', commission: '0' },
  ...{ income: '0', conversions: '0', equity: '0', navPercent: '0', excluded: [] },
  ...{ daily: '0', dailyExcluded: 0, exposure: { net: '0', gross: '0', excluded: 0 } },
  ...over,
})

/** Two strategies with capital, and a broker that has 12.34 more than the ledger. */
export const SOME_STRATEGIES: StrategiesView = {
  ...NO_STRATEGIES,
  buckets: [
    aBucket('momentum', {
      ...{ allocated: '250000', gain: '12345.678', commission: '-321.5', equity: '262024.178' },
      navPercent: '26.2024178',
      exposure: { net: '12.5', gross: '18', excluded: 0 },
    }),
    aBucket('meanrev', {
      ...{ allocated: '100000', gain: '-4200', income: '120.5', equity: '95920.5' },
      navPercent: '9.592',
      excluded: [{ reason: 'price', conId: 1001, symbol: 'SPY', currency: 'USD' }],
    }),
    aBucket('UNATTRIBUTED', { gain: '20', equity: '20' }),
    aBucket('UNALLOCATED', {
      ...{ kind: 'unallocated', allocated: '-350000', funds: '992035.322', equity: '642035.322' },
      navPercent: '64.2',
    }),
  ],
  ...{ ledgerNav: '1000000', excluded: 1, brokerNav: '1000112.34', accrued: '100' },
  ...{ unexplained: '12.34', brokerAt: 1_772_461_800_000 },
}

const HOUR = 3_600_000
const aGauge = (over: Partial<GaugeView>): GaugeView => ({
  ...{ period: 'total', from: 1_772_400_000_000, until: null, percent: '0', worstPercent: '0' },
  ...{ money: '0', pnl: '0', opening: '1000000', peak: '1000000' },
  ...{ peakAt: 1_772_400_000_000 + 5 * HOUR, isTotalLoss: false, isProvisional: false },
  ...{ limits: [] },
  ...over,
})

const aScope = (name: string, gauges: Partial<GaugeView>): ScopeView => ({
  ...{ scope: `strategy:${name}`, name, source: 'ledger', equity: '950000', at: 0 },
  gauges: (['total', 'weekly', 'daily'] as const).map((period) => aGauge({ ...gauges, period })),
})

const aLimit = (over: Partial<GaugeLimit>): GaugeLimit => ({
  ...{ measure: 'percent', warning: '3', breach: '5', level: 'normal' },
  ...{ leftToWarning: '30000', leftToBreach: '50000' },
  ...over,
})

/** An account that has breached today, a strategy that is warned, one without capital. */
export const SOME_DRAWDOWN: DrawdownStateView = {
  baseCurrency: 'USD',
  scopes: [
    {
      ...{ ...aScope('DU1234567', {}), scope: 'account', source: 'broker' },
      gauges: [
        aGauge({ percent: '2.5', worstPercent: '4.1', money: '25000' }),
        aGauge({ period: 'weekly', percent: '0.2', money: '2000', isProvisional: true }),
        aGauge({
          ...{ period: 'daily', percent: '5.25', worstPercent: '5.5', money: '52500' },
          limits: [aLimit({ level: 'breach', leftToWarning: '0', leftToBreach: '0' })],
        }),
      ],
    },
    aScope('momentum', {
      ...{ percent: '3.21', worstPercent: '3.4', money: '32100' },
      limits: [aLimit({ level: 'warning', leftToWarning: '0', leftToBreach: '17900' })],
    }),
    aScope('UNATTRIBUTED', { percent: null, worstPercent: null, peak: null, money: '312.5' }),
  ],
}
