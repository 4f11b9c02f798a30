import { MarketDataType } from '@stoqey/ib'
import { planLines } from '#domain/lines.ts'
import type { PriceSource } from '#ports/broker.ts'
import { present } from '#shared/assert.ts'
import type { ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Price } from '#shared/money.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { isDelayedTick, isNoPrice, noTicks, sourceOf, sourceOfClose } from './market-price.ts'
import { tickField, valuing, type Ticks } from './market-price.ts'
import { contractOf, ticksOf } from './market-request.ts'
import { createPriceNotices, DELAYED, isAdvisory, refusalOf } from './price-refusals.ts'
import type { PriceNotices } from './price-refusals.ts'

/** The desk of market data: keeps the lines open that are wanted most. */
export type MarketData = {
  readonly listeners: Partial<ApiListeners>
  readonly watch: (instruments: readonly Instrument[], visible: ReadonlySet<ConId>) => void
  /** The number of lines, or the kind of data to ask for, may have changed. */
  readonly reconfigured: () => void
  /** A session is open, or TWS has lost its subscriptions: every line is asked for again. */
  readonly resubscribe: () => void
  /** No price of a line counts as fresh until it moves again: its farm may be the one lost. */
  readonly doubt: () => void
  /** A farm is back: lines that have not moved since it was lost are asked for again. */
  readonly revive: () => void
  /** The session is gone, and every line with it. */
  readonly lose: () => void
}

type Line = {
  readonly requestId: number
  readonly instrument: Instrument
  readonly ticks: Ticks
  source: PriceSource | null
  told: Price | null
  toldAt: number
  /** Monotonic time at which it was asked for. */
  readonly openedAt: number
  /** Whether its price is what the market says now, as far as is known. */
  isUp: boolean
  /** A farm was lost since it moved last. */
  isDoubted: boolean
}

/** The same price again is worth telling at this pace: it says that it still holds. */
const REPEAT_MS = 1_000
/** How often lines that TWS refused are looked at: some may be granted by now. */
const RETRY_MS = 60_000
/** Two messages change a line: 15 lines each time leave most of IB's 50 a second to others. */
const SWAPS = 15
/** Lines asked for this long ago have told their first prices, if there are any. */
const FIRST_PRICES_MS = 3_000
/** Whatever is asked for, TWS gives live prices where they are subscribed to. */
const TYPES = {
  live: MarketDataType.REALTIME,
  frozen: MarketDataType.FROZEN,
  delayed: MarketDataType.DELAYED,
  'delayed-frozen': MarketDataType.DELAYED_FROZEN,
} as const
const TOO_MANY_LINES = 101

type Desk = {
  readonly context: Context
  readonly describe: (conId: ConId) => Promise<unknown>
  readonly byConId: Map<ConId, Line>
  readonly byRequest: Map<number, Line>
  /** Monotonic time until which a conId is not asked for again. */
  readonly refusedUntil: Map<ConId, number>
  readonly notices: PriceNotices
  wanted: readonly Instrument[]
  visible: ReadonlySet<ConId>
  limit: number
  /** What was asked for last: lines opened before a change have another kind of data. */
  kind: keyof typeof TYPES
  cancelRetry: (() => void) | null
  cancelPlan: (() => void) | null
}

export function createMarketData(
  context: Context,
  describe: (conId: ConId) => Promise<unknown>,
): MarketData {
  const desk: Desk = {
    context,
    describe,
    byConId: new Map(),
    byRequest: new Map(),
    refusedUntil: new Map(),
    notices: createPriceNotices(context),
    wanted: [],
    visible: new Set(),
    limit: context.settings.marketDataLines,
    kind: context.settings.marketData,
    cancelRetry: null,
    cancelPlan: null,
  }
  return {
    listeners: {
      tickPrice: (requestId, type, price) => hearTick(desk, [requestId, type, price]),
      marketDataType: (requestId, type) => {
        const line = desk.byRequest.get(requestId)
        if (line !== undefined) line.source = sourceOf(type)
      },
    },
    watch: (instruments, visible) => {
      desk.wanted = instruments
      desk.visible = visible
      adjust(desk)
    },
    reconfigured: () => {
      desk.limit = context.settings.marketDataLines
      if (desk.kind === context.settings.marketData) adjust(desk)
      else resubscribe(desk)
    },
    resubscribe: () => resubscribe(desk),
    doubt: () => {
      for (const line of desk.byConId.values()) {
        line.isDoubted = true
        setUp(desk, line, false)
      }
    },
    revive: () => revive(desk),
    lose: () => lose(desk),
  }
}

function resubscribe(desk: Desk): void {
  const { settings, api } = desk.context
  for (const line of [...desk.byConId.values()]) close(desk, line)
  desk.refusedUntil.clear()
  desk.limit = settings.marketDataLines
  desk.kind = settings.marketData
  api()?.reqMarketDataType(TYPES[desk.kind])
  adjust(desk)
}

/** After a farm comes back some subscriptions stay dead without a word. */
function revive(desk: Desk): void {
  const now = desk.context.clock.monotonic()
  for (const line of [...desk.byConId.values()]) {
    const isSilent = !line.isUp && now - line.openedAt > FIRST_PRICES_MS
    if (line.isDoubted || isSilent) close(desk, line)
  }
  adjust(desk)
}

