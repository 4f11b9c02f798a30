import { D, LEDGER_SCALE, toLedgerScale } from '#shared/money.ts'
import type { BookEvent } from './book-event.ts'

/**
 * An event with no more decimals than the ledger keeps. A broker sends averages and small prices
 * as doubles, which may have more; rounded once, on the way in, memory and ledger always agree.
 */
export function atLedgerScale(event: BookEvent): BookEvent {
  switch (event.kind) {
    case 'execution':
      return {
        ...event,
        execution: rounded(event.execution),
        instrument: rounded(event.instrument),
      }
    case 'commission':
      return { ...event, report: rounded(event.report) }
    case 'order': {
      const instrument = event.instrument && rounded(event.instrument)
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

function rounded<Thing extends object>(thing: Thing): Thing {
  const tooFine = Object.entries(thing).flatMap(([name, value]: [string, unknown]) =>
    D.isDecimal(value) && value.decimalPlaces() > LEDGER_SCALE
      ? [[name, toLedgerScale(value)] as const]
      : [],
  )
  return tooFine.length === 0 ? thing : { ...thing, ...Object.fromEntries(tooFine) }
}
