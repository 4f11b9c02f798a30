import type { Answers, Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import { error } from '../wire/account-messages.ts'
import type { Fields } from '../wire/layout.ts'
import {
  familyCodes,
  marketRule,
  optionChain,
  optionChainEnd,
  receiveAdvisors,
  symbolSamples,
  userInfo,
} from '../wire/reference-messages.ts'

/** The kinds of an advisor's configuration: only groups are left of them. */
const GROUPS = 1
/** The rule contract details name for everything: one cent whatever the price. */
const CENT_RULE = 26
const MOST_SAMPLES = 16

const NO_ADVISOR =
  "Error validating request.-'bX' : cause - FA data operations ignored for non FA customers."

/** The groups as TWS writes them. */
function groupsXml({ groups }: Desk): string {
  const rows = groups.map(({ name, accounts, percentages }) => {
    const method = percentages === undefined ? 'NetLiq' : 'Percent'
    const list = accounts.map((account) => `<String>${account}</String>`).join('')
    return (
      `<Group><name>${name}</name><ListOfAccts varName="list">${list}</ListOfAccts>` +
      `<defaultMethod>${method}</defaultMethod></Group>`
    )
  })
  return `<?xml version="1.0" encoding="UTF-8"?><ListOfGroups>${rows.join('')}</ListOfGroups>`
}

const derivativesOf = (desk: Desk, { conId }: Instrument): readonly string[] =>
  desk.catalogue.instruments.some((one) => one.secType === 'OPT' && one.underlying.conId === conId)
    ? ['OPT']
    : []

function chainOf(desk: Desk, fields: Fields): readonly Instrument[] {
  const underlying = fields.integer('underlyingConId') ?? 0
  return desk.catalogue.instruments.filter(
    (one) =>
      one.secType === 'OPT' &&
      one.underlying.conId === underlying &&
      !desk.catalogue.isExpired(one),
  )
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort()

export const REFERENCE_ANSWERS: Answers = {
  requestFA: (desk, session, fields) => {
    const type = fields.integer('type') ?? 0
    if (desk.accounts.length < 2) session.send(error(-1, 321, NO_ADVISOR))
    else session.send(receiveAdvisors(type, type === GROUPS ? groupsXml(desk) : ''))
  },
  reqFamilyCodes: (desk, session) => session.send(familyCodes(desk.accounts.map(({ id }) => id))),
  reqUserInfo: (_, session, fields) =>
    session.send(userInfo(fields.integer('requestId') ?? -1, '')),
  reqMatchingSymbols: (desk, session, fields) => {
    const pattern = fields.text('pattern').toUpperCase()
    const isMeant = ({ secType, symbol, longName }: Instrument): boolean =>
      secType === 'STK' && (symbol.startsWith(pattern) || longName.includes(pattern))
    const found = pattern === '' ? [] : desk.catalogue.instruments.filter(isMeant)
    session.send(
      symbolSamples(
        fields.integer('requestId') ?? -1,
        found
          .slice(0, MOST_SAMPLES)
          .map((instrument) => ({ instrument, derivatives: derivativesOf(desk, instrument) })),
      ),
    )
  },
  reqMarketRule: (_, session, fields) => {
    const ruleId = fields.integer('ruleId') ?? 0
    if (ruleId === CENT_RULE) session.send(marketRule(ruleId, '0.01'))
    else
      session.send(
        error(
          -1,
          321,
          `Error validating request.-'bX' : cause - Invalid market rule id ${ruleId}.`,
        ),
      )
  },
  reqSecDefOptParams: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    const options = chainOf(desk, fields)
    const [first] = options
    if (first !== undefined)
      for (const exchange of ['SMART', ...first.venues])
        session.send(
          optionChain(requestId, {
            exchange,
            underlyingConId: first.underlying.conId,
            tradingClass: first.tradingClass,
            multiplier: first.multiplier,
            expiries: distinct(options.map(({ expiry }) => expiry)),
            strikes: distinct(options.map(({ strike }) => strike)),
          }),
        )
    session.send(optionChainEnd(requestId))
  },
}
