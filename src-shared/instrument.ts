import type { ConId } from './ids.ts'
import type { Decimal } from './money.ts'

/** IB's security types that reach the book. Source: Contract.SecType of the TWS API. */
export const SEC_TYPES = [
  'STK',
  'ETF',
  'FUND',
  'WAR',
  'CRYPTO',
  'OPT',
  'FOP',
  'BOND',
  'FUT',
  'CFD',
  'CASH',
  'BAG',
  'IND',
  'CMDTY',
] as const
export type SecType = (typeof SEC_TYPES)[number]

/** One tradable thing, as the ledger keeps it for good (IB forgets expired ones). */
export type Instrument = {
  readonly conId: ConId
  /** IB's symbol: the underlying's for derivatives. */
  readonly symbol: string
  /** The exchange's own symbol; what the screen shows for derivatives. */
  readonly localSymbol: string
  readonly secType: SecType
  /** ISO 4217 code the price is in (for CASH: the quote currency). */
  readonly currency: string
  /** Where orders are routed by default, such as SMART; may be empty. */
  readonly exchange: string
  readonly primaryExchange: string
  readonly tradingClass: string
  /** Units of the underlying in one contract; 1 where IB sends none. */
  readonly multiplier: Decimal
  /**
   * Prices are quoted in 1/priceMagnifier of the currency; null until contract details are known.
   */
  readonly priceMagnifier: number | null
  /** Smallest price step; null until contract details are known. */
  readonly minTick: Decimal | null
  /** YYYYMMDD, or null for what does not expire. */
  readonly expiry: string | null
  readonly strike: Decimal | null
  readonly right: 'call' | 'put' | null
  /** The long name from contract details; null until known. */
  readonly longName: string | null
}
