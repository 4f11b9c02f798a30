import { D, type Decimal } from '#shared/money.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Commands } from './commands.ts'

/** A command that cannot be understood; the message is a sentence for its sender. */
export class BadRequest extends Error {}

/** What a command came with: a JSON object. */
export type Body = Readonly<Record<string, unknown>>

export function objectOf(body: unknown): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadRequest('The body must be a JSON object.')
  return body as Body
}

export function textOf(body: Body, name: string): string | null {
  const value = body[name] ?? null
  if (value !== null && typeof value !== 'string') throw new BadRequest(`${name} must be a text.`)
  return value
}

/** A positive number, as a number or a decimal text; null when it is not there. */
export function decimalOf(body: Body, name: string): Decimal | null {
  const value = body[name] ?? null
  if (value === null) return null
  const isNumber = typeof value === 'number' || typeof value === 'string'
  if (!isNumber || !/^\d+(\.\d+)?$/.test(String(value)) || Number(value) <= 0)
    throw new BadRequest(`${name} must be a number above 0.`)
  return new D(value)
}

export function neededDecimal(body: Body, name: string): Decimal {
  const value = decimalOf(body, name)
  if (value === null) throw new BadRequest(`${name} is missing.`)
  return value
}

/** A number of either sign, but not 0. */
export function signedDecimal(body: Body, name: string): Decimal {
  const told = body[name]
  const value = typeof told === 'number' || typeof told === 'string' ? String(told) : ''
  if (!/^-?\d+(\.\d+)?$/.test(value) || Number(value) === 0)
    throw new BadRequest(`${name} must be a number other than 0.`)
  return new D(value)
}

export function countOf(body: Body, name: string, otherwise: number | null): number {
  const value = body[name] ?? otherwise
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new BadRequest(`${name} must be a number, at least 0.`)
  return value
}

/** The instrument a command names by conId, by symbol, or as a currency pair by `fx`. */
export function instrumentIn({ catalogue }: Commands, body: Body): Instrument {
  const conId = body['conId'] ?? null
  const symbol = textOf(body, 'fx') ?? textOf(body, 'symbol')
  const found = conId === null ? catalogue.ofSymbol(symbol ?? '') : catalogue.of(Number(conId))
  if (found === null) throw new BadRequest('There is no such instrument: give a symbol or conId.')
  return found
}

/** A split's ratio: new shares for one, as `4`, `0.05`, `4:1` or `1:20`. */
export function ratioOf(body: Body): Decimal {
  const value = body['ratio'] ?? null
  const match = typeof value === 'string' ? /^(\d{1,4}):(\d{1,4})$/.exec(value) : null
  const ratio =
    match === null
      ? neededDecimal(body, 'ratio')
      : new D(match[1] ?? 0).dividedBy(Math.max(1, Number(match[2])))
  if (ratio.isZero()) throw new BadRequest('ratio must be above 0.')
  return ratio
}
