import type { Instrument, Leg } from './instrument.ts'
import { DERIVATIVES } from './derivatives.ts'
import { SCHEDULES } from './schedules.ts'
import { STOCKS } from './stocks.ts'

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
