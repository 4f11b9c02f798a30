import type { Decimal, DecimalString } from '#shared/money.ts'

/** What stands where a number is not known: never 0. */
export const UNKNOWN = '—'

/** U+2212, as wide as the plus sign and the digits. */
const MINUS = '\u2212'
/** More digits than any quantity of the ledger has: nothing is rounded away. */
const ALL_DIGITS = 20

export type Tone = 'up' | 'down' | 'none'

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(least: number, most: number, signs: 'negative' | 'exceptZero') {
  const key = `${least}/${most}/${signs}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: least,
    maximumFractionDigits: most,
    signDisplay: signs,
  })
  formats.set(key, made)
  return made
}

/** `Intl` formats a decimal string digit by digit: the value is never a double. */
const shown = (format: Intl.NumberFormat, value: DecimalString): string =>
  format.format(value as `${number}`).replace('-', MINUS)

/** A price or an amount with exactly so many decimals; negative with U+2212. */
export const fixed = (value: DecimalString | null, decimals: number): string =>
  value === null ? UNKNOWN : shown(formatOf(decimals, decimals, 'negative'), value)

/** At least so many decimals, and every further digit there is. */
export const exact = (value: DecimalString | null, decimals = 0): string =>
  value === null ? UNKNOWN : shown(formatOf(decimals, ALL_DIGITS, 'negative'), value)

/** Profit and loss: an explicit + or −; what rounds to zero carries no sign. */
export const signed = (value: DecimalString | null, decimals: number): string =>
  value === null ? UNKNOWN : shown(formatOf(decimals, decimals, 'exceptZero'), value)

const smallest = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 2 })

/** What was charged: rounded to the currency's decimals unless nothing would be left of it. */
export function charge(value: DecimalString | null, decimals: number): string {
  const text = fixed(value, decimals)
  const isLost = value !== null && !/[1-9]/.test(text) && /[1-9]/.test(value)
  return isLost ? shown(smallest, value) : text
}

/** A share with two decimals: `12.34%`. */
export const percentText = (value: DecimalString | null): string =>
  value === null ? UNKNOWN : `${fixed(value, 2)}%`

/** A percentage with two decimals and an explicit sign. */
export const percent = (value: Decimal | null): string =>
  value === null ? UNKNOWN : `${signed(value.toFixed(), 2)}%`

/** The colour of a profit or loss, by the sign that is shown: zero and unknown have none. */
export function toneOf(text: string): Tone {
  if (text.startsWith('+')) return 'up'
  return text.startsWith(MINUS) ? 'down' : 'none'
}

const currencyDigits = new Map<string, number>()

/** Decimals of a currency's amounts: 2, JPY 0; codes that are not ISO's (crypto) have 2. */
export function digitsOf(currency: string): number {
  const known = currencyDigits.get(currency)
  if (known !== undefined) return known
  const digits = /^[A-Z]{3}$/.test(currency)
    ? (new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions()
        .maximumFractionDigits ?? 2)
    : 2
  currencyDigits.set(currency, digits)
  return digits
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** The size of a file, such as `12.4 MB`. */
export function bytes(count: number): string {
  const step = count < 1 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), UNITS.length - 1)
  const size = count / 1000 ** step
  return `${size.toFixed(step === 0 || size >= 100 ? 0 : 1)} ${UNITS[step] ?? 'B'}`
}
