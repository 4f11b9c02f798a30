import type { Contract } from '@stoqey/ib'
import type { Instrument, SecType } from '#shared/instrument.ts'

const MARK_PRICE_TICK = '221'
const NO_MARK_TICK: ReadonlySet<SecType> = new Set(['CASH', 'CRYPTO', 'IND', 'CMDTY', 'FUND'])
/** What SMART does not route. */
const OWN_EXCHANGE: ReadonlySet<SecType> = new Set(['FUT', 'FOP', 'CASH', 'IND', 'CRYPTO', 'CMDTY'])

/** What to ask prices of an instrument with; null while its exchange is not known. */
export function contractOf(instrument: Instrument): Contract | null {
  const { conId, secType, exchange, primaryExchange } = instrument
  const own = exchange === '' ? primaryExchange : exchange
  if (!OWN_EXCHANGE.has(secType)) return { conId, exchange: 'SMART' }
  if (secType === 'CASH') return { conId, exchange: own === '' ? 'IDEALPRO' : own }
  return own === '' ? null : { conId, exchange: own }
}

/** The ticks to ask for beside the usual ones. */
export const ticksOf = ({ secType }: Instrument): string =>
  NO_MARK_TICK.has(secType) ? '' : MARK_PRICE_TICK
