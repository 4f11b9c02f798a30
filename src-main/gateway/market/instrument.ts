import { D, type Decimal } from '#shared/money.ts'

type Asset = 'STK' | 'OPT' | 'FUT' | 'CASH' | 'CRYPTO' | 'BAG'

/** What an execution of an instrument costs; all numbers are decimal strings. */
export type Schedule = {
  /** `unit`: per share, contract or coin; `value`: a share of the traded value. */
  readonly per: 'unit' | 'value'
  readonly rate: string
  /** The least an order pays, charged with its first execution. */
  readonly least: string
  /** What the commission is paid in; null is the instrument's own currency. */
  readonly currency: string | null
}

/** One thing traded here, with everything the wire says of it. */
export type Instrument = {
  readonly conId: number
  readonly symbol: string
  readonly localSymbol: string
  readonly secType: Asset
  readonly currency: string
  /** Where executions happen; the first is the usual one. */
  readonly venues: readonly string[]
  readonly primaryExchange: string
  readonly tradingClass: string
  readonly marketName: string
  readonly longName: string
  /** Units of the underlying in one contract: `100`; empty where IB sends none, which means 1. */
  readonly multiplier: string
  /** Prices are quoted in 1/priceMagnifier of the currency: 100 for pence. */
  readonly priceMagnifier: number
  readonly minTick: string
  /** The name of the zone execution times are told in. */
  readonly zone: string
  /** YYYYMMDD or empty. */
  readonly expiry: string
  /** A decimal string, `0` for what has no strike. */
  readonly strike: string
  readonly right: '' | 'C' | 'P'
  readonly underlying: { readonly conId: number; readonly symbol: string; readonly type: string }
  /** The smallest quantity step: `1`, or `0.00000001` for coins. */
  readonly step: string
  /** A usual order's quantity, a multiple of the step. */
  readonly usual: string
  /** The price of the first day, as quoted. */
  readonly openingPrice: string
  /** How wild it is: the standard deviation of one market step, in ticks. */
  readonly wildness: number
  readonly schedule: Schedule
  /** The legs of a BAG; empty for all else. */
  readonly legs: readonly Leg[]
}

/** One leg of a combination: buying the combination does this, ratio times. */
export type Leg = {
  readonly instrument: Instrument
  readonly ratio: number
  readonly action: 'BUY' | 'SELL'
}

const pointValues = new Map<Instrument, Decimal>()

/** What one quoted point of one unit is worth in the currency: multiplier ÷ priceMagnifier. */
export function pointValue(instrument: Instrument): Decimal {
  const known = pointValues.get(instrument)
  if (known !== undefined) return known
  const multiplier = instrument.multiplier === '' ? 1 : instrument.multiplier
  const value = new D(multiplier).dividedBy(instrument.priceMagnifier)
  pointValues.set(instrument, value)
  return value
}
