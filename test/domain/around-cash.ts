import { causesOfCash } from '#domain/cause-cash.ts'
import type { CashEvidence } from '#domain/cause-cash-evidence.ts'
import type { LikelyCause } from '#domain/cause.ts'
import { followUp } from '#domain/break-life.ts'
import { noRates, withRate } from '#domain/fx.ts'
import { reconcile } from '#domain/reconcile.ts'
import type { Break } from '#shared/break.ts'
import { D } from '#shared/money.ts'
import { bothSides } from './sides.ts'
import { NOW } from './settling.ts'

/** Causes as a test names them, what is proposed for cash by its class. */
export const told = (causes: readonly LikelyCause[]): readonly string[] =>
  causes.map(({ cause, certainty, proposals }) =>
    [cause, certainty, ...proposals.map((one) => ('class' in one ? one.class : one.how))].join(
      ' | ',
    ),
  )

const brokenCash = (amounts: Readonly<Record<string, string>>): readonly Break[] => {
  const cash = Object.entries(amounts).map(([currency, amount]) => ({
    currency,
    ledger: new D(1000),
    broker: new D(1000).plus(amount),
  }))
  return followUp([], reconcile(bothSides({ fills: [] }, { cash })), NOW).map((one) => one.after)
}
/** What is known around breaks of cash of these amounts, the first of them the one looked into. */
export const aroundCash = (
  amounts: Readonly<Record<string, string>>,
  over: Partial<CashEvidence> = {},
): CashEvidence => {
  const cashBreaks = brokenCash(amounts)
  return {
    break: cashBreaks[0]!,
    cashBreaks,
    quantityBreaks: [],
    pending: [],
    shares: [],
    marks: new Map(),
    rates: withRate(noRates('USD'), {
      currency: 'EUR',
      rate: new D('1.1'),
      source: 'broker',
      at: NOW,
    }),
    dividends: [],
    accruedDividend: null,
    accruedInterest: null,
    accruedInAll: null,
    gaveWay: [],
    history: [],
    now: NOW,
    ...over,
  }
}
export const causesIn = (...evidence: Parameters<typeof aroundCash>) =>
  told(causesOfCash(aroundCash(...evidence)))
