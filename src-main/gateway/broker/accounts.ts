import { D } from '#shared/money.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Opening } from './account-book.ts'
import { OPENING } from './opening.ts'

/** One account behind the gateway. */
export type Account = {
  readonly id: string
  /** The model portfolio all its holdings belong to; empty for none. */
  readonly modelCode: string
}

/** A named group of accounts, as an advisor keeps them. */
export type Group = {
  readonly name: string
  readonly accounts: readonly string[]
  /** What each of them gets of an order, in percent and their order; absent: no own shares. */
  readonly percentages?: readonly string[]
}

/** Whose an order is that is shared out among accounts: the advisor's own. It holds nothing. */
export const ADVISOR = 'DEMOF1000001'

/** The first account holds everything, the second every other holding, the third every third. */
export function openingOf(index: number, extra: readonly Instrument[]): Opening {
  const share = index + 1
  return {
    holdings: [
      ...OPENING.holdings.filter((_, place) => place % share === 0),
      ...(index === 0 ? extra.map(heldSince) : []),
    ],
    cash: OPENING.cash.map(({ currency, amount }) => ({
      currency,
      amount: amount.dividedBy(share).toDecimalPlaces(2),
    })),
  }
}

/** A hundred of each instrument made for a scenario, bought a little below its price. */
const heldSince = (instrument: Instrument): Opening['holdings'][number] => ({
  instrument,
  quantity: new D(100),
  averageCost: new D(instrument.openingPrice).times('0.95').toDecimalPlaces(4),
})
