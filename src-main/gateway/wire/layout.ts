/** The largest int32: how the Java client says "no number". */
export const UNSET_INTEGER = 2_147_483_647
/** The largest double in Java's spelling: how the wire says "no number". */
export const UNSET_DOUBLE = '1.7976931348623157E308'

/**
 * What one token of a request must look like.
 * - `integer`: a whole number; `decimal`: a number, exponents allowed; `flag`: 0 or 1
 * - `text`: anything
 * - `version`: a message version: consumed, never judged, as clients differ
 * Every kind but `version` may be unset: empty, 0, -1 or a sentinel.
 */
type TokenKind = 'integer' | 'decimal' | 'flag' | 'text' | 'version'

/** A piece of a request's layout; a layout is the list of them in the order of the wire. */
export type Part =
  | { readonly part: 'token'; readonly name: string; readonly kind: TokenKind }
  | {
      readonly part: 'when'
      /** Whether the parts are there, judged from what was read before and the server version. */
      readonly test: (soFar: Fields, version: number) => boolean
      readonly parts: readonly Part[]
    }
  | { readonly part: 'rows'; readonly name: string; readonly parts: readonly Part[] }

export const integer = (name: string): Part => ({ part: 'token', name, kind: 'integer' })
export const decimal = (name: string): Part => ({ part: 'token', name, kind: 'decimal' })
export const flag = (name: string): Part => ({ part: 'token', name, kind: 'flag' })
export const text = (name: string): Part => ({ part: 'token', name, kind: 'text' })
export const version: Part = { part: 'token', name: 'version', kind: 'version' }
/** Parts that are there only from a server version on. */
export const since = (least: number, ...parts: readonly Part[]): Part => ({
  part: 'when',
  test: (_, serverVersion) => serverVersion >= least,
  parts,
})
/** Parts that are there from a server version on until before another. */
export const between = (least: number, before: number, ...parts: readonly Part[]): Part => ({
  part: 'when',
  test: (_, serverVersion) => serverVersion >= least && serverVersion < before,
  parts,
})
/** Parts that are there only if something read before says so. */
export const when = (test: (soFar: Fields) => boolean, ...parts: readonly Part[]): Part => ({
  part: 'when',
  test,
  parts,
})
/** A count token and that many rows of parts. */
export const rows = (name: string, ...parts: readonly Part[]): Part => ({
  part: 'rows',
  name,
  parts,
})

/** The decoded tokens of one request, asked for by the names of its layout. */
export type Fields = {
  /** The token as sent. */
  readonly text: (name: string) => string
  /** A whole number; null when unset: empty, -1 or a sentinel. What 0 means is the caller's. */
  readonly integer: (name: string) => number | null
  readonly flag: (name: string) => boolean
  /** The plain text of a number; null when unset: empty or a sentinel. */
  readonly decimal: (name: string) => string | null
  readonly rows: (name: string) => readonly Fields[]
}

/** Why a request's tokens do not fit its layout. */
export class LayoutError extends Error {}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const UNSET_WORDS = new Set(['', 'Infinity', 'NaN', UNSET_DOUBLE, '1.7976931348623157e+308'])
const UNSET_NUMBERS = new Set([UNSET_INTEGER, Number.MAX_VALUE, 9_223_372_036_854_775_807])

const isUnset = (token: string): boolean => UNSET_WORDS.has(token) || UNSET_NUMBERS.has(+token)

function assertFits(kind: TokenKind, name: string, token: string): void {
  if (kind === 'text' || kind === 'version' || isUnset(token)) return
  if (!NUMBER.test(token)) throw new LayoutError(`${name} is no number: "${token.slice(0, 40)}"`)
  if (kind !== 'decimal' && !Number.isSafeInteger(Number(token)))
    throw new LayoutError(`${name} is no whole number: ${token.slice(0, 40)}`)
}

type Cursor = { readonly tokens: readonly string[]; at: number; readonly serverVersion: number }

function take(cursor: Cursor, name: string): string {
  const token = cursor.tokens[cursor.at]
  if (token === undefined) throw new LayoutError(`${name} is missing`)
  cursor.at += 1
  return token
}

function fieldsOf(
  texts: ReadonlyMap<string, string>,
  tables: ReadonlyMap<string, readonly Fields[]>,
): Fields {
  const of = (name: string): string => texts.get(name) ?? ''
  return {
    text: of,
    integer: (name) => (isUnset(of(name)) || +of(name) === -1 ? null : Number(of(name))),
    flag: (name) => of(name) !== '' && Number(of(name)) === 1,
    decimal: (name) => (isUnset(of(name)) ? null : of(name)),
    rows: (name) => tables.get(name) ?? [],
  }
}

function readParts(parts: readonly Part[], cursor: Cursor): Fields {
  const texts = new Map<string, string>()
  const tables = new Map<string, readonly Fields[]>()
  const fields = fieldsOf(texts, tables)
  const read = (list: readonly Part[]): void => {
    for (const part of list) {
      if (part.part === 'token') {
        const token = take(cursor, part.name)
        assertFits(part.kind, part.name, token)
        texts.set(part.name, token)
      } else if (part.part === 'when') {
        if (part.test(fields, cursor.serverVersion)) read(part.parts)
      } else {
        tables.set(part.name, readRows(part.name, part.parts, cursor))
      }
    }
  }
  read(parts)
  return fields
}

function readRows(name: string, parts: readonly Part[], cursor: Cursor): readonly Fields[] {
  const token = take(cursor, `the count of ${name}`)
  assertFits('integer', `the count of ${name}`, token)
  const count = isUnset(token) ? 0 : Number(token)
  // No row is shorter than one token, so a count beyond the rest is a lie told before any work.
  if (count < 0 || count > cursor.tokens.length - cursor.at)
    throw new LayoutError(`${count} ${name} cannot follow`)
  return Array.from({ length: count }, () => readParts(parts, cursor))
}

/**
 * Reads a request's tokens (after the message id) by its layout. Every token is accounted for.
 * @throws {LayoutError} when one is missing, left over or no number where one must be.
 */
export function decode(
  layout: readonly Part[],
  tokens: readonly string[],
  serverVersion: number,
): Fields {
  const cursor = { tokens, at: 0, serverVersion }
  const fields = readParts(layout, cursor)
  const left = tokens.length - cursor.at
  if (left > 0) throw new LayoutError(`${left} tokens are left over`)
  return fields
}
