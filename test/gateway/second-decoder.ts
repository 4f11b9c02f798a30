/**
 * A second reader of what the gateway says, written from IB's published layouts and from nothing
 * of the gateway: every message is a list of token kinds, and every token must be accounted for.
 *
 * - `i` whole number, `n` number, `u` number or unset, `b` 0 or 1, `s` text, `t` text not empty
 * - `x` exact text follows, as in `x:None`
 * - `*name(kinds)` a count and that many groups
 * - `+N(kinds)` only from server version N on
 * - `@(kinds)` order conditions: a count, that many of them by their type, and, if any, the kinds
 * - `?text(kinds)` only if the token before is no empty text; `?1(kinds)` only if it is `1`
 */
const CONTRACT = 'i s t s n s s s s s s'

const FA = 's s s'
const SHORT = 'i s i'
const BOX = 'u u u u u'
const LEGS = '*(i i t s i i s i) *(u) *(s s)'
const NEUTRAL = '?1(i n n)'
const ALGO = 's ?text(*(s s))'
const PEGS = 's s s s s'
const HEAD = 't n t n n t s t s i s'

const OPEN_ORDER = [
  `i ${CONTRACT} ${HEAD}`,
  'i i b b n s x:',
  `${FA} s s s u s ${SHORT}`,
  `i ${BOX} i`,
  'b b b u i b b u i i',
  'u i s ?text(u i s s s s b i s)',
  'b i u u u i s',
  `${LEGS} u u u`,
  's ?text(s) b s s b b',
  `${NEUTRAL} ${ALGO} b b t`,
  'u u u u u u u u u u u u s s',
  'b b @(b b) s u u u u u u i',
  's s s u b b b b u u b',
  `${PEGS} +183(s) +184(b) +185(b) +189(b) +193(s i)`,
].join(' ')

const COMPLETED_ORDER = [
  `${CONTRACT} ${HEAD}`,
  'i b b n s',
  `${FA} s s s u s ${SHORT}`,
  `${BOX} i`,
  'b b u i i',
  'u i s ?text(u i b i s)',
  'b i u u s',
  `${LEGS} u u u`,
  's ?text(s) s s b b',
  `${NEUTRAL} ${ALGO} b t`,
  'b b @(b b) u u u b b',
  's n i b s b b i s s',
  `${PEGS} +183(s) +184(b)`,
].join(' ')

const DETAILS = [
  'i t t s +182(s) n s s t s s s i n s s s i i s s s s s s t s s s s',
  '*(s s) i s s s s s n n n +186(*(s s))',
].join(' ')

const EXECUTION = `i i ${CONTRACT} t t t s t n n i i i n n s s s s i b`

/** By message id: the kinds of all tokens after it, at server versions 178 to 193. */
const LAYOUTS: Readonly<Record<string, string>> = {
  1: 'i i i n n i',
  2: 'i i i n',
  3: 'i t n n n i i n i s n',
  4: 'i i i t s',
  5: OPEN_ORDER,
  6: 'i t s s t',
  7: 'i i s t s n s s s s s s n n n n n n t',
  8: 'i t',
  9: 'i i',
  10: DETAILS,
  11: EXECUTION,
  15: 'i t',
  16: 'i i s',
  17: 'i t t *(t n n n n n n i)',
  21: 'i i i n n n n n n n n',
  49: 'i i',
  52: 'i i',
  53: 'i',
  54: 'i t',
  55: 'i i',
  57: 'i i',
  58: 'i i i',
  59: 'i t n t u u i',
  61: `i t ${CONTRACT} n n`,
  62: 'i',
  63: 'i i t t s s',
  64: 'i i',
  71: `i i t ${CONTRACT} n n s`,
  72: 'i i',
  73: 'i i t s t s s',
  74: 'i i',
  75: 'i s i s n *(t) *(n)',
  76: 'i',
  78: '*(t s)',
  79: 'i *(i t t s t *(t) s s)',
  81: 'i n s i',
  90: 'i i t n n n n n n',
  93: 'i *(n n)',
  94: 'i u u u',
  95: 'i n u u u u',
  100: 'i i i',
  101: COMPLETED_ORDER,
  102: '',
  107: 'i s',
}

