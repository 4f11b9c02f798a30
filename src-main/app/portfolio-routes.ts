import type { implement } from '@orpc/server'
import type { contract } from '#shared/api/contract.ts'
import { strategyId } from '#shared/ids.ts'
import { text, textOrNull } from '#shared/money.ts'
import { millisOf, utcMillis } from '#shared/time.ts'
import type { Account } from './account.ts'
import type { Book } from './book.ts'
import type { Desk } from './desk.ts'
import { explainBetween } from './explaining.ts'
import { explanationView } from './explanation-view.ts'
import { performanceView, portfolioView, stateView } from './portfolio.ts'
import { accepted, refuse } from './refuse.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

const DAY_MS = 86_400_000

export type Finding = {
  readonly find: (id: string | undefined) => Account
  readonly opened: (id: string | undefined) => { readonly account: Account; readonly book: Book }
}

/** What the account is worth, was worth, and returned. */
export function portfolioRoutes(os: Implementer, desk: Desk, { find, opened }: Finding) {
  const { clock } = desk.settings
  return {
    current: os.portfolio.current.handler(({ input }) =>
      portfolioView({ account: find(input.account), prices: desk.prices }, clock.now()),
    ),
    performance: os.portfolio.performance.handler(({ input }) => {
      const { account, book } = opened(input.account)
      const { fx } = account.values
      const { calendar } = desk.snapshotter
      return performanceView({ book, fx }, input.timeframe, {
        now: clock.now(),
        calendar,
      })
    }),
    state: os.portfolio.state.handler(({ input }) => {
      const account = find(input.account)
      const gauges = desk.drawdown.gauges(account)
      return stateView({ account, prices: desk.prices }, { gauges, now: clock.now() })
    }),
    explain: os.portfolio.explain.handler(async ({ input }) => {
      const { account, book } = opened(input.account)
      const asked = {
        from: utcMillis(input.from ?? clock.now() - DAY_MS),
        to: input.to === undefined ? null : utcMillis(input.to),
        strategy: input.strategy === undefined ? null : strategyId(input.strategy),
      }
      const explained = await explainBetween({ account, book, prices: desk.prices, clock }, asked)
      if (!explained.ok) refuse(explained.error)
      return explanationView(explained.value, book.memory)
    }),
    snapshot: os.portfolio.snapshot.handler(async ({ input }) => {
      const { account } = opened(input.account)
      const taken = await accepted(() => desk.snapshotter.take(account))
      if (taken === null) {
        refuse(
          'What the account is worth is not known now: connect to TWS or Gateway, and wait until ' +
            'it has told the account values.',
        )
      }
      return {
        at: millisOf(taken.at),
        base_currency: taken.baseCurrency,
        total_value: text(taken.equity),
        cash_balance: textOrNull(taken.cash),
        investment_value: textOrNull(taken.investmentValue),
      }
    }),
  }
}
