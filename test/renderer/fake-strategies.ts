import type { AllocationView, StrategiesView } from '#shared/api/strategies.ts'

export const NO_STRATEGIES: StrategiesView = {
  ...{ baseCurrency: 'USD', buckets: [], ledgerNav: '0', excluded: 0 },
  ...{ brokerNav: null, accrued: null, unexplained: null, brokerAt: null },
}

export const AN_ALLOCATION: AllocationView = {
  ...{ id: 'allocation-1', strategy: 'momentum', baseCurrency: 'USD', amount: '1000' },
  ...{ at: 0, author: 'trader', reason: '', undoes: null, isUndone: false },
}
