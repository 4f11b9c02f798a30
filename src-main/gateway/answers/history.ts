import { DESK_ZONE, type Answers, type Desk } from '../desk.ts'
import { grantOf } from '../market/entitlement.ts'
import { barMsOf, durationMsOf, pastOf, type TickBar } from '../market/history.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Session } from '../session/session.ts'
import { error } from '../wire/account-messages.ts'
import type { Fields } from '../wire/layout.ts'
import { historicalData, historicalDataUpdate, type Bar } from '../wire/market-messages.ts'
import { wallClock } from '../wire/zoned-time.ts'
import { instrumentIn } from './contracts.ts'
import { filterTime } from './executions.ts'
import { areTooManyOpen, isTooSoon } from './history-pacing.ts'
import { printerOf } from './market-data.ts'

/** The most bars of one answer; clients choke on more. */
const MOST_BARS = 20_000
const DAY_MS = 86_400_000

const VIOLATION =
  'Historical Market Data Service error message:Historical data request pacing violation'
const NO_DATA = 'Historical Market Data Service error message:HMDS query returned no data'

/** How the bars' times are told: in the instrument's zone, or as seconds since 1970. */
function dater(fields: Fields, { zone }: Instrument, barMs: number): (at: number) => string {
  const isEpoch = fields.integer('formatDate') === 2
  return (at) => {
    const { day, time } = wallClock(at, zone)
    if (barMs >= DAY_MS) return day
    return isEpoch ? String(Math.floor(at / 1000)) : `${day} ${time} ${zone}`
  }
}

type Told = { readonly date: (at: number) => string; readonly print: (ticks: number) => string }

const barOf = (bar: TickBar, { date, print }: Told): Bar => ({
  date: date(bar.at),
  open: print(bar.open),
  high: print(bar.high),
  low: print(bar.low),
  close: print(bar.close),
  volume: bar.volume,
  average: print(Math.round((bar.open + bar.high + bar.low + bar.close) / 4)),
  count: bar.count,
})

type Asked = { readonly barMs: number; readonly bars: number; readonly end: number }

/** How many bars of what length until when; null when the words say none of it. */
function askedOf(desk: Desk, fields: Fields): Asked | null {
  const barMs = barMsOf(fields.text('barSize'))
  const duration = durationMsOf(fields.text('duration'))
  const told = fields.text('end')
  const end = told === '' ? desk.timeline.now() : filterTime(told)?.at
  if (barMs === null || duration === null || end === undefined) return null
  const bars = Math.min(MOST_BARS, Math.max(1, Math.floor(duration / barMs)))
  return { barMs, bars, end: Math.ceil(end / barMs) * barMs }
}

/** Keeps the last bar going and begins new ones; the client is told each time it changed. */
function keepUpToDate(session: Session, line: Line): void {
  const { requestId, instrument, barMs, told } = line
  let current = line.current
  session.subscriptions.bars.set(requestId, {
    requestId,
    instrument,
    barMs,
    tell: (ticks, at) => {
      const begins = Math.floor(at / barMs) * barMs
      if (begins > current.at)
        current = {
          at: begins,
          open: ticks,
          high: ticks,
          low: ticks,
          close: ticks,
          volume: 0,
          count: 0,
        }
      current.close = ticks
      current.high = Math.max(current.high, ticks)
      current.low = Math.min(current.low, ticks)
      current.volume += 1
      current.count += 1
      session.send(historicalDataUpdate(requestId, barOf(current, told)))
    },
  })
}

type Line = {
  readonly requestId: number
  readonly instrument: Instrument
  readonly barMs: number
  readonly told: Told
  readonly current: TickBar
}

/** Tells everybody who follows bars how they go on, about once a second. */
export function tellBars(desk: Desk): void {
  for (const session of desk.sessions.open()) {
    if (session.isCongested()) continue
    for (const line of session.subscriptions.bars.values()) {
      const quote = desk.quotes.of(line.instrument.conId)
      if (quote !== null) line.tell(quote.last, desk.timeline.now())
    }
  }
}

const WHAT = new Set(['TRADES', 'MIDPOINT', 'BID', 'ASK', 'BID_ASK', 'ADJUSTED_LAST'])

function refusalOf(desk: Desk, session: Session, fields: Fields): readonly [number, string] | null {
  if (!WHAT.has(fields.text('whatToShow').toUpperCase()))
    return [321, "Error validating request.-'bX' : cause - Invalid whatToShow."]
  if (isTooSoon(desk, session, fields) || areTooManyOpen(desk)) return [162, VIOLATION]
  const { marketDataType } = session.subscriptions
  return grantOf(desk.marketData, marketDataType).type === null ? [162, NO_DATA] : null
}

function answer(desk: Desk, session: Session, fields: Fields): void {
  const requestId = fields.integer('requestId') ?? -1
  const instrument = instrumentIn(desk, fields)
  if (typeof instrument === 'string') {
    session.send(error(requestId, 200, instrument))
    return
  }
  const quote = desk.quotes.of(instrument.conId)
  const asked = askedOf(desk, fields)
  const refusal = refusalOf(desk, session, fields)
  if (refusal !== null || asked === null || quote === null) {
    const invalid = [
      321,
      "Error validating request.-'bX' : cause - Invalid duration or bar.",
    ] as const
    session.send(
      error(requestId, ...(refusal ?? (quote === null ? ([162, NO_DATA] as const) : invalid))),
    )
    return
  }
  const past = pastOf(instrument, { ...asked, last: quote.last })
  const told = {
    date: dater(fields, instrument, asked.barMs),
    print: printerOf(instrument.minTick),
  }
  const edge = (at: number): string => {
    const { day, time } = wallClock(at, DESK_ZONE)
    return `${day} ${time} ${DESK_ZONE}`
  }
  const span = { start: edge(asked.end - asked.bars * asked.barMs), end: edge(asked.end) }
  session.send(
    historicalData(
      requestId,
      span,
      past.map((bar) => barOf(bar, told)),
    ),
  )
  const current = past.at(-1)
  if (fields.flag('keepUpToDate') && current !== undefined)
    keepUpToDate(session, { requestId, instrument, barMs: asked.barMs, told, current })
}

export const HISTORY_ANSWERS: Answers = {
  reqHistoricalData: answer,
  cancelHistoricalData: (_, session, fields) => {
    session.subscriptions.bars.delete(fields.integer('requestId') ?? -1)
  },
}
