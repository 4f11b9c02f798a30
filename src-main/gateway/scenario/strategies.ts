import type { Instrument } from '../market/instrument.ts'

/** Somebody who trades the account. */
export type Trader = {
  readonly clientId: number
  readonly isManual: boolean
  /** The tag of the n-th order on this day (YYYY-MM-DD). */
  readonly orderRef: (day: string, count: number) => string
  /** Which instruments; the lists overlap, so that strategies meet in one instrument. */
  readonly trades: (instrument: Instrument) => boolean
}

const numbered = (count: number): string => String(count).padStart(4, '0')

/** The strategies' client ids are their own; the manual trader is TWS itself. */
export const TRADERS: readonly Trader[] = [
  {
    clientId: 11,
    isManual: false,
    orderRef: (day, count) => `MOMENTUM:${day}-${numbered(count)}`,
    trades: ({ secType, currency }) => secType === 'STK' && currency === 'USD',
  },
  {
    clientId: 12,
    isManual: false,
    orderRef: (_, count) => `MEANREV/${count.toString(36)}`,
    trades: ({ secType }) => secType === 'STK' || secType === 'CRYPTO',
  },
  {
    clientId: 13,
    isManual: false,
    orderRef: (day, count) => `CARRY:${day}-${numbered(count)}`,
    trades: ({ secType, currency }) =>
      secType === 'CASH' || secType === 'OPT' || (secType === 'STK' && currency !== 'USD'),
  },
  {
    clientId: 14,
    isManual: false,
    orderRef: (day, count) => `TREND:${day}-${numbered(count)}`,
    trades: ({ secType, symbol }) => secType === 'FUT' || ['SPY', 'QQQ', 'GLD'].includes(symbol),
  },
]

/** Somebody at the keyboard of TWS, who types no reference. */
export const MANUAL: Trader = {
  clientId: 0,
  isManual: true,
  orderRef: () => '',
  trades: ({ secType }) => secType !== 'CASH',
}

/** The strategy an order reference names, by the part before the first `:` or `/`. */
export function strategyOf(orderRef: string): Trader | null {
  const name = orderRef.split(/[:/]/)[0] ?? ''
  const isNamed = (trader: Trader): boolean => trader.orderRef('', 0).split(/[:/]/)[0] === name
  return TRADERS.find(isNamed) ?? null
}
