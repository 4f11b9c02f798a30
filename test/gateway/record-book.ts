import { Decimal } from 'decimal.js'
import type { Json } from './support.ts'

/**
 * The accounts a record asks for, refolded here from its lines alone by none of the gateway's own
 * rules: quantities and costs as IB keeps them, cash, accruals and what futures made.
 */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -60 })
const ZERO = new Exact(0)

export type Held = {
  readonly account: string
  readonly conId: number
  readonly quantity: Decimal
  /** Of one unit, multiplier and opening commission included; 0 when flat. */
  readonly averageCost: Decimal
}

export type RecordBook = {
  /** By `<account> <conId>`. */
  readonly held: ReadonlyMap<string, Held>
  /** By `<account> <currency>`. */
  readonly cash: ReadonlyMap<string, Decimal>
  readonly accrued: ReadonlyMap<string, Decimal>
  /** What futures made and is not swept, by `<account> <currency>`, at a valuation's marks. */
  readonly futuresPnl: (valuation: Json) => ReadonlyMap<string, Decimal>
  /** Net liquidation of an account at a valuation's marks and rates. */
  readonly worth: (account: string, valuation: Json) => Decimal
}

type Change = (holding: Holding) => Holding
type Holding = { readonly quantity: Decimal; readonly cost: Decimal }

const textIn = (line: Json, name: string): string => String(line[name])
const numberIn = (line: Json, name: string): Decimal => new Exact(textIn(line, name))
const within = (line: Json, name: string): Record<string, string> =>
  line[name] as Record<string, string>

class Sums extends Map<string, Decimal> {
  add(key: string, amount: Decimal): void {
    this.set(key, (this.get(key) ?? ZERO).plus(amount))
  }
}

/** Average cost: what comes on top adds its price and commission, what goes takes its share. */
function traded(size: Decimal, price: Decimal, commission: Decimal): Change {
  return ({ quantity, cost }) => {
    const isAgainst = !quantity.isZero() && quantity.isNegative() !== size.isNegative()
    const closing = isAgainst ? Exact.min(quantity.abs(), size.abs()) : ZERO
    const opening = size
      .abs()
      .minus(closing)
      .times(size.isNegative() ? -1 : 1)
    const kept = isAgainst
      ? cost.times(quantity.abs().minus(closing)).dividedBy(quantity.abs())
      : cost
    const paid = commission.times(opening.abs()).dividedBy(size.abs())
    return {
      quantity: quantity.plus(size),
      cost: kept.plus(opening.times(price)).plus(paid),
    }
  }
}

const split =
  (ratio: Decimal): Change =>
  ({ quantity, cost }) => ({ quantity: quantity.times(ratio).toDecimalPlaces(18), cost })

const signed = (line: Json): Decimal =>
  numberIn(line, 'quantity').times(line['side'] === 'sell' ? -1 : 1)

/** Money a position took in by trading, deliveries and settlements, for the sake of futures. */
type Fold = {
  readonly instruments: ReadonlyMap<string, Json>
  readonly commissions: ReadonlyMap<unknown, Json>
  readonly changes: Map<string, Map<string, Change>>
  /** Σ signed quantity × price × multiplier, by account, conId and fill. */
  readonly paid: Map<string, Map<string, Decimal>>
}

const rowOf = <Value>(table: Map<string, Map<string, Value>>, key: string): Map<string, Value> => {
  const row = table.get(key) ?? new Map<string, Value>()
  table.set(key, row)
  return row
}

const pointOf = (instrument: Json): Decimal =>
  numberIn(instrument, 'multiplier').dividedBy(numberIn(instrument, 'priceMagnifier'))

function foldLine(fold: Fold, line: Json, place: string): void {
  const commission = fold.commissions.get(line['execId'])
  const instrument = fold.instruments.get(textIn(line, 'conId'))
  if (instrument === undefined || line['secType'] === 'BAG') return
  if (!['opening', 'execution', 'corporateAction'].includes(textIn(line, 'type'))) return
  const key = `${textIn(line, 'account')} ${textIn(line, 'conId')}`
  const changes = rowOf(fold.changes, key)
  const book = (size: Decimal, price: Decimal, charged: Decimal): void => {
    if (size.isZero()) return
    changes.set(place, traded(size, price, charged))
    rowOf(fold.paid, key).set(place, size.times(price))
  }
  if (line['type'] === 'opening')
    book(numberIn(line, 'quantity'), numberIn(line, 'averageCost'), ZERO)
  if (line['type'] === 'execution') {
    const isOwn = commission?.['currency'] === instrument['currency']
    const charged = isOwn ? numberIn(commission ?? {}, 'commission') : ZERO
    book(signed(line), numberIn(line, 'price').times(pointOf(instrument)), charged)
  }
  if (line['type'] !== 'corporateAction') return
  if (line['ratio'] !== null) changes.set(place, split(numberIn(line, 'ratio')))
  else if (line['quantity'] !== null)
    book(numberIn(line, 'quantity'), numberIn(line, 'price').times(pointOf(instrument)), ZERO)
}

