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

const keyOf = (position: BrokerPosition): string => `${position.account} ${position.conId}`

const sameHolding = (a: BrokerPosition | undefined, b: BrokerPosition): boolean =>
  a !== undefined &&
  a.quantity.eq(b.quantity) &&
  (a.averageCost === b.averageCost ||
    (a.averageCost !== null && b.averageCost !== null && a.averageCost.eq(b.averageCost)))

/** Two replies agree when every row of one is in the other; a row of nothing is no row. */
export function differing(one: PositionBook, other: PositionBook): readonly BrokerPosition[] {
  const differs = (book: PositionBook) => (row: BrokerPosition) =>
    !row.quantity.isZero() && !sameHolding(book.get(keyOf(row)), row)
  return [...[...one.values()].filter(differs(other)), ...[...other.values()].filter(differs(one))]
}

export function createPositions(context: Context): Positions {
  const { emit, log, requests, instruments } = context
  /** What the core was told last; kept over sessions to tell what has gone meanwhile. */
  const told = new Map<string, BrokerPosition>()
  let accounts: ReadonlySet<AccountId> = new Set()
  let isAnew = true
  let reply: Map<string, BrokerPosition> | null = null

  const tell = (position: BrokerPosition): void => {
    const key = keyOf(position)
    if (!isAnew && sameHolding(told.get(key), position)) return
    told.set(key, position)
    emit({ kind: 'position', position })
  }
  const hear = (account: string, contract: Contract, size?: number, averageCost?: number): void => {
    const instrument = instruments.meet(contract)
    const quantity = quantityOf(size)
    if (instrument === null || quantity === null) {
      log.error('A position of TWS could not be read', {
        conId: contract.conId ?? null,
        secType: contract.secType ?? null,
      })
      const message = `A position of ${contract.symbol ?? '?'} could not be read.`
      return emit({ kind: 'notice', code: 0, message })
    }
    const position: BrokerPosition = {
      account: accountId(account),
      conId: instrument.conId,
      instrument,
      quantity,
      averageCost: quantity.isZero() ? null : priceOf(averageCost),
    }
    const earlier = reply?.get(keyOf(position))
    if (earlier !== undefined && !sameHolding(earlier, position)) {
      log.warn('TWS sent two positions of one instrument; the later one counts', {
        conId: instrument.conId,
      })
    }
    reply?.set(keyOf(position), position)
    tell(position)
  }
  /** What a complete reply leaves out is held no longer. */
  const closeMissing = (book: PositionBook): void => {
    for (const [key, position] of told) {
      if (book.has(key) || !accounts.has(position.account) || position.quantity.isZero()) continue
      tell({ ...position, quantity: ZERO, averageCost: null })
    }
  }
  return {
    listeners: { position: hear, positionEnd: () => requests.markerEnded('positions') },
    fetch: async () => {
      // The next request may begin before this one's answer is looked at: each has its own map.
      const book = new Map<string, BrokerPosition>()
      const answer = await requests.askMarked('positions', (api) => {
        reply = book
        api.reqPositions()
      })
      if (reply === book) reply = null
      if (!answer.ok) return answer
      closeMissing(book)
      isAnew = false
      return ok(book)
    },
    beginSession: (opened) => {
      accounts = new Set(opened)
      isAnew = true
      reply = null
    },
  }
}
