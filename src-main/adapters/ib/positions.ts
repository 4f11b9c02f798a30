import type { Contract } from '@stoqey/ib'
import { isSameHolding } from '#domain/quiet.ts'
import type { BrokerPosition } from '#ports/broker.ts'
import { accountId, type AccountId } from '#shared/ids.ts'
import { ZERO } from '#shared/money.ts'
import { ok, type Result } from '#shared/result.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { priceOf, quantityOf } from './numbers.ts'
import type { RequestFailure } from './requests.ts'

/**
 * Positions of every account as one complete reply gave them: what was told twice stands there
 * twice.
 */
type Reply = { readonly rows: readonly BrokerPosition[] }

/** The desk of positions: one subscription, and complete replies on demand. */
export type Positions = {
  readonly listeners: Partial<ApiListeners>
  /** Asks for all positions (and for changes from then on). */
  readonly fetch: () => Promise<Result<Reply, RequestFailure>>
  readonly beginSession: (accounts: readonly AccountId[]) => void
}

type Desk = {
  readonly context: Context
  /** What the core was told last; kept over sessions to tell what has gone meanwhile. */
  readonly told: Map<string, BrokerPosition>
  accounts: ReadonlySet<AccountId>
  /** True until the session's first complete reply: everything is told, changed or not. */
  isAnew: boolean
  reply: BrokerPosition[] | null
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

async function fetch(desk: Desk): Promise<Result<Reply, RequestFailure>> {
  // The next request may begin before this one's answer is looked at: each has its own list.
  const rows: BrokerPosition[] = []
  const answer = await desk.context.requests.askMarked('positions', (api) => {
    desk.reply = rows
    api.reqPositions()
  })
  if (desk.reply === rows) desk.reply = null
  if (!answer.ok) return answer
  closeMissing(desk, new Set(rows.map(keyOf)))
  desk.isAnew = false
  return ok({ rows })
}

type Message = [account: string, contract: Contract, size?: number, averageCost?: number]

function hear(desk: Desk, [account, contract, size, averageCost]: Message): void {
  const instrument = desk.context.instruments.meet(contract)
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
  desk.reply?.push(position)
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
  const known = desk.told.get(key)
  if (!desk.isAnew && known !== undefined && isSameHolding(known, position)) return
  desk.told.set(key, position)
  desk.context.emit({ kind: 'position', position })
}

/** What a complete reply leaves out is held no longer. */
function closeMissing(desk: Desk, told: ReadonlySet<string>): void {
  for (const [key, position] of desk.told) {
    const isOfSession = desk.accounts.has(position.account)
    if (told.has(key) || !isOfSession || position.quantity.isZero()) continue
    tell(desk, { ...position, quantity: ZERO, averageCost: null })
  }
}
