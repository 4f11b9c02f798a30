import type {
  CommissionReport as IbCommissionReport,
  Contract,
  ContractDetails,
  Execution as IbExecution,
} from '@stoqey/ib'
import type { CommissionReport, Execution, Side } from '#domain/execution.ts'
import { accountId, clientId, conId, execId, orderId, permId, type AccountId } from '#shared/ids.ts'
import { SEC_TYPES, type Instrument, type SecType } from '#shared/instrument.ts'
import { D, type Quantity } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { UtcNanos } from '#shared/time.ts'
import { decimalOf, moneyOf, priceOf, priceUnlessZero, quantityOf } from './numbers.ts'

/**
 * A string of its own. The library cuts its strings out of whole messages, and what is kept of one,
 * such as an id, would keep all of it in memory.
 */
const detached = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

/** The one string kept of each account, whatever number of executions name it. */
const ACCOUNTS = new Map<string, AccountId>()

function accountOf(named: string): AccountId {
  const known = ACCOUNTS.get(named)
  if (known !== undefined) return known
  const account = accountId(detached(named))
  ACCOUNTS.set(account, account)
  return account
}

/** IB's types outside our vocabulary, as the ones they behave like in the book. */
const LIKE: Readonly<Record<string, SecType>> = { IOPT: 'WAR', BILL: 'BOND' }
const SEC_TYPE_SET: ReadonlySet<string> = new Set(SEC_TYPES)
const ONE = new D(1)

/** Our security type of IB's; null for what cannot be in the book. */
function secTypeOf(ib: string | undefined): SecType | null {
  if (ib === undefined) return null
  return SEC_TYPE_SET.has(ib) ? (ib as SecType) : (LIKE[ib] ?? null)
}

/** The date of an expiry token: stoqey leaves `20261218 08:30 US/Central` whole. */
function expiryOf(ib: string | undefined): string | null {
  const date = (ib ?? '').slice(0, 8)
  return /^\d{6}(\d{2})?$/.test(date) ? date : null
}

/** A contract as an instrument; null when it names none: no conId, or a type not in the book. */
export function instrumentOf(contract: Contract): Instrument | null {
  const secType = secTypeOf(contract.secType)
  // Only a combination may come without a conId: it is a header over its legs and never booked.
  if (secType === null || ((contract.conId ?? 0) <= 0 && secType !== 'BAG')) return null
  return {
    ...namesOf(contract),
    ...termsOf(contract),
    conId: conId(contract.conId ?? 0),
    secType,
    priceMagnifier: null,
    minTick: null,
    longName: null,
  }
}

const namesOf = (contract: Contract) => ({
  symbol: contract.symbol ?? '',
  localSymbol: contract.localSymbol ?? '',
  currency: contract.currency ?? '',
  exchange: contract.exchange ?? '',
  primaryExchange: contract.primaryExch ?? '',
  tradingClass: contract.tradingClass ?? '',
})

function termsOf(
  contract: Contract,
): Pick<Instrument, 'multiplier' | 'expiry' | 'strike' | 'right'> {
  const right = contract.right === undefined ? null : RIGHTS[contract.right]
  return {
    // IB sends no multiplier for stocks, which stoqey reads as 0.
    multiplier: contract.multiplier ? (decimalOf(contract.multiplier) ?? ONE) : ONE,
    expiry: expiryOf(contract.lastTradeDateOrContractMonth),
    strike: contract.strike ? decimalOf(contract.strike) : null,
    right: right ?? null,
  }
}

const RIGHTS: Readonly<Record<string, 'call' | 'put'>> = {
  C: 'call',
  CALL: 'call',
  P: 'put',
  PUT: 'put',
}

/** The instrument completed by its contract details. */
export const withDetails = (instrument: Instrument, details: ContractDetails): Instrument => ({
  ...instrument,
  priceMagnifier: details.priceMagnifier && details.priceMagnifier > 0 ? details.priceMagnifier : 1,
  minTick: details.minTick ? decimalOf(details.minTick) : null,
  longName: details.longName ? details.longName : instrument.longName,
  expiry: instrument.expiry ?? expiryOf(details.maturity),
})

/** What may be missing for a message to be an execution. */
export type Incomplete =
  'no exec id' | 'no account' | 'no side' | 'no shares' | 'no price' | 'no time'

const SIDES: Readonly<Record<string, Side>> = { BOT: 'buy', SLD: 'sell', BUY: 'buy', SELL: 'sell' }

/** The time of an execution, as a function because the default zone is a setting. */
export type ReadTime = (text: string) => UtcNanos | null

/** An execution of the socket as one of the book, or what it lacks. */
export function executionOf(
  ib: IbExecution,
  instrument: Instrument,
  readTime: ReadTime,
): Result<Execution, Incomplete> {
  if (!ib.execId) return err('no exec id')
  if (!ib.acctNumber) return err('no account')
  const side = SIDES[ib.side ?? '']
  if (side === undefined) return err('no side')
  const shares = quantityOf(ib.shares)
  if (shares === null || shares.lte(0)) return err('no shares')
  const price = priceOf(ib.price)
  if (price === null) return err('no price')
  const executedAt = readTime(ib.time ?? '')
  if (executedAt === null) return err('no time')
  return ok({
    ...circumstancesOf(ib, shares),
    execId: execId(detached(ib.execId)),
    account: accountOf(ib.acctNumber),
    conId: instrument.conId,
    side,
    shares,
    price,
    executedAt,
  })
}

/** The fields an execution can do without. */
const circumstancesOf = (ib: IbExecution, shares: Quantity) => ({
  executedAtText: ib.time ?? '',
  exchange: ib.exchange ?? '',
  orderId: orderId(ib.orderId ?? 0),
  permId: permId(ib.permId ?? 0),
  clientId: clientId(ib.clientId ?? 0),
  orderRef: ib.orderRef ?? '',
  cumulativeQuantity: quantityOf(ib.cumQty) ?? shares,
  averagePrice: priceUnlessZero(ib.avgPrice),
  isPriceProvisional: ib.pendingPriceRevision ?? false,
  liquidity: ib.lastLiquidity ?? 0,
  modelCode: ib.modelCode ?? '',
})

/** IB's mark for a commission it has not determined yet. */
const PENDING = -1

/** A commission report of the socket; null when it does not say which execution it is about. */
export function commissionOf(ib: IbCommissionReport): CommissionReport | null {
  if (!ib.execId) return null
  return {
    execId: execId(detached(ib.execId)),
    commission: ib.commission === PENDING ? null : moneyOf(ib.commission),
    currency: ib.currency ?? '',
    realizedPnl: moneyOf(ib.realizedPNL),
  }
}
