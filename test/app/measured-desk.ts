import { giveFills } from '#app/reattributing.ts'
import { refoldHolding } from '#app/refold.ts'
import { allocate } from '#app/capital.ts'
import { drawdownView } from '#app/drawdown-routes.ts'
import { limitsOf } from '#app/drawdown-limits.ts'
import type { CashEntry } from '#domain/cash.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { planTransfer } from '#domain/transfer.ts'
import type { DrawdownLimitSetting } from '#shared/settings.ts'
import { execId, strategyId } from '#shared/ids.ts'
import { money, price, quantity } from '#shared/money.ts'
import { ok } from '#shared/result.ts'
import { ACCOUNT, anAdjustment, anExecution, anInstrument, SPY } from '../fakes/builders.ts'
import { emptyStore, fakeLedger, type Store } from '../fakes/ledger.ts'
import { keptNotifications } from '../fakes/notifier.ts'
import { newDesk } from './new-desk.ts'

const measuring = (everyMs: number) => ({
  ...{
    everyMs,
    hours: null,
    calendar: DEFAULT_CALENDAR,
    openingValue: 'lastBeforeBoundary' as const,
  },
})
type Limits = readonly (Partial<DrawdownLimitSetting> & { scope: string })[]
export const percentLimits = (limits: Limits) =>
  limitsOf(limits.map((one) => ({ ...LIMIT, ...one })))
const LIMIT = { period: 'total', measure: 'percent', hysteresis: '0' } as const

type Made = {
  readonly store?: Store
  readonly hours?: number
  readonly everyMs?: number
  readonly limits?: Limits
}

/** A desk whose momentum bought 100 SPY at 10 today; what is worth what is told by the test. */
export async function measured({
  store = emptyStore(),
  hours = 0,
  everyMs = 0,
  limits = [],
}: Made = {}) {
  const notifier = keptNotifications()
  const opened = newDesk({
    ...{ measuring: measuring(everyMs), notifier, drawdownLimits: percentLimits(limits) },
    openLedger: () => Promise.resolve(ok(fakeLedger(store))),
  })
  const { desk, broker, clock, settle } = opened
  clock.advance(hours * 3_600_000)
  broker.hold({
    ...{ account: ACCOUNT, conId: SPY, instrument: anInstrument() },
    ...{ quantity: quantity('100'), averageCost: price('10') },
  })
  broker.execute(anExecution())
  broker.charge({
    ...{ execId: execId('0000e0d5.6560a1b2.01.01'), commission: money('0') },
    ...{ currency: 'USD', realizedPnl: null },
  })
  await desk.start()
  broker.connect()
  await settle()
  const account = desk.find(undefined)!
  const look = async (ms = 5_000) => {
    clock.advance(ms)
    await settle()
  }
  return {
    ...{ ...opened, account, look, notifier, store },
    worth: async (net: string, ms = 5_000) => {
      const value = { account: ACCOUNT, key: 'NetLiquidation', currency: 'USD', value: net }
      broker.tell({ kind: 'account-value', value, at: clock.now() })
      await look(ms)
    },
    priced: async (at: string) => {
      desk.pricing.take({ conId: SPY, price: price(at), source: 'live', at: clock.now() })
      await look()
    },
    give: (strategy: string, amount: string) =>
      account.command(
        allocate(
          { clock, author: 'trader' },
          { strategy, amount, reason: '', baseCurrency: 'USD' },
          [],
        ),
      ),
    move: (from: string, to: string, size: string) =>
      account.command(async (memory, batch) => {
        const { ledger } = account.book!
        const at = clock.stamp()
        const transfer = {
          ...{ conId: SPY, from: strategyId(from), to: strategyId(to), quantity: quantity(size) },
        }
        const writing = {
          ...{
            command: `move-${at}`,
            author: 'trader',
            reason: '',
            effectiveAt: at,
            recordedAt: at,
          },
        }
        const positions = [...memory.holdings.values()].map(({ position }) => position)
        const plan = planTransfer(transfer, { positions, writing })
        if (!plan.ok) throw new Error(plan.error)
        memory.addAdjustments(plan.value.adjustments)
        batch.adjustments.push(...plan.value.adjustments)
        for (const strategy of [transfer.from, transfer.to])
          await refoldHolding({ ledger, clock, memory, batch }, { strategy, conId: SPY })
      }),
    /** What no execution told, to a strategy: seen at the broker now. */
    keep: (strategy: string, size: string, cost: string) =>
      account.command(async (memory, batch) => {
        const { ledger } = account.book!
        const at = clock.stamp()
        const kept = anAdjustment({
          ...{
            id: `settle-${at}-00001`,
            command: `settle-${at}`,
            kind: 'residual',
            author: 'trader',
          },
          ...{ strategy: strategyId(strategy), quantity: quantity(size), cost: money(cost) },
          ...{ effectiveAt: at, recordedAt: at },
        })
        memory.addAdjustments([kept])
        batch.adjustments.push(kept)
        const place = { ledger, clock, memory, batch }
        await refoldHolding(place, { strategy: kept.strategy, conId: SPY })
      }),
    /** All fills of an orderRef, to another strategy. */
    giveFills: (orderRef: string, to: string) => {
      const { ledger } = account.book!
      const giving = { chosen: { orderRef }, to: strategyId(to), reason: '', expected: null }
      return account.command(giveFills({ ledger, clock }, giving, { command: '', plan: null }))
    },
    book: async (amount: string, over: Partial<CashEntry> = {}) => {
      const at = clock.stamp()
      const entry: CashEntry = {
        ...{ id: `cash-${at}`, class: 'deposit', currency: 'USD', amount: money(amount), at },
        ...{ strategy: null, conId: null, evidence: 'the statement', author: 'trader' },
        ...{ reverses: null, recordedAt: at, ...over },
      }
      await account.command((memory, batch) => {
        memory.cashEntries.push(entry)
        batch.cashEntries.push(entry)
        return Promise.resolve()
      })
      return entry
    },
    fallen: (scope = 'account') =>
      drawdownView(desk, account)
        .scopes.find((one) => one.scope === scope)
        ?.gauges.map(({ percent, money: lost }) => [percent, lost]),
    view: () => drawdownView(desk, account),
  }
}

/**
 * The same with two strategies that were given capital, momentum with 1,000 and value with 500: at
 * the last price momentum has lost 100 from its peak.
 */
export async function measuredPair() {
  const made = await measured()
  await made.worth('5000')
  await made.give('momentum', '1000')
  await made.give('value', '500')
  await made.priced('13')
  await made.priced('12')
  /** Percent to nine places, for a unit value is a quotient, and the money. */
  const near = () =>
    ['momentum', 'value'].map((name) =>
      made.fallen(`strategy:${name}`)?.map(([percent, lost]) => [Number(percent).toFixed(9), lost]),
    )
  return { ...made, near }
}
