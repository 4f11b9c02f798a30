import type { implement } from '@orpc/server'
import type { contract } from '#shared/api/contract.ts'
import type { ExplanationView } from '#shared/api/portfolio.ts'

/** What the core of the tests answers where a screen under test hardly asks. */

type Implementer = ReturnType<typeof implement<typeof contract>>

const GIVEN = { command: 'attribute-1', fills: 1, effects: [], says: [] }

/** Worth 8.5 more: 10 traded, 1.5 charged. */
const AN_EXPLANATION: ExplanationView = {
  ...{ strategy: null, base_currency: 'USD', from: 1_772_400_000_000, to: 1_772_461_800_000 },
  ...{ opening_nav: '1000', closing_nav: '1008.5', change: '8.5', price: '0', fx: '0' },
  ...{ trading: '10', commission: '-1.5', income_and_fees: '0', flows: '0', unexplained: '0' },
  excluded: [],
}

export const portfolioAnswers = (os: Implementer, calls: string[]) => ({
  current: os.portfolio.current.handler(() => {
    throw new Error('The screen does not ask for it.')
  }),
  performance: os.portfolio.performance.handler(({ input }) => ({
    timeframe: input.timeframe,
    ...{ base_currency: 'USD', data_available: false, data_points: [], flows: [] },
    ...{ start_value: null, current_value: null },
    ...{ profit_loss: null, profit_loss_percent: null },
  })),
  state: os.portfolio.state.handler(() => {
    throw new Error('The screen does not ask for it.')
  }),
  explain: os.portfolio.explain.handler(({ input: { strategy = null } }) => {
    calls.push(`explain ${strategy ?? 'the account'}`)
    return { ...AN_EXPLANATION, strategy }
  }),
  snapshot: os.portfolio.snapshot.handler(() => {
    throw new Error('The screen does not ask for it.')
  }),
})

export const autoUpdateAnswers = (os: Implementer) => ({
  state: os.autoUpdate.state.handler(() => ({
    ...{ isOn: false, secTypes: [], quantityMax: '0', notionalMax: '0' },
    lastRun: null,
  })),
})

export const transferAnswers = (os: Implementer, calls: string[]) => ({
  transferPreview: os.positions.transferPreview.handler(() => ({ effects: [], says: [] })),
  transfer: os.positions.transfer.handler(({ input }) => {
    calls.push(`transfer ${input.quantity} of ${input.conId} from ${input.from} to ${input.to}`)
    return GIVEN
  }),
})

export const attributionAnswers = (os: Implementer, calls: string[]) => ({
  preview: os.attribution.preview.handler(() => GIVEN),
  apply: os.attribution.apply.handler(({ input }) => {
    calls.push(`give to ${input.to}`)
    return GIVEN
  }),
  undo: os.attribution.undo.handler(() => GIVEN),
  history: os.attribution.history.handler(() => []),
})
