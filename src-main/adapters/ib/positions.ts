import type { Contract } from '@stoqey/ib'
import type { BrokerPosition } from '#ports/broker.ts'
import { accountId, type AccountId } from '#shared/ids.ts'
import { ZERO } from '#shared/money.ts'
import { ok, type Result } from '#shared/result.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { priceOf, quantityOf } from './numbers.ts'
import type { RequestFailure } from './requests.ts'

/** Positions of every account, by account and conId, as one complete reply gave them. */
export type PositionBook = ReadonlyMap<string, BrokerPosition>

/** The desk of positions: one subscription, and complete replies on demand. */
export type Positions = {
  readonly listeners: Partial<ApiListeners>
  /** Asks for all positions (and for changes from then on). */
  readonly fetch: () => Promise<Result<PositionBook, RequestFailure>>
  readonly beginSession: (accounts: readonly AccountId[]) => void
}

type Desk = {
  readonly context: Context
  /** What the core was told last; kept over sessions to tell what has gone meanwhile. */
  readonly told: Map<string, BrokerPosition>
  accounts: ReadonlySet<AccountId>
  /** True until the session's first complete reply: everything is told, changed or not. */
  isAnew: boolean
  reply: Map<string, BrokerPosition> | null
}

export function createPositions(context: Context): Positions {
  const desk: Desk = {
    context,
    told: new Map(),
    accounts: new Set(),
    isAnew: true,
    reply: null,
  }
  return {
    listeners: {
      position: (...message) => hear(desk, message),
      positionEnd: () => context.requests.markerEnded('positions'),
    },
    fetch: () => fetch(desk),
    beginSession: (accounts) => {
      desk.accounts = new Set(accounts)
      desk.isAnew = true
      desk.reply = null
    },
  }
}

const keyOf = (position: BrokerPosition): string => `${position.account} ${position.conId}`

const isSameCost = (a: BrokerPosition, b: BrokerPosition): boolean =>
  a.averageCost === b.averageCost ||
  (a.averageCost !== null && b.averageCost !== null && a.averageCost.eq(b.averageCost))

const isSameHolding = (a: BrokerPosition | undefined, b: BrokerPosition): boolean =>
  a?.quantity.eq(b.quantity) === true && isSameCost(a, b)

/** The rows two replies do not share; a row of nothing is no row. */
export function differing(one: PositionBook, other: PositionBook): readonly BrokerPosition[] {
  const differsFrom = (book: PositionBook) => (row: BrokerPosition) =>
    !row.quantity.isZero() && !isSameHolding(book.get(keyOf(row)), row)
  return [
    ...[...one.values()].filter(differsFrom(other)),
    ...[...other.values()].filter(differsFrom(one)),
  ]
}

async function fetch(desk: Desk): Promise<Result<PositionBook, RequestFailure>> {
  // The next request may begin before this one's answer is looked at: each has its own map.
  const book = new Map<string, BrokerPosition>()
  const answer = await desk.context.requests.askMarked('positions', (api) => {
    desk.reply = book
    api.reqPositions()
  })
  if (desk.reply === book) desk.reply = null
  if (!answer.ok) return answer
  closeMissing(desk, book)
  desk.isAnew = false
  return ok(book)
}

type Message = [account: string, contract: Contract, size?: number, averageCost?: number]

function hear(desk: Desk, [account, contract, size, averageCost]: Message): void {
  const { log, instruments } = desk.context
  const instrument = instruments.meet(contract)
  const quantity = quantityOf(size)
  if (instrument === null || quantity === null) {
    complain(desk, contract)
    return
  }
  const position: BrokerPosition = {
    account: accountId(account),
    conId: instrument.conId,
    instrument,
    quantity,
    averageCost: quantity.isZero() ? null : priceOf(averageCost),
  }
  const earlier = desk.reply?.get(keyOf(position))
  if (earlier !== undefined && !isSameHolding(earlier, position)) {
    log.warn('TWS sent two positions of one instrument; the later one counts', {
      conId: instrument.conId,
    })
  }
  desk.reply?.set(keyOf(position), position)
  tell(desk, position)
}

function complain(desk: Desk, contract: Contract): void {
  const { conId = null, secType = null, symbol = '?' } = contract
  desk.context.log.error('A position of TWS could not be read', { conId, secType })
  const message = `A position of ${symbol} could not be read.`
  desk.context.emit({ kind: 'notice', code: 0, message })
}

function tell(desk: Desk, position: BrokerPosition): void {
  const key = keyOf(position)
  if (!desk.isAnew && isSameHolding(desk.told.get(key), position)) return
  desk.told.set(key, position)
  desk.context.emit({ kind: 'position', position })
}

/** What a complete reply leaves out is held no longer. */
function closeMissing(desk: Desk, book: PositionBook): void {
  for (const [key, position] of desk.told) {
    const isOfSession = desk.accounts.has(position.account)
    if (book.has(key) || !isOfSession || position.quantity.isZero()) continue
    tell(desk, { ...position, quantity: ZERO, averageCost: null })
  }
}
