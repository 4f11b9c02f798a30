import { D, LEDGER_SCALE, toLedgerScale } from '#shared/money.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { BookEvent } from './book-event.ts'

/**
 * An event with no more decimals than the ledger keeps. A broker sends averages and small prices
 * as doubles, which may have more; rounded once, on the way in, memory and ledger always agree.
 */
export function atLedgerScale(event: BookEvent): BookEvent {
  switch (event.kind) {
    case 'execution': {
      const execution = rounded(event.execution)
      const instrument = roundedInstrument(event.instrument)
      const isFine = execution === event.execution && instrument === event.instrument
      return isFine ? event : { ...event, execution, instrument }
    }
    case 'commission': {
      const report = rounded(event.report)
      return report === event.report ? event : { ...event, report }
    }
    case 'order': {
      const instrument = event.instrument && roundedInstrument(event.instrument)
      return { ...event, report: rounded(event.report), instrument }
    }
    case 'instrument':
      return { ...event, instrument: rounded(event.instrument) }
    case 'prices':
      return { ...event, quotes: event.quotes.map(rounded) }
    case 'summary':
      return { ...event, summary: rounded(event.summary) }
    case 'command':
      return event
  }
}

/** Instruments come again and again, the same object with every execution. */
const FINE = new WeakSet<Instrument>()

function roundedInstrument(instrument: Instrument): Instrument {
  if (FINE.has(instrument)) return instrument
  const fine = rounded(instrument)
  FINE.add(fine)
  return fine
}

/** The thing itself where nothing has to be rounded, which is nearly always. */
function rounded<Thing extends object>(thing: Thing): Thing {
  let copy: Thing | null = null
  for (const name in thing) {
    const value: unknown = thing[name]
    if (!(value instanceof D) || value.decimalPlaces() <= LEDGER_SCALE) continue
    copy = { ...(copy ?? thing), [name]: toLedgerScale(value) }
  }
  return copy ?? thing
}
