import { readFileSync } from 'node:fs'
import { UNMEASURED, type DrawdownEvent, type DrawdownRules } from '#domain/drawdown.ts'
import { foldDrawdown, inTimeOrder } from '#domain/drawdown-series.ts'
import { gaugeOf } from '#domain/gauge.ts'
import { D, textOrNull } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'

/** One worked case about drawdown, as `test/fixtures/cases.json` has it. */
type DrawdownCase = {
  readonly name: string
  readonly config?: {
    readonly dailyResetHourUtc: number
    readonly weeklyResetDay: 'monday'
    readonly openingValue?: DrawdownRules['openingValue']
  }
  /** Instant and equity. */
  readonly equity: readonly (readonly [string, string])[]
  /** Instant and amount: withdrawn is negative. */
  readonly flows?: readonly (readonly [string, string])[]
  /** Percent per period, for some of them. */
  readonly expect: Readonly<Partial<Record<'total' | 'weekly' | 'daily', string>>>
}

export const DRAWDOWN_CASES = (
  JSON.parse(readFileSync(new URL('../fixtures/cases.json', import.meta.url), 'utf8')) as {
    readonly drawdown: readonly DrawdownCase[]
  }
).drawdown

const rulesOf = ({ config }: DrawdownCase): DrawdownRules => ({
  calendar: { zone: 'UTC', resetHour: config?.dailyResetHourUtc ?? 0, firstWeekday: 1 },
  openingValue: config?.openingValue ?? 'lastBeforeBoundary',
})

/** The percentages a case asks for. */
export function percentagesOf(worked: DrawdownCase): DrawdownCase['expect'] {
  const at = (iso: string) => utcMillis(Date.parse(iso))
  const events: readonly DrawdownEvent[] = [
    ...worked.equity.map(([iso, equity]) => ({
      kind: 'equity' as const,
      at: at(iso),
      equity: new D(equity),
    })),
    ...(worked.flows ?? []).map(([iso, amount]) => ({
      kind: 'flow' as const,
      at: at(iso),
      amount: new D(amount),
    })),
  ]
  const state = foldDrawdown(UNMEASURED, inTimeOrder(events), rulesOf(worked))
  const periods = Object.keys(worked.expect) as (keyof DrawdownCase['expect'])[]
  return Object.fromEntries(
    periods.map((period) => [period, textOrNull(gaugeOf(state, period, 0).percent)]),
  )
}
