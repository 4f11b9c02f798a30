import { D, type Decimal } from '#shared/money.ts'
import type { Condition, Conditions, Conjunction } from '../broker/conditions.ts'
import type { Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Fields } from '../wire/layout.ts'
import { filterTime } from './executions.ts'
import { Refusal } from './refusals.ts'

/** Default, double bid/ask, last, double last, bid/ask, last or bid/ask, mid-point. */
const TRIGGER_METHODS = new Set([0, 1, 2, 3, 4, 7, 8])

const invalid = (what: string): Refusal =>
  new Refusal(321, `Error validating request.-'bX' : cause - Invalid condition: ${what}.`)

/**
 * The conditions of an order.
 * @throws {Refusal} when one of them says nothing that can be watched here.
 */
export function conditionsIn(desk: Desk, fields: Fields): Conditions {
  return {
    all: fields.rows('conditions').map((row) => conditionOf(desk, row)),
    ignoreRth: fields.flag('conditionsIgnoreRth'),
    cancelOrder: fields.flag('conditionsCancelOrder'),
  }
}

function conditionOf(desk: Desk, row: Fields): Condition {
  const conjunction = conjunctionOf(row)
  const isMore = row.flag('isMore')
  switch (row.integer('type')) {
    case 1: {
      const triggerMethod = row.integer('triggerMethod') ?? 0
      if (!TRIGGER_METHODS.has(triggerMethod)) throw new Refusal(146, 'Invalid trigger method.')
      const price = valueOf(row)
      return { what: 'price', conjunction, isMore, price, triggerMethod, ...marketOf(desk, row) }
    }
    case 3:
      return { what: 'time', conjunction, isMore, ...timeOf(row) }
    case 4:
      return { what: 'margin', conjunction, isMore, percent: wholeOf(row) }
    case 5: {
      const [secType, exchange] = [row.text('secType'), row.text('exchange')]
      return { what: 'execution', conjunction, secType, exchange, symbol: symbolOf(row) }
    }
    case 6: {
      const volume = valueOf(row).toNumber()
      return { what: 'volume', conjunction, isMore, volume, ...marketOf(desk, row) }
    }
    case 7: {
      const percent = valueOf(row)
      return { what: 'percent', conjunction, isMore, percent, ...marketOf(desk, row) }
    }
    default:
      throw invalid(`there is no type ${row.text('type')}`)
  }
}

function conjunctionOf(row: Fields): Conjunction {
  const said = row.text('conjunction').toLowerCase()
  if (said === 'a' || said === 'o') return said
  throw invalid(`"${said}" is neither a for and nor o for or`)
}

function valueOf(row: Fields): Decimal {
  const said = row.text('value')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(said))
    throw invalid(`"${said}" is no value`)
  return new D(said)
}

function wholeOf(row: Fields): Decimal {
  const value = valueOf(row)
  if (value.isInteger()) return value
  throw invalid(`"${row.text('value')}" is no whole percent`)
}

function marketOf(
  desk: Desk,
  row: Fields,
): { readonly instrument: Instrument; readonly exchange: string } {
  const conId = row.integer('conId') ?? 0
  const instrument = desk.catalogue.instruments.find((one) => one.conId === conId)
  if (instrument === undefined || desk.quotes.of(conId) === null)
    throw invalid(`no security definition has been found for ${conId}`)
  return { instrument, exchange: row.text('exchange') }
}

function timeOf(row: Fields): { readonly at: number; readonly text: string } {
  const text = row.text('value')
  const time = filterTime(text)
  if (time === null) throw invalid(`"${text}" is no date and time`)
  return { at: time.at, text }
}

function symbolOf(row: Fields): string {
  const symbol = row.text('symbol')
  if (symbol === '') throw invalid('an execution needs a symbol')
  return symbol
}
