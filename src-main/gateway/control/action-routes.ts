import { text, ZERO, type Decimal } from '#shared/money.ts'
import type { Instrument } from '../market/instrument.ts'
import {
  BadRequest,
  countOf,
  decimalOf,
  instrumentIn,
  neededDecimal,
  ratioOf,
  signedDecimal,
  textOf,
  type Body,
} from './body.ts'
import type { Commands } from './commands.ts'

/** What a command answers: the body of a reply. */
type Action = (commands: Commands, body: Body) => unknown

function optionIn(commands: Commands, body: Body): Instrument {
  const instrument = instrumentIn(commands, body)
  if (instrument.secType !== 'OPT')
    throw new BadRequest('Only options can be assigned or exercised.')
  return instrument
}

function expiringIn(commands: Commands, body: Body): Instrument {
  const instrument = instrumentIn(commands, body)
  if (instrument.expiry === '') throw new BadRequest('Only options and futures expire.')
  return instrument
}

function shareIn(commands: Commands, body: Body): Instrument {
  const instrument = instrumentIn(commands, body)
  if (instrument.secType !== 'STK') throw new BadRequest('Only shares do that.')
  return instrument
}

/** Books money; `sign` makes a fee of an amount. */
function book(commands: Commands, body: Body, entry: { amount: Decimal; why: string }): unknown {
  const currency = textOf(body, 'currency') ?? 'USD'
  if (!/^[A-Z]{3}$/.test(currency)) throw new BadRequest('currency must be three letters.')
  const isBooked = commands.cash({ currency, ...entry }, textOf(body, 'account'))
  if (!isBooked) throw new BadRequest('There is no such account, or no rate of this currency.')
  return { currency, amount: text(entry.amount), why: entry.why }
}

/** More than anybody misses. */
const EVERY_ONE = 1_000_000

/** Commands for what happens without an execution, by their paths. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  '/split': (commands, body) => {
    const instrument = shareIn(commands, body)
    const ratio = ratioOf(body)
    commands.split(instrument, ratio)
    return { conId: instrument.conId, ratio: text(ratio) }
  },
  '/dividend': (commands, body) => {
    const instrument = shareIn(commands, body)
    const perShare = neededDecimal(body, 'perShare')
    const payAfterMs = 1000 * countOf(body, 'payAfter', 0)
    commands.dividend(instrument, { perShare, taxed: decimalOf(body, 'taxed') ?? ZERO, payAfterMs })
    return { conId: instrument.conId, perShare: text(perShare) }
  },
  '/assign': (commands, body) => {
    const option = optionIn(commands, body)
    const wanted = neededDecimal(body, 'quantity')
    const assigned = commands.assign(option, wanted, textOf(body, 'account'))
    if (assigned.isZero()) throw new BadRequest('Nobody is short of this option.')
    return { conId: option.conId, quantity: text(assigned) }
  },
  '/exercise': (commands, body) => {
    const option = optionIn(commands, body)
    const wanted = neededDecimal(body, 'quantity')
    const exercised = commands.exercise(option, wanted, textOf(body, 'account'))
    if (exercised.isZero()) throw new BadRequest('Nobody holds this option.')
    return { conId: option.conId, quantity: text(exercised) }
  },
  '/value': (commands) => commands.value(),
  '/expire': (commands, body) => {
    const instrument = expiringIn(commands, body)
    commands.expire(instrument)
    return { conId: instrument.conId }
  },
  '/deposit': (commands, body) => {
    const amount = signedDecimal(body, 'amount')
    const why = amount.isNegative() ? 'withdrawal' : 'deposit'
    return book(commands, body, { amount, why })
  },
  '/fee': (commands, body) => {
    const amount = neededDecimal(body, 'amount').negated()
    return book(commands, body, { amount, why: `fee ${textOf(body, 'why') ?? 'market data'}` })
  },
  '/interest': (commands, body) =>
    book(commands, body, { amount: signedDecimal(body, 'amount'), why: 'interest' }),
  '/convert': (commands, body) => {
    const converted = commands.convert({
      from: textOf(body, 'from') ?? '',
      to: textOf(body, 'to') ?? '',
      amount: neededDecimal(body, 'amount'),
      rate: decimalOf(body, 'rate'),
      account: textOf(body, 'account'),
    })
    if (converted === null) throw new BadRequest('There is no such account or pair of currencies.')
    return converted
  },
  '/miss': (commands, body) => {
    const count = countOf(body, 'count', 1)
    commands.miss(count, body['forGood'] === true)
    return { count }
  },
  '/find': (commands, body) => ({ count: commands.find(countOf(body, 'count', EVERY_ONE)) }),
  '/end-day': (commands) => {
    commands.endDay()
    return { done: true }
  },
}
