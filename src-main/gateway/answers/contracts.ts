import { D } from '#shared/money.ts'
import { DESK_ZONE, type Answers } from '../desk.ts'
import { INSTRUMENTS, instrumentOf } from '../market/catalogue.ts'
import type { Instrument } from '../market/instrument.ts'
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
export function matching(fields: Fields): readonly Instrument[] {
  const conId = fields.integer('conId') ?? 0
  if (conId > 0) {
    const instrument = instrumentOf(conId)
    return instrument === null ? [] : [instrument]
  }
  if (fields.text('symbol') === '' && fields.text('localSymbol') === '') return []
  const tests = [...textTests(fields)]
  const strike = new D(fields.decimal('strike') ?? 0)
  if (strike.greaterThan(0)) tests.push((one) => strike.equals(one.strike))
  const right = RIGHTS[fields.text('right').toUpperCase()]
  if (right !== undefined) tests.push((one) => one.right === right)
  const multiplier = fields.decimal('multiplier')
  if (multiplier !== null && Number(multiplier) > 0)
    tests.push((one) => new D(multiplier).equals(one.multiplier === '' ? 1 : one.multiplier))
  return INSTRUMENTS.filter((instrument) => tests.every((test) => test(instrument)))
}

export const NO_DEFINITION = 'No security definition has been found for the request'

export const CONTRACT_ANSWERS: Answers = {
  reqContractDetails: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    if (fields.text('secType') === 'BAG') {
      const cause =
        "Error validating request.-'bW' : cause - 'BAG' isn't supported for contract data request."
      session.send(error(requestId, 321, cause))
      return
    }
    const found = matching(fields)
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
