import { D, type Decimal } from '#shared/money.ts'
import type { Broker } from '../broker/broker.ts'
import type { Execution, Order, Side } from '../broker/types.ts'
import { COMBINATIONS, INSTRUMENTS } from '../market/catalogue.ts'
import type { Instrument } from '../market/instrument.ts'
import { priceAt, type Quotes } from '../market/quotes.ts'
import type { Random } from '../market/random.ts'
import type { Timeline } from '../timeline.ts'
import { DESK_ZONE } from '../desk.ts'
import { wallClock } from '../wire/zoned-time.ts'
import type { Scenario } from './scenarios.ts'

/** Somebody who trades the account. */
type Trader = {
  readonly clientId: number
  readonly isManual: boolean
  /** The tag of the n-th order on this day (YYYY-MM-DD). */
  readonly orderRef: (day: string, count: number) => string
  /** Which instruments; the lists overlap, so that strategies meet in one instrument. */
  readonly trades: (instrument: Instrument) => boolean
}

const numbered = (count: number): string => String(count).padStart(4, '0')

/** The strategies' client ids are their own; the manual trader is TWS itself. */
export const TRADERS: readonly Trader[] = [
  {
    clientId: 11,
    isManual: false,
    orderRef: (day, count) => `MOMENTUM:${day}-${numbered(count)}`,
    trades: ({ secType, currency }) => secType === 'STK' && currency === 'USD',
  },
  {
    clientId: 12,
    isManual: false,
    orderRef: (_, count) => `MEANREV/${count.toString(36)}`,
    trades: ({ secType }) => secType === 'STK' || secType === 'CRYPTO',
  },
  {
    clientId: 13,
    isManual: false,
    orderRef: (day, count) => `CARRY:${day}-${numbered(count)}`,
    trades: ({ secType, currency }) =>
      secType === 'CASH' || secType === 'OPT' || (secType === 'STK' && currency !== 'USD'),
  },
  {
    clientId: 14,
    isManual: false,
    orderRef: (day, count) => `TREND:${day}-${numbered(count)}`,
    trades: ({ secType, symbol }) => secType === 'FUT' || ['SPY', 'QQQ', 'GLD'].includes(symbol),
  },
]

const MANUAL: Trader = {
  clientId: 0,
  isManual: true,
  orderRef: () => '',
  trades: ({ secType }) => secType !== 'CASH',
}

const MARKETS = new Map(
  [...TRADERS, MANUAL].map((trader) => [trader, INSTRUMENTS.filter((one) => trader.trades(one))]),
)

/** Fills an order takes on average: between one and four. */
const FILLS_PER_ORDER = 2.2
/** Orders that are cancelled with a part still open. */
const CANCELLED_SHARE = 0.12
const MANUAL_LIMIT_MS = 60_000

