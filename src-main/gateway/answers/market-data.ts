import type { Answers, Desk } from '../desk.ts'
import { grantOf, isFrozen } from '../market/entitlement.ts'
import { tickPrinter, type Quote } from '../market/quotes.ts'
import type { Session } from '../session/session.ts'
import type { TickLine } from '../session/subscriptions.ts'
import { error } from '../wire/account-messages.ts'
import {
  marketDataType,
  tickPrice,
  tickRequestParameters,
  tickSize,
  tickSnapshotEnd,
} from '../wire/market-messages.ts'
import { instrumentIn } from './contracts.ts'
import { sendGreeks } from './greeks.ts'

type TickTypes = Readonly<
  Record<
    | 'bid'
    | 'ask'
    | 'last'
    | 'high'
    | 'low'
    | 'volume'
    | 'close'
    | 'open'
    | 'bidSize'
    | 'askSize'
    | 'lastSize',
    number
  >
>

const LIVE: TickTypes = {
  bidSize: 0,
  bid: 1,
  ask: 2,
  askSize: 3,
  last: 4,
  lastSize: 5,
  high: 6,
  low: 7,
  volume: 8,
  close: 9,
  open: 14,
}
const DELAYED: TickTypes = {
  bid: 66,
  ask: 67,
  last: 68,
  bidSize: 69,
  askSize: 70,
  lastSize: 71,
  high: 72,
  low: 73,
  volume: 74,
  close: 75,
  open: 76,
}

const printers = new Map<string, (ticks: number) => string>()

/** How prices of this tick print. */
export function printerOf(minTick: string): (ticks: number) => string {
  const known = printers.get(minTick) ?? tickPrinter(minTick)
  printers.set(minTick, known)
  return known
}

const SIDES = [
  ['bid', 'bidSize'],
  ['ask', 'askSize'],
  ['last', 'lastSize'],
] as const
const DAY_PRICES = ['high', 'low', 'close', 'open'] as const

/** Sends what differs from what the client saw last; the first time that is everything. */
function sendTicks(session: Session, line: TickLine, quote: Quote): void {
  const types = line.isDelayed ? DELAYED : LIVE
  const print = printerOf(line.instrument.minTick)
  const seen = line.sent ?? {}
  for (const [price, size] of SIDES) {
    if (seen[price] !== quote[price])
      session.send(
        tickPrice(line.requestId, types[price], { price: print(quote[price]), size: quote[size] }),
      )
    if (seen[size] !== quote[size]) session.send(tickSize(line.requestId, types[size], quote[size]))
  }
  for (const price of DAY_PRICES)
    if (seen[price] !== quote[price])
      session.send(tickPrice(line.requestId, types[price], { price: print(quote[price]), size: 0 }))
  if (seen.volume !== quote.volume)
    session.send(tickSize(line.requestId, types.volume, quote.volume))
  line.sent = { ...quote }
}

/** Price -1 with size 0 is how IB says there is no price now. */
function sendNoPrices(session: Session, line: TickLine): void {
  const types = line.isDelayed ? DELAYED : LIVE
  for (const [price] of SIDES)
    session.send(tickPrice(line.requestId, types[price], { price: '-1.0', size: 0 }))
  line.sent = null
}

/** Tells every line what moved; a slow reader skips to a later state of the market. */
export function tellTicks(desk: Desk): void {
  for (const session of desk.sessions.open()) {
    if (session.isCongested()) continue
    for (const line of session.subscriptions.ticks.values()) {
      const quote = desk.quotes.of(line.instrument.conId)
      if (quote === null || desk.catalogue.isExpired(line.instrument)) continue
      sendGreeks(desk, session, line)
      sendTicks(session, line, quote)
    }
  }
}

/** The type of data a line has now: 2 is frozen live data, 4 frozen delayed data. */
const typeNow = (desk: Desk, { isDelayed, isFreezing }: TickLine): number =>
  (isDelayed ? 3 : 1) + (isFreezing && desk.isPaused() ? 1 : 0)

/** Whether a line has nothing to show now. */
const isBlank = (desk: Desk, { isFreezing }: TickLine): boolean => desk.isPaused() && !isFreezing

/** The market closed or opened: every line is told. */
export function tellMarketState(desk: Desk): void {
  for (const session of desk.sessions.open())
    for (const line of session.subscriptions.ticks.values()) {
      const quote = desk.quotes.of(line.instrument.conId)
      if (line.isFreezing) session.send(marketDataType(line.requestId, typeNow(desk, line)))
      if (isBlank(desk, line)) sendNoPrices(session, line)
      else if (quote !== null) sendTicks(session, line, quote)
    }
}

function openLine(desk: Desk, session: Session, line: TickLine): void {
  session.send(marketDataType(line.requestId, typeNow(desk, line)))
  session.send(tickRequestParameters(line.requestId, line.instrument))
  const quote = desk.quotes.of(line.instrument.conId)
  if (quote === null || isBlank(desk, line)) sendNoPrices(session, line)
  else {
    sendGreeks(desk, session, line)
    sendTicks(session, line, quote)
  }
}

/** Lines of all clients together count: they are one user's. */
const openLines = (desk: Desk): number =>
  desk.sessions.open().reduce((sum, { subscriptions }) => sum + subscriptions.ticks.size, 0)

export const MARKET_ANSWERS: Answers = {
  reqMarketDataType: (_, session, fields) => {
    session.subscriptions.marketDataType = fields.integer('type') ?? 1
  },
  reqMktData: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    const { ticks, marketDataType } = session.subscriptions
    const instrument = instrumentIn(desk, fields)
    if (typeof instrument === 'string') {
      session.send(error(requestId, 200, instrument))
      return
    }
    if (ticks.has(requestId)) {
      session.send(
        error(requestId, 322, "Error processing request.-'b' : cause - Duplicate ticker id"),
      )
      return
    }
    if (!fields.flag('snapshot') && openLines(desk) >= desk.marketDataLines) {
      session.send(error(requestId, 101, 'Max number of tickers has been reached'))
      return
    }
    const { type, problem } = grantOf(desk.marketData, marketDataType)
    if (problem !== null) session.send(error(requestId, ...problem))
    if (type === null) return
    const line: TickLine = {
      requestId,
      instrument,
      isDelayed: type === 3,
      isFreezing: isFrozen(marketDataType),
      sent: null,
      underlyingTicks: null,
    }
    openLine(desk, session, line)
    if (fields.flag('snapshot')) session.send(tickSnapshotEnd(requestId))
    else ticks.set(requestId, line)
  },
  cancelMktData: (_, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    if (!session.subscriptions.ticks.delete(requestId))
      session.send(error(requestId, 300, `Can't find EId with tickerId:${requestId}`))
  },
}
