import { D, type Decimal } from '#shared/money.ts'
import type { Execution, Order, Side } from '../broker/types.ts'
import { DESK_ZONE } from '../desk.ts'
import { COMBINATIONS } from '../market/catalogue.ts'
import type { Instrument } from '../market/instrument.ts'
import { zonedTime } from '../wire/zoned-time.ts'
import { openFloor, type Floor, type FloorParts } from './floor.ts'
import { limitOf, marketPrice, planOf, sideOf, type OrderPlan } from './order-plan.ts'
import type { Scenario } from './scenarios.ts'
import { MANUAL, marketOf, strategyOf, TRADERS, type Trader } from './strategies.ts'

/** Fills an order takes on average: between one and four. */
const FILLS_PER_ORDER = 2.2
const LONGEST_LULL_MS = 60_000
/** A second on, whole-second execution times can tell two fills apart. */
const HELD_MS = 1000

export type TradingParts = FloorParts & {
  readonly scenario: () => Scenario
  readonly isPaused: () => boolean
}

/** Everybody's trading, and fills on command. */
export type Trading = {
  readonly start: () => void
  /** Fills a whole new order at once. */
  readonly fillNow: (wanted: WantedFill) => readonly Execution[]
  /** Fills a new order in equal parts at once, telling nothing but the executions. */
  readonly burst: (fills: number) => void
}

export type WantedFill = {
  readonly instrument: Instrument
  readonly side: Side
  readonly quantity: Decimal
  /** In quoted units; null is the market's. */
  readonly price: Decimal | null
  readonly orderRef: string
  readonly isManual: boolean
}

export function createTrading(parts: TradingParts): Trading {
  const { timeline, random, scenario, isPaused } = parts
  const floor = openFloor(parts)
  let orders = 0
  const nextRef = (trader: Trader): string => {
    const day = zonedTime(timeline.now(), DESK_ZONE)
    const isoDay = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`
    return trader.orderRef(isoDay, (orders += 1))
  }
  /** Every strategy begins with a position, so that a young book shows them all. */
  const openDay = (trader: Trader): void => {
    const market = marketOf(trader).filter(({ secType }) => secType !== 'CASH')
    workOrder(parts, floor, {
      trader,
      instrument: random.pick(market),
      orderRef: nextRef(trader),
    })
  }
  const arrive = (): void => {
    const { fillsPerSecond, manualShare, comboShare } = scenario()
    if (!isPaused()) {
      const trader = random.chance(manualShare) ? MANUAL : random.pick(TRADERS)
      const isCombo = !trader.isManual && random.chance(comboShare)
      const instrument = random.pick(isCombo ? COMBINATIONS : marketOf(trader))
      workOrder(parts, floor, { trader, instrument, orderRef: nextRef(trader) })
    }
    const wait = random.wait((1000 * FILLS_PER_ORDER) / fillsPerSecond)
    timeline.after(Math.min(wait, LONGEST_LULL_MS), arrive)
  }
  return {
    start: () => {
      timeline.after(0, () => TRADERS.forEach(openDay))
      timeline.after(0, arrive)
    },
    fillNow: (wanted) => fillNow(parts, floor, wanted),
    burst: (fills) => {
      const trader = random.pick(TRADERS)
      burst(parts, floor, { trader, orderRef: nextRef(trader), fills })
    },
  }
}

type Intent = {
  readonly trader: Trader
  readonly instrument: Instrument
  readonly orderRef: string
}

/** Places an order and fills it part by part, or cancels it with a part open. */
function workOrder(parts: TradingParts, floor: Floor, intent: Intent): void {
  const { broker, quotes, timeline, random, scenario } = parts
  const { trader, instrument, orderRef } = intent
  const plan = planOf(instrument, scenario().fillsPerSecond, random)
  const side = sideOf(broker, instrument, random)
  const order = broker.place({
    instrument,
    side,
    quantity: plan.slices.reduce((sum, slice) => sum.plus(slice)),
    clientId: trader.clientId,
    orderRef,
    isManual: trader.isManual,
    isQuiet: false,
    limitPrice: random.chance(0.6) ? limitOf(quotes, instrument, side) : null,
  })
  const slices = plan.isCancelled ? plan.slices.slice(0, -1) : plan.slices
  timeline.after(plan.betweenMs / 4, () => broker.setStatus(order, 'Submitted'))
  timeline.after(plan.betweenMs, () => fillNext(parts, floor, { order, slices, plan }))
}

type Work = {
  readonly order: Order
  readonly slices: readonly Decimal[]
  readonly plan: OrderPlan
}

function fillNext(parts: TradingParts, floor: Floor, work: Work): void {
  const { broker, quotes, timeline, random, isPaused } = parts
  const { order, plan } = work
  const [slice, ...rest] = work.slices
  if (slice === undefined) {
    if (order.status !== 'Filled') broker.setStatus(order, 'Cancelled')
    return
  }
  const isHeld = isPaused() || floor.isBeaten(order)
  if (!isHeld) {
    const price = marketPrice(quotes, order.instrument, order.side)
    floor.fill(order, { quantity: slice, price })
  }
  const wait = isHeld ? HELD_MS : random.wait(plan.betweenMs)
  const slices = isHeld ? work.slices : rest
  timeline.after(wait, () => fillNext(parts, floor, { ...work, slices }))
}

function fillNow(
  { broker, quotes, random }: TradingParts,
  floor: Floor,
  wanted: WantedFill,
): readonly Execution[] {
  const strategy = strategyOf(wanted.orderRef) ?? random.pick(TRADERS)
  const order = broker.place({
    ...wanted,
    clientId: wanted.isManual ? MANUAL.clientId : strategy.clientId,
    isQuiet: false,
    limitPrice: wanted.price,
  })
  const price = wanted.price ?? marketPrice(quotes, wanted.instrument, wanted.side)
  return floor.fill(order, { quantity: wanted.quantity, price })
}

type Burst = { readonly trader: Trader; readonly orderRef: string; readonly fills: number }

function burst({ broker, quotes, random }: TradingParts, floor: Floor, what: Burst): void {
  const { trader, orderRef, fills } = what
  const instrument = random.pick(marketOf(trader))
  const side = sideOf(broker, instrument, random)
  const slice = new D(instrument.step).times(1 + random.below(50))
  const order = broker.place({
    instrument,
    side,
    quantity: slice.times(fills),
    clientId: trader.clientId,
    orderRef,
    isManual: false,
    isQuiet: true,
    limitPrice: null,
  })
  const price = marketPrice(quotes, instrument, side)
  for (let count = 0; count < fills; count += 1) floor.fill(order, { quantity: slice, price })
}
