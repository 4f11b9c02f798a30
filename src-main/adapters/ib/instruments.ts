import type { Contract, ContractDetails } from '@stoqey/ib'
import type { ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { instrumentOf, withDetails } from './translate.ts'

type Known = { readonly contract: Contract; readonly instrument: Instrument }

/** Every instrument met so far, one object each, whichever message named it. */
export type Instruments = {
  /** The instrument of a contract; null when the contract cannot be one. */
  readonly meet: (contract: Contract) => Instrument | null
  /** The instrument with its details, which are kept from now on. */
  readonly detail: (details: ContractDetails) => Instrument | null
  readonly known: (conId: ConId) => Instrument | null
}

/** Messages name the same instrument thousands of times: translate it once. */
export function createInstruments(): Instruments {
  const byConId = new Map<number, Known>()
  const keep = (contract: Contract, instrument: Instrument | null): Instrument | null => {
    if (instrument !== null) byConId.set(instrument.conId, { contract, instrument })
    return instrument
  }
  return {
    meet: (contract) => {
      const id = contract.conId ?? 0
      // Combinations may come without a conId, and are many.
      if (id <= 0) return instrumentOf(contract)
      const known = byConId.get(id)
      if (known === undefined) return keep(contract, instrumentOf(contract))
      if (saysTheSame(known.contract, contract)) return known.instrument
      const fresh = instrumentOf(contract)
      return fresh === null ? known.instrument : keep(contract, merged(known.instrument, fresh))
    },
    detail: (details) => {
      const fresh = instrumentOf(details.contract)
      if (fresh === null) return null
      const known = byConId.get(fresh.conId)?.instrument
      const whole = withDetails(known === undefined ? fresh : filled(fresh, known), details)
      return keep(details.contract, whole)
    },
    known: (conId) => byConId.get(conId)?.instrument ?? null,
  }
}

/** The venue of one execution is no news about the instrument, so exchanges are not compared. */
const saysTheSame = (a: Contract, b: Contract): boolean =>
  a === b ||
  (a.symbol === b.symbol &&
    a.localSymbol === b.localSymbol &&
    a.multiplier === b.multiplier &&
    a.tradingClass === b.tradingClass &&
    (b.primaryExch === undefined || a.primaryExch === b.primaryExch))

/** Later messages win in what they say (symbols do change), and take away nothing known. */
const merged = (known: Instrument, fresh: Instrument): Instrument => ({
  ...filled(fresh, known),
  exchange: known.exchange === '' ? fresh.exchange : known.exchange,
  priceMagnifier: known.priceMagnifier,
  minTick: known.minTick,
  longName: known.longName,
})

const filled = (fresh: Instrument, known: Instrument): Instrument => ({
  ...fresh,
  localSymbol: fresh.localSymbol === '' ? known.localSymbol : fresh.localSymbol,
  exchange: fresh.exchange === '' ? known.exchange : fresh.exchange,
  primaryExchange: fresh.primaryExchange === '' ? known.primaryExchange : fresh.primaryExchange,
  tradingClass: fresh.tradingClass === '' ? known.tradingClass : fresh.tradingClass,
  expiry: fresh.expiry ?? known.expiry,
})
