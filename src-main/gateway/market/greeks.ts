/** What an option model says of an option; plain numbers: nothing here is money. */
export type Greeks = {
  readonly impliedVolatility: number
  readonly delta: number
  readonly gamma: number
  readonly vega: number
  readonly theta: number
  readonly optionPrice: number
  readonly underlyingPrice: number
}

export type OptionTerms = {
  readonly strike: number
  readonly right: 'C' | 'P'
  /** Years until it expires. */
  readonly years: number
}

const RATE = 0.04
const MOST_VOLATILITY = 5
const STEPS = 40

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)

/** The normal distribution, by Abramowitz and Stegun 26.2.17: exact to seven places. */
function distribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = density(x) * series
  return x >= 0 ? 1 - tail : tail
}

type Model = Omit<Greeks, 'impliedVolatility' | 'underlyingPrice'>

/** Black and Scholes without dividends. */
function model(spot: number, { strike, right, years }: OptionTerms, volatility: number): Model {
  const root = Math.sqrt(years)
  const spread = volatility * root
  const d1 = (Math.log(spot / strike) + (RATE + (volatility * volatility) / 2) * years) / spread
  const d2 = d1 - spread
  const sign = right === 'C' ? 1 : -1
  const discounted = strike * Math.exp(-RATE * years)
  const decay = (-spot * density(d1) * volatility) / (2 * root)
  return {
    optionPrice: sign * (spot * distribution(sign * d1) - discounted * distribution(sign * d2)),
    delta: sign * distribution(sign * d1),
    gamma: density(d1) / (spot * spread),
    vega: (spot * density(d1) * root) / 100,
    theta: (decay - sign * RATE * discounted * distribution(sign * d2)) / 365,
  }
}

/** The Greeks at the volatility that explains this price; null when none does. */
export function greeksOf(terms: OptionTerms, spot: number, price: number): Greeks | null {
  let low = 0.001
  let high = MOST_VOLATILITY
  const isExplained =
    price > model(spot, terms, low).optionPrice && price < model(spot, terms, high).optionPrice
  if (!isExplained) return null
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2
    if (model(spot, terms, middle).optionPrice < price) low = middle
    else high = middle
  }
  const impliedVolatility = (low + high) / 2
  return { ...model(spot, terms, impliedVolatility), impliedVolatility, underlyingPrice: spot }
}