function lose(desk: Desk): void {
  for (const line of desk.byConId.values()) setUp(desk, line, false)
  desk.byConId.clear()
  desk.byRequest.clear()
  desk.notices.beginSession()
  desk.cancelRetry?.()
  desk.cancelRetry = null
  desk.cancelPlan?.()
  desk.cancelPlan = null
}

/** Opens and closes lines as planned. */
function adjust(desk: Desk): void {
  const { api, clock, settings } = desk.context
  if (api() === null) return
  const now = clock.monotonic()
  const isFree = ({ conId, secType }: Instrument): boolean =>
    secType !== 'BAG' && (desk.refusedUntil.get(conId) ?? 0) <= now
  const wanted = new Map(desk.wanted.filter(isFree).map((one) => [one.conId, one]))
  const plan = planLines(
    { conIds: [...wanted.keys()], visible: desk.visible },
    {
      open: new Map([...desk.byConId].map(([conId, { openedAt }]) => [conId, openedAt])),
      ...{ limit: desk.limit, now, holdMs: settings.lineHoldMs, swaps: SWAPS },
    },
  )
  for (const conId of plan.close) close(desk, present(desk.byConId.get(conId), 'a line'))
  for (const conId of plan.open) open(desk, present(wanted.get(conId), 'an instrument'))
  if (plan.againInMs === null) return
  desk.cancelPlan ??= clock.after(plan.againInMs, () => {
    desk.cancelPlan = null
    adjust(desk)
  })
}

/** Tells when a price begins or ceases to be what the market says. */
function setUp(desk: Desk, line: Line, isUp: boolean): void {
  if (line.isUp === isUp) return
  line.isUp = isUp
  desk.context.emit({ kind: 'price-line', conId: line.instrument.conId, isUp })
}

function open(desk: Desk, wanted: Instrument): void {
  const { requests, instruments, api, clock } = desk.context
  const instrument = instruments.known(wanted.conId) ?? wanted
  const contract = contractOf(instrument)
  if (contract === null) {
    // No exchange known: the details name it. Asked for once, then the line waits like a refused
    // one.
    refuse(desk, instrument)
    void desk.describe(instrument.conId).then(() => {
      if (contractOf(instruments.known(instrument.conId) ?? instrument) === null) return
      desk.refusedUntil.delete(instrument.conId)
      adjust(desk)
    })
    return
  }
  const requestId = requests.subscribe((code, message) => {
    hearError(desk, requestId, { code, message })
  })
  const line: Line = {
    requestId,
    instrument,
    ticks: noTicks(),
    source: null,
    told: null,
    toldAt: clock.monotonic(),
    openedAt: clock.monotonic(),
    isUp: false,
    isDoubted: false,
  }
  desk.byConId.set(instrument.conId, line)
  desk.byRequest.set(requestId, line)
  api()?.reqMktData(requestId, contract, ticksOf(instrument), false, false)
}

function forget(desk: Desk, line: Line): void {
  setUp(desk, line, false)
  desk.byConId.delete(line.instrument.conId)
  desk.byRequest.delete(line.requestId)
  desk.context.requests.unsubscribe(line.requestId)
}

function close(desk: Desk, line: Line): void {
  forget(desk, line)
  desk.context.api()?.cancelMktData(line.requestId)
}

/**
 * The line's instrument is not asked for again for a while; the next wanted one may have its place.
 */
function refuse(desk: Desk, instrument: Instrument, forMs = RETRY_MS): void {
  const { clock } = desk.context
  desk.refusedUntil.set(instrument.conId, clock.monotonic() + forMs)
  desk.cancelRetry ??= clock.every(RETRY_MS, () => {
    desk.limit = desk.context.settings.marketDataLines
    adjust(desk)
  })
}

function hearError(desk: Desk, requestId: number, error: { code: number; message: string }): void {
  const line = desk.byRequest.get(requestId)
  const { code, message } = error
  // Errors of a line that is closed already are echoes of closing it.
  if (line === undefined) return
  const { instrument } = line
  if (code === DELAYED) desk.notices.refused(instrument.symbol, code, message)
  if (isAdvisory(code)) return
  desk.notices.refused(instrument.symbol, code, message)
  desk.context.log.warn('TWS does not send prices of an instrument', {
    conId: instrument.conId,
    symbol: instrument.symbol,
    code,
    message,
  })
  forget(desk, line)
  if (code === TOO_MANY_LINES) desk.limit = Math.max(1, desk.byConId.size)
  refuse(desk, instrument, refusalOf(code, message).retryMs ?? Infinity)
  adjust(desk)
}

function hearTick(
  desk: Desk,
  [requestId, type, price]: readonly [number, number, number | undefined],
): void {
  const line = desk.byRequest.get(requestId)
  const field = tickField(type)
  if (line === undefined || field === null) return
  line.ticks[field] = isNoPrice(price) ? undefined : price
  if (isDelayedTick(type)) line.source ??= 'delayed'
  line.isDoubted = false
  tell(desk, line)
}

function tell(desk: Desk, line: Line): void {
  const { clock, emit } = desk.context
  const value = valuing(line.ticks, line.instrument.secType)
  if (value === null) return
  const { price, isClose } = value
  setUp(desk, line, true)
  const now = clock.monotonic()
  if (line.told?.eq(price) === true && now - line.toldAt < REPEAT_MS) return
  line.told = price
  line.toldAt = now
  const subscribed = line.source ?? 'live'
  const source = isClose ? sourceOfClose(subscribed) : subscribed
  const { conId } = line.instrument
  emit({ kind: 'price', quote: { conId, price, source, at: clock.now() } })
}
