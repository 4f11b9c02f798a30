import type { Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import type { Fields } from '../wire/layout.ts'

const SAME_REQUEST_MS = 15_000
const SAME_CONTRACT_MS = 2_000
/** So many of one contract and kind of data within two seconds are too many. */
const TOO_MANY_OF_CONTRACT = 6
const TEN_MINUTES_MS = 600_000
const MOST_IN_TEN_MINUTES = 60

/** Answered at once, only those kept up to date stay open. */
const MOST_OPEN = 50

type Asked = {
  readonly at: number
  /** All it said. */
  readonly words: string
  /** Of what: contract, exchange and kind of data. */
  readonly contract: string
  /** Bids with asks count twice. */
  readonly weight: number
}

/** What each session asked for within the last ten minutes. */
const asking = new WeakMap<Session, readonly Asked[]>()

const wordsOf = (fields: Fields, names: readonly string[]): string =>
  names.map((name) => fields.text(name).toUpperCase()).join('|')

const CONTRACT = ['conId', 'symbol', 'exchange', 'whatToShow'] as const

/**
 * True when a request for history comes too soon after others: the same within 15 s, the sixth of
 * one contract, exchange and kind of data within 2 s, or more than 60 within ten minutes. Every
 * request counts, the refused ones too. Source: historical data limitations of the TWS API.
 */
export function isTooSoon(desk: Desk, session: Session, fields: Fields): boolean {
  if (!desk.hasHistoricalPacing) return false
  const now = desk.timeline.now()
  const asked: Asked = {
    at: now,
    words: wordsOf(fields, [...CONTRACT, 'end', 'barSize', 'duration']),
    contract: wordsOf(fields, CONTRACT),
    weight: fields.text('whatToShow').toUpperCase() === 'BID_ASK' ? 2 : 1,
  }
  const before = (asking.get(session) ?? []).filter(({ at }) => now - at < TEN_MINUTES_MS)
  asking.set(session, [...before, asked])
  const within = (ms: number): readonly Asked[] => before.filter(({ at }) => now - at < ms)
  const isSame = within(SAME_REQUEST_MS).some(({ words }) => words === asked.words)
  const ofContract = within(SAME_CONTRACT_MS).filter(({ contract }) => contract === asked.contract)
  const isCrowded = weightOf([...ofContract, asked]) >= TOO_MANY_OF_CONTRACT
  return isSame || isCrowded || weightOf([...before, asked]) > MOST_IN_TEN_MINUTES
}

/**
 * True when as many requests of all clients are open as may be: they are one user's. Source: as
 * above.
 */
export function areTooManyOpen(desk: Desk): boolean {
  const open = desk.sessions.open().reduce((sum, { subscriptions }) => {
    return sum + subscriptions.bars.size
  }, 0)
  return desk.hasHistoricalPacing && open >= MOST_OPEN
}

const weightOf = (all: readonly Asked[]): number => all.reduce((sum, { weight }) => sum + weight, 0)
