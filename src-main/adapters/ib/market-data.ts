import { MarketDataType, type Contract } from '@stoqey/ib'
import type { PriceSource } from '#ports/broker.ts'
import type { ConId } from '#shared/ids.ts'
import type { Instrument, SecType } from '#shared/instrument.ts'
import type { Price } from '#shared/money.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { isDelayedTick, isNoPrice, noTicks, sourceOf, sourceOfClose } from './market-price.ts'
import { tickField, valuing, type Ticks } from './market-price.ts'

/** The desk of market data: keeps the lines open that are wanted most. */
export type MarketData = {
  readonly listeners: Partial<ApiListeners>
  readonly watch: (instruments: readonly Instrument[]) => void
  /** The number of lines has changed. */
  readonly reconfigured: () => void
  /** A session is open, or TWS has lost its subscriptions: every line is asked for again. */
  readonly resubscribe: () => void
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
}

/** The same price again is worth telling at this pace: it says that it still holds. */
const REPEAT_MS = 1_000
/** Lines TWS refused may be granted later: a competing session ends, a window is closed. */
const RETRY_MS = 60_000
/**
 * Delayed-frozen: live where subscribed, else delayed; the last known when the market is closed.
 */
const BEST_AVAILABLE = MarketDataType.DELAYED_FROZEN
const MARK_PRICE_TICK = '221'
const NO_MARK_TICK: ReadonlySet<SecType> = new Set(['CASH', 'CRYPTO', 'IND', 'CMDTY', 'FUND'])
/** What SMART does not route. */
const OWN_EXCHANGE: ReadonlySet<SecType> = new Set(['FUT', 'FOP', 'CASH', 'IND', 'CRYPTO', 'CMDTY'])

/** Says something about the line, and the data flow on. */
const ADVISORY: ReadonlySet<number> = new Set([300, 399, 10_090, 10_091, 10_167])
const TOO_MANY_LINES = 101
const UNKNOWN_CONTRACT = 200

type Desk = {
  readonly context: Context
  readonly describe: (conId: ConId) => Promise<unknown>
  readonly byConId: Map<ConId, Line>
  readonly byRequest: Map<number, Line>
  /** Monotonic time until which a conId is not asked for again. */
  readonly refusedUntil: Map<ConId, number>
  wanted: readonly Instrument[]
  limit: number
  cancelRetry: (() => void) | null
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
    wanted: [],
    limit: context.settings.marketDataLines,
    cancelRetry: null,
  }
  return {
    listeners: {
      tickPrice: (requestId, type, price) => hearTick(desk, [requestId, type, price]),
      marketDataType: (requestId, type) => {
        const line = desk.byRequest.get(requestId)
        if (line !== undefined) line.source = sourceOf(type)
      },
    },
    watch: (instruments) => {
      desk.wanted = instruments
      adjust(desk)
    },
    reconfigured: () => {
      desk.limit = context.settings.marketDataLines
      adjust(desk)
    },
    resubscribe: () => {
      for (const line of [...desk.byConId.values()]) close(desk, line)
      desk.refusedUntil.clear()
      desk.limit = context.settings.marketDataLines
      context.api()?.reqMarketDataType(BEST_AVAILABLE)
      adjust(desk)
    },
    lose: () => {
      desk.byConId.clear()
      desk.byRequest.clear()
      desk.cancelRetry?.()
      desk.cancelRetry = null
    },
  }
}

/** Opens and closes lines until those open are the ones wanted most. */
function adjust(desk: Desk): void {
  if (desk.context.api() === null) return
  const now = desk.context.clock.monotonic()
  const isFree = (instrument: Instrument): boolean =>
    instrument.secType !== 'BAG' && (desk.refusedUntil.get(instrument.conId) ?? 0) <= now
  const chosen = new Map<ConId, Instrument>()
  for (const instrument of desk.wanted) {
    if (chosen.size >= desk.limit) break
    if (isFree(instrument)) chosen.set(instrument.conId, instrument)
  }
  for (const line of [...desk.byConId.values()]) {
    if (!chosen.has(line.instrument.conId)) close(desk, line)
  }
  for (const instrument of chosen.values()) {
    if (!desk.byConId.has(instrument.conId)) open(desk, instrument)
  }
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
  }
  desk.byConId.set(instrument.conId, line)
  desk.byRequest.set(requestId, line)
  const ticks = NO_MARK_TICK.has(instrument.secType) ? '' : MARK_PRICE_TICK
  api()?.reqMktData(requestId, contract, ticks, false, false)
}

function contractOf(instrument: Instrument): Contract | null {
  const { conId, secType, exchange, primaryExchange } = instrument
  const own = exchange === '' ? primaryExchange : exchange
  if (!OWN_EXCHANGE.has(secType)) return { conId, exchange: 'SMART' }
  if (secType === 'CASH') return { conId, exchange: own === '' ? 'IDEALPRO' : own }
  return own === '' ? null : { conId, exchange: own }
}

function forget(desk: Desk, line: Line): void {
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
  desk.cancelRetry ??= clock.after(RETRY_MS, () => {
    desk.cancelRetry = null
    desk.limit = desk.context.settings.marketDataLines
    adjust(desk)
  })
}

function hearError(desk: Desk, requestId: number, error: { code: number; message: string }): void {
  const line = desk.byRequest.get(requestId)
  const { code, message } = error
  // Errors of a line that is closed already are echoes of closing it.
  if (line === undefined || ADVISORY.has(code)) return
  const { instrument } = line
  desk.context.log.warn('TWS does not send prices of an instrument', {
    conId: instrument.conId,
    symbol: instrument.symbol,
    code,
    message,
  })
  forget(desk, line)
  if (code === TOO_MANY_LINES) desk.limit = Math.max(1, desk.byConId.size)
  refuse(desk, instrument, code === UNKNOWN_CONTRACT ? Infinity : RETRY_MS)
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
  tell(desk, line)
}

function tell(desk: Desk, line: Line): void {
  const { clock, emit } = desk.context
  const value = valuing(line.ticks, line.instrument.secType)
  if (value === null) return
  const { price, isClose } = value
  const now = clock.monotonic()
  if (line.told?.eq(price) === true && now - line.toldAt < REPEAT_MS) return
  line.told = price
  line.toldAt = now
  const subscribed = line.source ?? 'live'
  const source = isClose ? sourceOfClose(subscribed) : subscribed
  const { conId } = line.instrument
  emit({ kind: 'price', quote: { conId, price, source, at: clock.now() } })
}
