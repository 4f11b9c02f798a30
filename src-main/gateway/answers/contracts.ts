import { D } from '#shared/money.ts'
import { DESK_ZONE, type Answers, type Desk } from '../desk.ts'
import type { Instrument, Leg } from '../market/instrument.ts'
import { error } from '../wire/account-messages.ts'
import type { Fields } from '../wire/layout.ts'
import { contractData, contractDataEnd } from '../wire/market-messages.ts'
import { wallClock } from '../wire/zoned-time.ts'

const DAY_MS = 86_400_000

const RIGHTS: Readonly<Record<string, string>> = { C: 'C', CALL: 'C', P: 'P', PUT: 'P' }

type Test = (instrument: Instrument) => boolean

function textTests(fields: Fields): readonly Test[] {
  const tests: Test[] = []
  const asked = (name: string, test: (value: string, instrument: Instrument) => boolean): void => {
    const value = fields.text(name)
    if (value !== '') tests.push((instrument) => test(value, instrument))
  }
  asked('symbol', (value, one) => one.symbol === value.toUpperCase())
  asked('secType', (value, one) => one.secType === value)
  asked('currency', (value, one) => one.currency === value)
  asked('localSymbol', (value, one) => one.localSymbol === value)
  asked('tradingClass', (value, one) => one.tradingClass === value)
  asked('expiry', (value, one) => one.expiry !== '' && one.expiry.startsWith(value))
  asked('exchange', (value, one) => isTradedAt(one, value))
  asked('primaryExchange', (value, one) => isTradedAt(one, value))
  return tests
}

function isTradedAt(instrument: Instrument, exchange: string): boolean {
  if (exchange === 'SMART') return instrument.secType === 'STK' || instrument.secType === 'OPT'
  return instrument.primaryExchange === exchange || instrument.venues.includes(exchange)
}

/** What a contract description stands for: by conId alone if it has one, else by all it says. */
function matching({ catalogue }: Desk, fields: Fields): readonly Instrument[] {
  const conId = fields.integer('conId') ?? 0
  // IB forgets what has expired, except futures when they are asked for.
  const isKnown = (one: Instrument): boolean =>
    !catalogue.isExpired(one) || (one.secType === 'FUT' && fields.flag('includeExpired'))
  if (conId > 0) {
    const instrument = catalogue.of(conId)
    return instrument === null || !isKnown(instrument) ? [] : [instrument]
  }
  if (fields.text('symbol') === '' && fields.text('localSymbol') === '') return []
  const tests = [isKnown, ...textTests(fields)]
  const strike = new D(fields.decimal('strike') ?? 0)
  if (strike.greaterThan(0)) tests.push((one) => strike.equals(one.strike))
  const right = RIGHTS[fields.text('right').toUpperCase()]
  if (right !== undefined) tests.push((one) => one.right === right)
  const multiplier = fields.decimal('multiplier')
  if (multiplier !== null && Number(multiplier) > 0)
    tests.push((one) => new D(multiplier).equals(one.multiplier === '' ? 1 : one.multiplier))
  return catalogue.instruments.filter((instrument) => tests.every((test) => test(instrument)))
}

const NO_DEFINITION = 'No security definition has been found for the request'
const AMBIGUOUS = 'The contract description specified is ambiguous.'

/** The one instrument a request means, a combination by its legs; else why there is none. */
export function instrumentIn(desk: Desk, fields: Fields): Instrument | string {
  if (fields.text('secType') === 'BAG') return combinationIn(desk, fields) ?? NO_DEFINITION
  const [instrument, another] = matching(desk, fields)
  if (instrument === undefined) return NO_DEFINITION
  return another === undefined ? instrument : AMBIGUOUS
}

function combinationIn({ catalogue }: Desk, fields: Fields): Instrument | null {
  const legs = fields.rows('legs').map((leg): Leg | null => {
    const instrument = catalogue.of(leg.integer('conId') ?? 0)
    const ratio = leg.integer('ratio') ?? 0
    if (instrument === null || catalogue.isExpired(instrument) || ratio < 1) return null
    return { instrument, ratio, action: leg.text('action') === 'SELL' ? 'SELL' : 'BUY' }
  })
  const known = legs.filter((leg) => leg !== null)
  if (known.length < legs.length || known.length < 2) return null
  return catalogue.combine(fields.text('symbol') || (known[0]?.instrument.symbol ?? ''), known)
}

export const CONTRACT_ANSWERS: Answers = {
  reqContractDetails: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    if (fields.text('secType') === 'BAG') {
      const cause =
        "Error validating request.-'bW' : cause - 'BAG' isn't supported for contract data request."
      session.send(error(requestId, 321, cause))
      return
    }
    const found = matching(desk, fields)
    if (found.length === 0) {
      session.send(error(requestId, 200, NO_DEFINITION))
      return
    }
    const now = desk.timeline.now()
    const days = [0, 1, 2].map((count) => wallClock(now + count * DAY_MS, DESK_ZONE).day)
    for (const instrument of found)
      session.send(contractData(instrument, { requestId, version: session.version(), days }))
    session.send(contractDataEnd(requestId))
  },
}
