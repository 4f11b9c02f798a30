import { D, type Decimal } from '#shared/money.ts'
import type { Execution, Order, Side } from '../broker/types.ts'
import { DESK_ZONE } from '../desk.ts'
import { COMBINATIONS } from '../market/catalogue.ts'
import type { Instrument } from '../market/instrument.ts'
import { zonedTime } from '../wire/zoned-time.ts'
import type { Floor, FloorParts } from './floor.ts'
import { limitOf, marketPrice, planOf, sideOf, type OrderPlan } from './order-plan.ts'
import type { Scenario } from './scenario.ts'
import { isWorking } from '../broker/types.ts'
import type { Account } from '../broker/accounts.ts'
import type { Catalogue } from '../market/catalogue.ts'
import { MANUAL, strategyOf, TRADERS, type Trader } from './strategies.ts'

/** Fills an order takes on average: between one and four. */
const FILLS_PER_ORDER = 2.2
const LONGEST_LULL_MS = 60_000
/** A second on, whole-second execution times can tell two fills apart. */
const HELD_MS = 1000

export type TradingParts = FloorParts & {
  readonly floor: Floor
  readonly catalogue: Catalogue
  readonly accounts: readonly Account[]
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
  /** Without one, the first account. */
  readonly account?: string | null
}

export function createTrading(parts: TradingParts): Trading {
  const { timeline, random, scenario, isPaused } = parts
  let orders = 0
  const nextRef = (trader: Trader): string => {
    const day = zonedTime(timeline.now(), DESK_ZONE)
    const isoDay = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`
    return trader.orderRef(isoDay, (orders += 1))
  }
  /** Every strategy begins with a position, so that a young book shows them all. */
  const openDay = (trader: Trader): void => {
    const market = marketOf(parts, trader).filter(({ secType }) => secType !== 'CASH')
    const orderRef = nextRef(trader)
    if (market.length > 0)
      workOrder(parts, { trader, instrument: random.pick(market), orderRef, count: orders })
  }
  const arrive = (): void => {
    const { fillsPerSecond, manualShare, comboShare } = scenario()
    if (!isPaused()) {
      const trader = random.chance(manualShare) ? MANUAL : random.pick(tradersOf(scenario()))
      const isCombo = !trader.isManual && random.chance(comboShare)
      const market = isCombo ? combinations(parts) : marketOf(parts, trader)
      const orderRef = nextRef(trader)
      if (market.length > 0)
        workOrder(parts, { trader, instrument: random.pick(market), orderRef, count: orders })
    }
    const wait = random.wait((1000 * FILLS_PER_ORDER) / fillsPerSecond)
    timeline.after(Math.min(wait, LONGEST_LULL_MS), arrive)
  }
  return {
    start: () => {
      timeline.after(0, () => tradersOf(scenario()).forEach(openDay))
      timeline.after(0, arrive)
    },
    fillNow: (wanted) => fillNow(parts, wanted),
    burst: (fills) => {
      const trader = random.pick(TRADERS)
      burst(parts, { trader, orderRef: nextRef(trader), fills, count: orders })
    },
  }
}

/** Who trades: everybody, or whom the scenario looks at. */
function tradersOf({ focus }: Scenario): readonly Trader[] {
  if (focus === null) return TRADERS
  return TRADERS.filter(({ clientId }) => focus.clientIds.includes(clientId))
}

/** What a trader may trade now. */
function marketOf({ catalogue, scenario }: TradingParts, trader: Trader): readonly Instrument[] {
  const { focus } = scenario()
  return catalogue.instruments.filter((one) => {
    if (focus !== null && !focus.symbols.includes(one.symbol)) return false
    return trader.trades(one) && !catalogue.isExpired(one)
  })
}

const combinations = ({ catalogue }: TradingParts): readonly Instrument[] =>
  COMBINATIONS.filter(({ legs }) =>
    legs.every(({ instrument }) => !catalogue.isExpired(instrument)),
  )

/** Accounts take turns. */
function accountOf({ accounts }: TradingParts, count: number): Account {
  const account = accounts[count % accounts.length]
  if (account === undefined) throw new RangeError('Nobody can trade without an account')
  return account
}

type Intent = {
  readonly trader: Trader
  readonly instrument: Instrument
  readonly orderRef: string
  /** How many orders there were, this one included. */
  readonly count: number
}

/** Places an order and fills it part by part, or cancels it with a part open. */
function workOrder(parts: TradingParts, intent: Intent): void {
  const { broker, quotes, timeline, random, scenario } = parts
  const { trader, instrument, orderRef } = intent
  const plan = planOf(instrument, scenario().fillsPerSecond, random)
  const { id: account, modelCode } = accountOf(parts, intent.count)
  const side = sideOf(broker.bookOf(account), instrument, random)
  const order = broker.place({
    account,
    modelCode,
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
  timeline.after(plan.betweenMs / 4, () => {
    if (isWorking(order)) broker.setStatus(order, 'Submitted')
  })
  timeline.after(plan.betweenMs, () => fillNext(parts, { order, slices, plan }))
}

type Work = {
  readonly order: Order
  readonly slices: readonly Decimal[]
  readonly plan: OrderPlan
}

function fillNext(parts: TradingParts, work: Work): void {
  const { broker, quotes, timeline, random, isPaused, floor } = parts
  const { order, plan } = work
  // Somebody may have cancelled it meanwhile.
  if (!isWorking(order)) return
  const [slice, ...rest] = work.slices
  if (slice === undefined) {
    broker.setStatus(order, 'Cancelled')
    return
  }
  const isHeld = isPaused() || floor.isBeaten(order)
  if (!isHeld) {
    const price = marketPrice(quotes, order.instrument, order.side)
    floor.fill(order, { quantity: slice, price })
  }
  const wait = isHeld ? HELD_MS : random.wait(plan.betweenMs)
  const slices = isHeld ? work.slices : rest
  timeline.after(wait, () => fillNext(parts, { ...work, slices }))
}

function fillNow(parts: TradingParts, wanted: WantedFill): readonly Execution[] {
  const { broker, quotes, random, floor, accounts } = parts
  const account = accounts.find(({ id }) => id === wanted.account) ?? accountOf(parts, 0)
  const strategy = strategyOf(wanted.orderRef) ?? random.pick(TRADERS)
  const order = broker.place({
    ...wanted,
    account: account.id,
    modelCode: account.modelCode,
    clientId: wanted.isManual ? MANUAL.clientId : strategy.clientId,
    isQuiet: false,
    limitPrice: wanted.price,
  })
  const price = wanted.price ?? marketPrice(quotes, wanted.instrument, wanted.side)
  return floor.fill(order, { quantity: wanted.quantity, price })
}

type Burst = {
  readonly trader: Trader
  readonly orderRef: string
  readonly fills: number
  readonly count: number
}

function burst(parts: TradingParts, what: Burst): void {
  const { broker, quotes, random, floor } = parts
  const { trader, orderRef, fills } = what
  const instrument = random.pick(marketOf(parts, trader))
  const { id: account, modelCode } = accountOf(parts, what.count)
  const side = sideOf(broker.bookOf(account), instrument, random)
  const slice = new D(instrument.step).times(1 + random.below(50))
  const order = broker.place({
    account,
    modelCode,
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