export type TradingParts = {
  readonly broker: Broker
  readonly quotes: Quotes
  readonly timeline: Timeline
  readonly random: Random
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
  const { broker, quotes, timeline, random, scenario, isPaused } = parts
  const lastFills = new Map<number, { readonly second: number; readonly permId: number }>()
  let orders = 0

  /** What was filled this second by a younger order must not be followed by an older one. */
  const isBeaten = (order: Order): boolean => {
    const second = Math.floor(timeline.now() / 1000)
    const traded = [order.instrument, ...order.instrument.legs.map((leg) => leg.instrument)]
    return traded.some(({ conId }) => {
      const last = lastFills.get(conId)
      return last?.second === second && last.permId > order.permId
    })
  }
  const fill = (order: Order, quantity: Decimal, price: Decimal): readonly Execution[] => {
    const venue = random.pick(order.instrument.venues)
    const liquidity = 1 + random.below(2)
    const legPrices = order.instrument.legs.map((leg) => quotes.mark(leg.instrument))
    const executions = broker.fill(order, { quantity, price, venue, liquidity, legPrices })
    const second = Math.floor(timeline.now() / 1000)
    for (const { instrument } of executions)
      lastFills.set(instrument.conId, { second, permId: order.permId })
    return executions
  }
  const fillNext = (order: Order, slices: readonly Decimal[], plan: OrderPlan): void => {
    const [slice, ...rest] = slices
    if (slice === undefined) {
      if (order.status !== 'Filled') broker.setStatus(order, 'Cancelled')
      return
    }
    const isHeld = isPaused() || isBeaten(order)
    if (!isHeld) fill(order, slice, marketPrice(quotes, order))
    // A second on, the clock's one-second resolution can tell the two fills apart.
    const wait = isHeld ? 1000 : random.wait(plan.betweenMs)
    timeline.after(wait, () => fillNext(order, isHeld ? slices : rest, plan))
  }
  const newOrder = (trader: Trader, instrument: Instrument): void => {
    orders += 1
    const day = isoDay(wallClock(timeline.now(), DESK_ZONE).day)
    const plan = planOf(instrument, scenario().fillsPerSecond, random)
    const side = sideOf(broker, instrument, random)
    const order = broker.place({
      instrument,
      side,
      quantity: plan.slices.reduce((sum, slice) => sum.plus(slice)),
      clientId: trader.clientId,
      orderRef: trader.orderRef(day, orders),
      isManual: trader.isManual,
      isQuiet: false,
      limitPrice: random.chance(0.6) ? limitOf(quotes, instrument, side) : null,
    })
    const slices = plan.isCancelled ? plan.slices.slice(0, -1) : plan.slices
    timeline.after(random.wait(plan.betweenMs / 4), () => broker.setStatus(order, 'Submitted'))
    timeline.after(plan.betweenMs, () => fillNext(order, slices, plan))
  }
  const arrive = (): void => {
    const { fillsPerSecond, manualShare, comboShare } = scenario()
    if (!isPaused() && fillsPerSecond > 0) {
      const trader = random.chance(manualShare) ? MANUAL : random.pick(TRADERS)
      const isCombo = !trader.isManual && random.chance(comboShare)
      newOrder(trader, isCombo ? random.pick(COMBINATIONS) : random.pick(marketOf(trader)))
    }
    const meanMs = (1000 * FILLS_PER_ORDER) / Math.max(fillsPerSecond, 0.01)
    timeline.after(Math.min(random.wait(meanMs), MANUAL_LIMIT_MS), arrive)
  }
  return {
    start: () => void timeline.after(0, arrive),
    fillNow: (wanted) => {
      const strategy = TRADERS.find((one) =>
        one.orderRef('', 0).startsWith(nameOf(wanted.orderRef)),
      )
      const order = broker.place({
        ...wanted,
        clientId: wanted.isManual ? 0 : (strategy?.clientId ?? random.pick(TRADERS).clientId),
        isQuiet: false,
        limitPrice: wanted.price,
      })
      return fill(order, wanted.quantity, wanted.price ?? marketPrice(quotes, order))
    },
    burst: (fills) => {
      orders += 1
      const trader = random.pick(TRADERS)
      const instrument = random.pick(marketOf(trader))
      const slice = new D(instrument.step).times(1 + random.below(50))
      const order = broker.place({
        instrument,
        side: sideOf(broker, instrument, random),
        quantity: slice.times(fills),
        clientId: trader.clientId,
        orderRef: trader.orderRef(isoDay(wallClock(timeline.now(), DESK_ZONE).day), orders),
        isManual: false,
        isQuiet: true,
        limitPrice: null,
      })
      for (let count = 0; count < fills; count += 1) fill(order, slice, marketPrice(quotes, order))
    },
  }
}

type OrderPlan = {
  readonly slices: readonly Decimal[]
  /** The last slice never fills. */
  readonly isCancelled: boolean
  readonly betweenMs: number
}

function planOf(instrument: Instrument, fillsPerSecond: number, random: Random): OrderPlan {
  const count = random.pick([1, 1, 2, 2, 3, 4])
  const slices = Array.from({ length: count }, () => {
    const share = new D(instrument.usual).times(10 + random.below(90)).dividedBy(100 * count)
    const steps = D.max(1, share.dividedBy(instrument.step).floor())
    return steps.times(instrument.step)
  })
  const isCancelled = count > 1 && random.chance(CANCELLED_SHARE)
  return { slices, isCancelled, betweenMs: Math.min(2500, Math.max(150, 2500 / fillsPerSecond)) }
}

const marketOf = (trader: Trader): readonly Instrument[] => MARKETS.get(trader) ?? INSTRUMENTS
const nameOf = (orderRef: string): string => orderRef.split(/[:/]/)[0] ?? ''
const isoDay = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`

/** Leans against what is already held, so that the account neither drains nor grows for ever. */
function sideOf(broker: Broker, instrument: Instrument, random: Random): Side {
  const { quantity } = broker.book.holding(instrument)
  const lean = quantity.dividedBy(new D(instrument.usual).times(12)).toNumber()
  const buyShare = Math.min(0.85, Math.max(0.15, 0.5 - lean * 0.3))
  return random.chance(buyShare) ? 'buy' : 'sell'
}

/** A buyer pays the ask, a seller gets the bid; a combination is worth the sum of its legs. */
function marketPrice(
  quotes: Quotes,
  { instrument, side }: Pick<Order, 'instrument' | 'side'>,
): Decimal {
  if (instrument.secType === 'BAG')
    return instrument.legs.reduce(
      (sum, leg) =>
        sum.plus(quotes.mark(leg.instrument).times(leg.action === 'BUY' ? leg.ratio : -leg.ratio)),
      new D(0),
    )
  const quote = quotes.of(instrument.conId)
  if (quote === null) return new D(instrument.openingPrice)
  return priceAt(instrument, side === 'buy' ? quote.ask : quote.bid)
}

const limitOf = (quotes: Quotes, instrument: Instrument, side: Side): Decimal =>
  marketPrice(quotes, { instrument, side }).plus(
    new D(instrument.minTick).times(side === 'buy' ? 3 : -3),
  )
