import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { nothingHeld, type AccountCost } from '#domain/account-cost.ts'
import { flat, type Position } from '#domain/position.ts'
import { reconcile, reconcileInSteps } from '#domain/reconcile.ts'
import type { BothSides, Reconciled } from '#domain/reconcile.ts'
import { DEFAULT_THRESHOLDS } from '#domain/thresholds.ts'
import { accountId, conId, strategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, type Quantity } from '#shared/money.ts'
import { percentile, type Measured } from './results.ts'

const INSTRUMENTS = 5_000
const STRATEGIES = 20
const ROUNDS = 9
/** Positions judged before others get their turn. */
const STEP = 500

/**
 * Five thousand instruments, held by one strategy and by twenty, against a broker that differs in
 * every tenth quantity and in every tenth cost. The many are reconciled in turns, as an app with
 * a socket must, and the delay of the event loop is measured meanwhile.
 */
export async function measureReconcile(): Promise<Measured> {
  const few = sides(1)
  const many = sides(STRATEGIES)
  const alone: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) alone.push(millisOf(() => reconcile(few)))
  await inTurns(many)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const crowd: number[] = []
  delay.enable()
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now()
    const { disagreements } = await inTurns(many)
    crowd.push(performance.now() - start)
    if (disagreements.length !== INSTRUMENTS / 5) throw new Error('It found other breaks.')
  }
  delay.disable()
  return {
    'reconcile.ms5000': percentile(alone.slice(1), 50),
    'reconcile.ms100000': percentile(crowd, 50),
    'reconcile.loopDelayP99Ms': delay.percentile(99) / 1e6,
    'reconcile.loopDelayMaxMs': delay.max / 1e6,
  }
}

function millisOf(run: () => unknown): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

async function inTurns(both: BothSides): Promise<Reconciled> {
  const steps = reconcileInSteps(both, STEP)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await setImmediate()
  }
}

function sides(strategies: number): BothSides {
  const ids = Array.from({ length: INSTRUMENTS }, (_, index) => conId(index + 1))
  const positions = ids.flatMap((id) =>
    Array.from({ length: strategies }, (_, index): Position => ({
      ...flat(strategyId(`strategy ${index}`), id),
      quantity: new D(100 + index) as Quantity,
      cost: new D(100 + index).times('12.345678'),
    })),
  )
  const total = (strategies * (199 + strategies)) / 2
  return {
    account: accountId('DU1234567'),
    positions,
    costs: new Map(ids.map((id) => [id, costOf(id, total)])),
    instruments: new Map(ids.map((id) => [id, instrumentOf(id)])),
    broker: ids.map((id) => ({
      conId: id,
      quantity: new D(total + (id % 10 === 0 ? 7 : 0)),
      averageCost: new D(id % 10 === 1 ? '12.4' : '12.345678'),
    })),
    cash: [],
    cashInFlight: new Set(),
    inFlight: new Set(),
    thresholds: DEFAULT_THRESHOLDS,
  }
}

function costOf(id: Position['conId'], quantity: number): AccountCost {
  const none = nothingHeld(id)
  const held = new D(quantity) as Quantity
  return { ...none, position: { ...none.position, quantity: held, cost: held.times('12.345678') } }
}

const instrumentOf = (id: Position['conId']): Instrument => ({
  conId: id,
  symbol: `S${id}`,
  localSymbol: `S${id}`,
  secType: 'STK',
  currency: 'USD',
  exchange: 'SMART',
  primaryExchange: '',
  tradingClass: '',
  multiplier: new D(1),
  priceMagnifier: 1,
  minTick: null,
  expiry: null,
  strike: null,
  right: null,
  longName: null,
})