const UNSET = '1.7976931348623157E308'
/** What follows the type of a condition: how it is joined, then what it asks. */
const CONDITIONS: Readonly<Record<string, string>> = {
  1: 'j b n i s i',
  3: 'j b t',
  4: 'j b i',
  5: 'j s s t',
  6: 'j b i i s',
  7: 'j b n i s',
}

const FITS: Readonly<Record<string, (token: string) => boolean>> = {
  i: (token) => /^-?\d+$/.test(token),
  n: (token) => /^-?\d+(\.\d+)?$/.test(token),
  u: (token) => token === UNSET || token === '' || /^-?\d+(\.\d+)?$/.test(token),
  b: (token) => token === '0' || token === '1',
  s: () => true,
  t: (token) => token !== '',
  j: (token) => token === 'a' || token === 'o',
}

type Cursor = { readonly tokens: readonly string[]; at: number; readonly version: number }

function split(kinds: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const character of `${kinds} `) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (character === ' ' && depth === 0) {
      if (part !== '') parts.push(part)
      part = ''
    } else part += character
  }
  return parts
}

/** The parts of each list of kinds, as they are needed again and again. */
const splits = new Map<string, readonly string[]>()
const partsOf = (kinds: string): readonly string[] => {
  const known = splits.get(kinds) ?? split(kinds)
  splits.set(kinds, known)
  return known
}

const inner = (part: string): string => part.slice(part.indexOf('(') + 1, -1)

function readToken(kind: string, cursor: Cursor): void {
  const token = cursor.tokens[cursor.at]
  const place = `token ${cursor.at}`
  if (token === undefined) throw new Error(`${place} is missing`)
  const isFit = kind.startsWith('x:') ? token === kind.slice(2) : FITS[kind]?.(token)
  if (isFit !== true) throw new Error(`${place} is no ${kind}: "${token}"`)
  cursor.at += 1
}

function readPart(part: string, cursor: Cursor): void {
  const [mark = ''] = part
  if (mark === '*') {
    const count = Number(cursor.tokens[cursor.at])
    readToken('i', cursor)
    for (let row = 0; row < count; row += 1) readAll(inner(part), cursor)
  } else if (mark === '@') {
    readConditions(inner(part), cursor)
  } else if (mark === '+') {
    if (cursor.version >= Number(part.slice(1, part.indexOf('(')))) readAll(inner(part), cursor)
  } else if (mark === '?') {
    const before = cursor.tokens[cursor.at - 1] ?? ''
    if (part.startsWith('?1') ? before === '1' : before !== '') readAll(inner(part), cursor)
  } else readToken(part, cursor)
}

function readConditions(tail: string, cursor: Cursor): void {
  const count = Number(cursor.tokens[cursor.at])
  readToken('i', cursor)
  for (let row = 0; row < count; row += 1) {
    const type = cursor.tokens[cursor.at] ?? ''
    readToken('i', cursor)
    const kinds = CONDITIONS[type]
    if (kinds === undefined) throw new Error(`there is no condition ${type}`)
    readAll(kinds, cursor)
  }
  if (count > 0) readAll(tail, cursor)
}

function readAll(kinds: string, cursor: Cursor): void {
  for (const part of partsOf(kinds)) readPart(part, cursor)
}

/** Why a message is none of IB's; null when every token of it is what and where it must be. */
export function problemOf(message: readonly string[], version: number): string | null {
  const [id = '', ...tokens] = message
  const kinds = LAYOUTS[id]
  if (kinds === undefined) return `message ${id} is unknown`
  const cursor = { tokens, at: 0, version }
  try {
    readAll(kinds, cursor)
  } catch (error) {
    return `message ${id}: ${error instanceof Error ? error.message : String(error)}`
  }
  const left = tokens.length - cursor.at
  return left === 0 ? null : `message ${id}: ${left} tokens are left over`
}

/** Every message id this reader knows. */
export const KNOWN_IDS: readonly string[] = Object.keys(LAYOUTS)
