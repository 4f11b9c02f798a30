import type { Fields } from '../wire/layout.ts'

/** Why an order is refused: an error for its id. */
export class Refusal extends Error {
  readonly code: number

  constructor(code: number, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** What nothing more particular can be said of. */
const rejected = (reason: string): readonly [number, string] => [
  201,
  `Order rejected - reason:${reason}`,
]

type Rule = readonly [isAsked: (fields: Fields) => boolean, code: number, sentence: string]

const isSet = (name: string) => (fields: Fields) => fields.text(name) !== ''
const isOn = (name: string) => (fields: Fields) => fields.flag(name)
const isPositive = (name: string) => (fields: Fields) => Number(fields.decimal(name) ?? 0) > 0

const TIMES_IN_FORCE = new Set(['', 'DAY', 'GTC', 'IOC', 'FOK'])

/**
 * What an order may ask for and is not worked here. It is refused with TWS's own code where TWS has
 * one for its not being possible, else with 201: an order that is accepted is worked as it says.
 */
const RULES: readonly Rule[] = [
  [isSet('algoStrategy'), 439, 'The order processing failed. Algorithm definition not found.'],
  [
    ({ text }) => !TIMES_IN_FORCE.has(text('timeInForce').toUpperCase()),
    111,
    'The TIF (Tif type) and the order type are incompatible.',
  ],
  [isSet('goodAfterTime'), 338, 'Good After Time orders are currently disabled on this exchange.'],
  [isSet('goodTillDate'), 334, 'Invalid Good Till Date order.'],
  [isOn('hidden'), 152, 'The "hidden" order attribute may not be specified for this order.'],
  [
    isPositive('discretionaryAmount'),
    325,
    'Discretionary orders are not supported for this combination of exchange and order type.',
  ],
  [({ integer }) => (integer('triggerMethod') ?? 0) !== 0, 146, 'Invalid trigger method.'],
  [isPositive('cashQuantity'), 10_244, 'Cash quantity cannot be used for this order.'],
  [isSet('hedgeType'), ...rejected('Hedging orders are not available.')],
  [isPositive('scalePriceIncrement'), ...rejected('Scale orders are not available.')],
  [
    ({ text }) => !['', 'None'].includes(text('adjustedOrderType')),
    ...rejected('Adjustable orders are not available.'),
  ],
  [isOn('hasDeltaNeutralContract'), ...rejected('Delta-neutral orders are not available.')],
  [isOn('allOrNone'), ...rejected('All-or-none orders are not available.')],
  [isPositive('minQty'), ...rejected('A minimum quantity is not available.')],
  [isPositive('displaySize'), ...rejected('Iceberg orders are not available.')],
  [isOn('blockOrder'), ...rejected('Block orders are not available.')],
  [isOn('sweepToFill'), ...rejected('Sweep-to-fill orders are not available.')],
  [isOn('randomizeSize'), ...rejected('Randomised sizes are not available.')],
  [isOn('randomizePrice'), ...rejected('Randomised prices are not available.')],
  [isPositive('volatility'), ...rejected('Volatility orders are not available.')],
]

/** @throws {Refusal} when the order asks for what it would not get. */
export function assertWorkable(fields: Fields): void {
  for (const [isAsked, code, sentence] of RULES)
    if (isAsked(fields)) throw new Refusal(code, sentence)
}
