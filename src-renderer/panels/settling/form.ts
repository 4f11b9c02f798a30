import type { SettlementInput } from '#shared/api/settle-views.ts'
import type { BOOKED_CLASSES } from '#shared/cash.ts'
import { EVERY_STRATEGY, UNALLOCATED, UNATTRIBUTED } from '#shared/ids.ts'
import { LEDGER_SCALE, type DecimalString } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { strategyName } from '../../stores/holding.ts'
import { beginningOf, dayIn } from './ex-date.ts'
import type { Way } from './ways.ts'

/** One strategy's part, as it is typed. */
export type PartText = { readonly strategy: string; readonly quantity: string }

/** A settlement as it is typed: every number is text until it is sent. */
export type Form = {
  readonly how: Way
  readonly strategy: string
  /** Empty: the one that meets the broker's average. */
  readonly price: string
  readonly parts: readonly PartText[]
  readonly permId: string
  readonly filled: string
  readonly averagePrice: string
  readonly class: (typeof BOOKED_CLASSES)[number]
  /** What cash comes from; null: no instrument. */
  readonly conId: number | null
  /** Such as `2026-11-20`; empty: who holds it now. */
  readonly exDate: string
  /** The instant a proposal named, as long as its day is not changed. */
  readonly heldAt: number | null
  readonly evidence: string
  readonly kind: 'assignment' | 'exercise'
  readonly premium: 'realized' | 'in cost'
  readonly to: string
  readonly from: string
  readonly cashInLieuPrice: string
  /** Of a split: what was executed since, as a proposal says; null: nothing. */
  readonly before: number | null
  readonly note: string
  /** Of the settlement that is taken back. */
  readonly command: string
}

const EMPTY: Omit<Form, 'how'> = {
  ...{ strategy: '', price: '', permId: '', filled: '', averagePrice: '' },
  parts: [
    { strategy: '', quantity: '' },
    { strategy: '', quantity: '' },
  ],
  ...{ class: 'deposit', conId: null, exDate: '', heldAt: null, evidence: '' },
  ...{ kind: 'assignment', premium: 'realized', note: '', command: '' },
  ...{ to: '', from: '1', cashInLieuPrice: '', before: null },
}

/** A form nobody has filled in yet. */
export const emptyForm = (how: Way): Form => ({ ...EMPTY, how })

/** A form filled in as a proposal says. `zone`: where an ex-date of the currency begins. */
export function formOf(settlement: SettlementInput, zone: string): Form {
  const form = emptyForm(settlement.how)
  switch (settlement.how) {
    case 'assign':
      return { ...form, strategy: settlement.strategy, price: settlement.price ?? '' }
    case 'share out':
      return { ...form, parts: settlement.parts, price: settlement.price ?? '' }
    case 'stand in': {
      const { permId, filled, averagePrice } = settlement.order
      const order = { permId: String(permId), filled, averagePrice }
      return { ...form, ...order, strategy: settlement.strategy }
    }
    case 'book cash': {
      const { heldAt, strategy, ...booked } = settlement
      const exDate = heldAt === null ? '' : dayIn(heldAt, zone)
      return { ...form, ...booked, strategy: strategy ?? '', heldAt, exDate }
    }
    case 'split': {
      const { to, from, cashInLieuPrice, before } = settlement
      const ratio = { to: String(to), from: String(from) }
      return { ...form, ...ratio, cashInLieuPrice: cashInLieuPrice ?? '', before }
    }
    default:
      return { ...form, ...settlement }
  }
}

/** Reading stops at the first field that cannot be sent, with a sentence. */
class Fault extends Error {}

/** What a form says, ready to be sent; else what is wrong with it and what to do. */
export function settlementOf(form: Form, zone: string): Result<SettlementInput, string> {
  try {
    return ok(READERS[form.how](form, zone))
  } catch (error) {
    if (error instanceof Fault) return err(error.message)
    throw error
  }
}

type Reader = (form: Form, zone: string) => SettlementInput