function balances(lines: readonly Json[], types: readonly string[]): Sums {
  const sums = new Sums()
  for (const line of lines)
    if (types.includes(textIn(line, 'type')))
      sums.add(`${textIn(line, 'account')} ${textIn(line, 'currency')}`, numberIn(line, 'amount'))
  return sums
}

/** Every balance a cash line tells must be the sum of all before it. */
export function assertBalances(lines: readonly Json[]): void {
  const running = new Sums()
  for (const line of lines) {
    if (line['type'] !== 'cash' && line['type'] !== 'openingCash') continue
    const key = `${textIn(line, 'account')} ${textIn(line, 'currency')}`
    running.add(key, numberIn(line, 'amount'))
    const told = line['type'] === 'cash' ? numberIn(line, 'balance') : numberIn(line, 'amount')
    if (!running.get(key)?.equals(told)) throw new Error(`${JSON.stringify(line)} is no sum`)
  }
}

/** Refolds the lines so far; an execution counts at its last revision, in its original place. */
export function bookOfRecord(lines: readonly Json[]): RecordBook {
  const of = (type: string): readonly Json[] => lines.filter((line) => line['type'] === type)
  const instruments = new Map(of('instrument').map((line) => [textIn(line, 'conId'), line]))
  const commissions = new Map(of('commission').map((line) => [line['execId'], line]))
  const fold: Fold = { instruments, commissions, changes: new Map(), paid: new Map() }
  for (const [index, line] of lines.entries()) {
    const place = line['type'] === 'execution' ? textIn(line, 'root') : String(index)
    foldLine(fold, line, place)
  }
  const held = new Map(
    [...fold.changes].map(([key, changes]) => {
      const [account = '', conId = ''] = key.split(' ')
      const { quantity, cost } = [...changes.values()].reduce<Holding>(
        (holding, change) => change(holding),
        { quantity: ZERO, cost: ZERO },
      )
      const averageCost = quantity.isZero() ? ZERO : cost.dividedBy(quantity)
      return [key, { account, conId: Number(conId), quantity, averageCost }]
    }),
  )
  const cash = balances(lines, ['openingCash', 'cash'])
  const accrued = balances(lines, ['accrual'])
  const swept = balances(
    of('cash').filter((line) => /^(variation|settlement) /.test(textIn(line, 'why'))),
    ['cash'],
  )
  const futuresPnl = (valuation: Json): Sums => {
    const sums = new Sums()
    for (const [key, { account, conId, quantity }] of held) {
      const instrument = instruments.get(String(conId))
      if (instrument?.['secType'] !== 'FUT') continue
      const mark = new Exact(within(valuation, 'marks')[conId] ?? NaN)
      const paid = [...rowOf(fold.paid, key).values()].reduce((sum, one) => sum.plus(one), ZERO)
      const worth = quantity.times(mark).times(pointOf(instrument))
      sums.add(`${account} ${textIn(instrument, 'currency')}`, worth.minus(paid))
    }
    for (const [key, amount] of swept) sums.add(key, amount.negated())
    return sums
  }
  const worth = (account: string, valuation: Json): Decimal => {
    const inCurrency = new Sums()
    for (const sums of [cash, accrued, futuresPnl(valuation)])
      for (const [key, amount] of sums)
        if (key.startsWith(`${account} `)) inCurrency.add(key.split(' ')[1] ?? '', amount)
    for (const one of held.values()) {
      const instrument = instruments.get(String(one.conId))
      if (one.account !== account || instrument === undefined) continue
      if (['FUT', 'CASH'].includes(textIn(instrument, 'secType'))) continue
      const mark = new Exact(within(valuation, 'marks')[one.conId] ?? NaN)
      const value = one.quantity.times(mark).times(pointOf(instrument))
      inCurrency.add(textIn(instrument, 'currency'), value)
    }
    return [...inCurrency].reduce<Decimal>(
      (sum, [currency, amount]) =>
        sum.plus(amount.times(within(valuation, 'rates')[currency] ?? NaN)),
      ZERO,
    )
  }
  return { held, cash, accrued, futuresPnl, worth }
}
