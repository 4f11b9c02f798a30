import type { Instrument, Leg } from './instrument.ts'
import { DERIVATIVES } from './derivatives.ts'
import { SCHEDULES } from './schedules.ts'
import { STOCKS, syntheticStock } from './stocks.ts'

/** Everything with a price of its own: a combination has none. */
export const INSTRUMENTS: readonly Instrument[] = [...STOCKS, ...DERIVATIVES]

const byConId: ReadonlyMap<number, Instrument> = new Map(
  INSTRUMENTS.map((instrument) => [instrument.conId, instrument]),
)

export const instrumentOf = (conId: number): Instrument | null => byConId.get(conId) ?? null

/** The first instrument of this symbol: stocks before their derivatives. */
export const instrumentOfSymbol = (symbol: string): Instrument | null =>
  INSTRUMENTS.find((one) => one.symbol === symbol || one.localSymbol === symbol) ?? null

function leg(conId: number, action: Leg['action']): Leg {
  const instrument = instrumentOf(conId)
  if (instrument === null) throw new Error(`No instrument ${conId}`)
  return { instrument, ratio: 1, action }
}

function combination(conId: number, symbol: string, legs: readonly Leg[]): Instrument {
  const first = legs[0]?.instrument
  if (first === undefined) throw new Error('A combination needs legs')
  return {
    ...first,
    conId,
    symbol,
    localSymbol: symbol,
    secType: 'BAG',
    tradingClass: 'COMB',
    marketName: 'COMB',
    multiplier: '',
    minTick: '0.01',
    expiry: '',
    strike: '0',
    right: '',
    underlying: { conId: 0, symbol: '', type: '' },
    usual: '4',
    openingPrice: '0',
    schedule: SCHEDULES.none,
    legs,
  }
}

/** Combinations trade only as orders: IB reports one BAG row and one row for each leg. */
export const COMBINATIONS: readonly Instrument[] = [
  combination(28812380, 'AAPL', [leg(801200101, 'BUY'), leg(801200103, 'SELL')]),
  combination(28812381, 'SPY', [leg(801200201, 'BUY'), leg(801200202, 'SELL')]),
]

/** What one gateway's market knows: the usual instruments and those made for a scenario. */
export type Catalogue = {
  readonly instruments: readonly Instrument[]
  readonly of: (conId: number) => Instrument | null
  /** The first of this symbol or local symbol: stocks before their derivatives. */
  readonly ofSymbol: (symbol: string) => Instrument | null
  /** The combination of these legs; one nobody asked for before gets an id of its own. */
  readonly combine: (symbol: string, legs: readonly Leg[]) => Instrument
  /** Contracts that have expired are neither traded nor found any more. */
  readonly isExpired: (instrument: Instrument) => boolean
  readonly expire: (instrument: Instrument) => void
}

const FIRST_OWN_COMBINATION = 28_812_400

/** A catalogue with so many shares more than usual. */
export function openCatalogue(more: number): Catalogue {
  const extra = Array.from({ length: more }, (_, index) => syntheticStock(index))
  const instruments = more === 0 ? INSTRUMENTS : [...INSTRUMENTS, ...extra]
  const known = new Map(instruments.map((one) => [one.conId, one]))
  const expired = new Set<Instrument>()
  const combinations = [...COMBINATIONS]
  return {
    instruments,
    of: (conId) => known.get(conId) ?? null,
    ofSymbol: (symbol) =>
      instruments.find((one) => one.symbol === symbol || one.localSymbol === symbol) ?? null,
    combine: (symbol, legs) => {
      const same = combinations.find((one) => isSame(one.legs, legs))
      if (same !== undefined) return same
      const fresh = combination(FIRST_OWN_COMBINATION + combinations.length, symbol, legs)
      combinations.push(fresh)
      return fresh
    },
    isExpired: (instrument) => expired.has(instrument),
    expire: (instrument) => void expired.add(instrument),
  }
}

const isSame = (some: readonly Leg[], others: readonly Leg[]): boolean =>
  some.length === others.length &&
  some.every(({ instrument, ratio, action }, index) => {
    const other = others[index]
    return other?.instrument === instrument && other.ratio === ratio && other.action === action
  })
