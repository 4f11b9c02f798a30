import { decimal, integer, rows, text, when, type Part } from './layout.ts'

/** A contract as requests carry it: with the primary exchange between exchange and currency. */
export const CONTRACT: readonly Part[] = [
  integer('conId'),
  text('symbol'),
  text('secType'),
  text('expiry'),
  decimal('strike'),
  text('right'),
  decimal('multiplier'),
  text('exchange'),
  text('primaryExchange'),
  text('currency'),
  text('localSymbol'),
  text('tradingClass'),
]

const LEG: readonly Part[] = [integer('conId'), integer('ratio'), text('action'), text('exchange')]

const isCombination = (soFar: { readonly text: (name: string) => string }): boolean =>
  soFar.text('secType') === 'BAG'

/** The legs of a combination, as requests for data carry them. */
export const LEGS: Part = when(isCombination, rows('legs', ...LEG))

/** The legs of a combination, the price of each and its routing, as orders carry them. */
export const ORDER_LEGS: Part = when(
  isCombination,
  rows(
    'legs',
    ...LEG,
    integer('openClose'),
    integer('shortSaleSlot'),
    text('designatedLocation'),
    integer('exemptCode'),
  ),
  rows('legPrices', decimal('price')),
  rows('routing', text('tag'), text('value')),
)