const READERS: Readonly<Record<Way, Reader>> = {
  'fetch executions': () => ({ how: 'fetch executions' }),
  'keep unattributed': () => ({ how: 'keep unattributed' }),
  'adopt cost': () => ({ how: 'adopt cost' }),
  acknowledge: ({ note }) => ({
    how: 'acknowledge',
    note: words(note, 'Write a note: why it is left as it is.'),
  }),
  'take back': ({ command }) => ({
    how: 'take back',
    command: words(command, 'Name the settlement, as the history does.'),
  }),
  assign: ({ strategy, price }) => ({
    how: 'assign',
    strategy: strategyOf(strategy),
    price: above('price', price),
  }),
  'share out': ({ parts, price }) => ({
    how: 'share out',
    parts: partsOf(parts),
    price: above('price', price),
  }),
  'stand in': ({ permId, filled, averagePrice, strategy }) => ({
    how: 'stand in',
    order: {
      permId: whole('order’s Perm ID', permId, MOST_PERM_ID),
      filled: needed('quantity the order filled', above('quantity the order filled', filled)),
      averagePrice: needed('average price', number('average price', averagePrice)),
    },
    strategy: strategyOf(strategy),
  }),
  'book cash': bookCash,
  deliver: ({ kind, premium }) => ({ how: 'deliver', kind, premium }),
  split: ({ to, from, cashInLieuPrice, before }) => ({
    how: 'split',
    to: whole('number of new units', to),
    from: whole('number of old units', from),
    cashInLieuPrice: above('price of the fraction', cashInLieuPrice),
    before,
  }),
  expire: ({ price }) => ({ how: 'expire', price: notBelow(number('price', price)) }),
}

function bookCash(form: Form, zone: string): SettlementInput {
  const { strategy, conId, exDate, heldAt, evidence } = form
  const day = exDate.trim()
  const began = day === '' ? null : (heldAt ?? beginningOf(day, zone))
  if (day !== '' && began === null) {
    throw new Fault('The ex-date must be a day such as 2026-11-20, or empty.')
  }
  return {
    how: 'book cash',
    class: form.class,
    strategy: strategy.trim() === '' ? null : strategyOf(strategy),
    conId,
    heldAt: began,
    evidence: words(evidence, 'Write the evidence: what says that it was this.'),
  }
}

const MOST_WORDS = 1_000

function words(text: string, fault: string): string {
  const trimmed = text.trim()
  if (trimmed === '') throw new Fault(fault)
  if (trimmed.length > MOST_WORDS) throw new Fault(`Use at most ${MOST_WORDS} characters.`)
  return trimmed
}

const RESERVED: ReadonlySet<string> = new Set([EVERY_STRATEGY, UNALLOCATED])

function strategyOf(text: string): string {
  const name = text.trim()
  if (name === '') throw new Fault('Name the strategy.')
  if (RESERVED.has(name)) {
    throw new Fault(`“${name}” is a reserved name: name a strategy, or Unattributed.`)
  }
  return name === strategyName(UNATTRIBUTED) ? UNATTRIBUTED : name
}

function partsOf(parts: readonly PartText[]): { strategy: string; quantity: DecimalString }[] {
  const filled = parts.filter(({ strategy, quantity }) => `${strategy}${quantity}`.trim() !== '')
  if (filled.length === 0) throw new Fault('Name the strategies and what each takes.')
  return filled.map((part) => ({
    strategy: strategyOf(part.strategy),
    quantity: needed(`part of ${part.strategy}`, number(`part of ${part.strategy}`, part.quantity)),
  }))
}

const PLAIN = /^-?\d+(\.\d+)?$/
const GROUPED = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/
/** Digits before the point that the ledger's columns hold. */
const MOST_DIGITS = 20

/** A plain decimal as typed; null when nothing is. Thousands may be marked as the screen does. */
function number(what: string, typed: string): DecimalString | null {
  const text = typed.trim().replace('\u2212', '-')
  if (text === '') return null
  const plain = GROUPED.test(text) ? text.replaceAll(',', '') : text
  if (!PLAIN.test(plain)) throw new Fault(`The ${what} must be a number such as 201.25.`)
  const [digits = '', decimals = ''] = plain.replace('-', '').split('.')
  if (digits.length > MOST_DIGITS || decimals.length > LEDGER_SCALE) {
    throw new Fault(`The ${what} may have ${MOST_DIGITS} digits and ${LEDGER_SCALE} decimals.`)
  }
  return plain
}

function needed(what: string, value: DecimalString | null): DecimalString {
  if (value === null) throw new Fault(`Enter the ${what}.`)
  return value
}

const isPositive = (plain: DecimalString): boolean => !plain.startsWith('-') && /[1-9]/.test(plain)

function above(what: string, typed: string): DecimalString | null {
  const value = number(what, typed)
  if (value === null || isPositive(value)) return value
  throw new Fault(`The ${what} must be above zero.`)
}

function notBelow(value: DecimalString | null): DecimalString {
  const price = needed('price: 0 is worthless', value)
  if (price.startsWith('-')) throw new Fault('The price must be zero or above.')
  return price
}

const MOST_UNITS = 1_000_000
const MOST_PERM_ID = 2_147_483_647

function whole(what: string, typed: string, most = MOST_UNITS): number {
  const text = typed.trim()
  if (text === '') throw new Fault(`Enter the ${what}.`)
  const value = Number(text)
  if (/^\d{1,10}$/.test(text) && value >= 1 && value <= most) return value
  throw new Fault(`The ${what} must be a whole number of 1 or more.`)
}
