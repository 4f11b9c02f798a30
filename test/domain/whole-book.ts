import fc from 'fast-check'
import { ledgerCash, movementsOfFill, type CashEntry } from '#domain/cash.ts'
import { sweptOf } from '#domain/cash-check.ts'
import { broughtIn, postingOf, type Assets, type Posting } from '#domain/equity.ts'
import type { Fill } from '#domain/fill.ts'
import { noRates, withRate, type FxRates } from '#domain/fx.ts'
import type { Priced } from '#domain/holding-value.ts'
import { concerns, type Adjustment, type AdjustmentKind } from '#domain/adjustment.ts'
import { foldPosition } from '#domain/fold.ts'
import { flat } from '#domain/position.ts'
import { CASH_CLASSES } from '#shared/cash.ts'
import { conId, EVERY_STRATEGY, execId, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import type { ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, type Decimal, type Money, type Price, type Quantity } from '#shared/money.ts'
import { utcMillis, type UtcNanos } from '#shared/time.ts'
import { aCashEntry, aFill, anAdjustment, anInstrument, secondsIn } from '../fakes/builders.ts'

/** One of every class, in dollars, euros and pence. */
export const INSTRUMENTS: readonly Instrument[] = [
  anInstrument({ conId: conId(1), symbol: 'SPY' }),
  anInstrument({ conId: conId(2), symbol: 'VOD', currency: 'GBP', priceMagnifier: 100 }),
  anInstrument({ conId: conId(3), secType: 'OPT', multiplier: new D(100) }),
  anInstrument({ conId: conId(4), secType: 'BOND', currency: 'EUR', multiplier: new D(1000) }),
  anInstrument({ conId: conId(5), secType: 'FUT', currency: 'EUR', multiplier: new D(50) }),
  anInstrument({ conId: conId(6), secType: 'CFD', currency: 'GBP' }),
  anInstrument({ conId: conId(7), secType: 'CASH', symbol: 'EUR', currency: 'USD' }),
  anInstrument({ conId: conId(8), secType: 'BAG' }),
]
export const instrumentOf = (of: ConId): Instrument =>
  INSTRUMENTS.find(({ conId }) => conId === of)!

const STRATEGIES = [strategyId('momentum'), strategyId('carry'), UNATTRIBUTED]

/** Prices to 4 decimals, quantities to 2: everything they make is exact in 34 digits. */
const price = fc.integer({ min: 1, max: 2_000_000 }).map((units) => new D(units).dividedBy(10_000))
const cents = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => new D(n).dividedBy(100))
const second = fc.integer({ min: 0, max: 20 })
const quantity = fc.integer({ min: 1, max: 50_000 }).map((units) => new D(units).dividedBy(100))

const drawnFill = fc.record({
  instrument: fc.constantFrom(...INSTRUMENTS),
  strategy: fc.constantFrom(...STRATEGIES),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  shares: quantity,
  price,
  second,
  commission: cents,
})

const fills: fc.Arbitrary<readonly Fill[]> = fc
  .array(drawnFill, { minLength: 1, maxLength: 12 })
  .map((drawn) =>
    drawn.map(({ instrument, strategy, side, shares, second, commission, ...rest }, index) =>
      aFill(
        {
          execId: execId(`0001.${String(index).padStart(4, '0')}.01`),
          conId: instrument.conId,
          side,
          shares: shares as Quantity,
          price: rest.price as Price,
          executedAt: secondsIn(second),
        },
        {
          secType: instrument.secType,
          strategy,
          charge: { amount: commission as Money, currency: instrument.currency, revision: 1 },
        },
      ),
    ),
  )

const entries: fc.Arbitrary<readonly CashEntry[]> = fc
  .array(
    fc.record({
      class: fc.constantFrom(...CASH_CLASSES),
      currency: fc.constantFrom('USD', 'EUR', 'GBP'),
      amount: cents,
      second,
      strategy: fc.constantFrom(null, null, ...STRATEGIES),
    }),
    { maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map(({ second, amount, ...entry }, index) =>
      aCashEntry({
        ...entry,
        id: `cash-${index}`,
        amount: amount as Money,
        at: secondsIn(entry.class === 'opening' ? -1 : second),
        strategy: entry.class === 'opening' ? null : entry.strategy,
      }),
    ),
  )

/** What can be held. */
const HELD = INSTRUMENTS.slice(0, 6)

const drawnAdjustment = fc.record({
  kind: fc.constantFrom<AdjustmentKind>(
    'opening',
    'residual',
    'stand-in',
    'transfer',
    'expiry',
    'assignment',
    'exercise',
    'cash-in-lieu',
    'cost',
    'split',
  ),
  instrument: fc.constantFrom(...HELD),
  strategy: fc.constantFrom(...STRATEGIES),
  isSold: fc.boolean(),
  quantity,
  price,
  second,
})

/** Openings from before the first fill, and whatever else is settled later. */
const adjustments: fc.Arbitrary<readonly Adjustment[]> = fc
  .array(drawnAdjustment, { maxLength: 6 })
  .map((drawn) =>
    drawn.map(({ kind, instrument, strategy, isSold, quantity, price, second }, index) => {
      const signed = isSold ? quantity.negated() : quantity
      const movesNone = kind === 'split' || kind === 'cost'
      return anAdjustment({
        id: `${kind}-${index}`,
        kind,
        conId: instrument.conId,
        strategy: kind === 'split' ? EVERY_STRATEGY : strategy,
        effectiveAt: secondsIn(kind === 'opening' ? -1 : second),
        quantity: (movesNone ? new D(0) : signed) as Quantity,
        cost: kind === 'split' ? new D(0) : signed.times(price),
        ratio: kind === 'split' ? { to: new D(4), from: new D(1) } : null,
      })
    }),
  )

/** Everything that ever happened in one account. */
export type WholeBook = {
  readonly fills: readonly Fill[]
  readonly entries: readonly CashEntry[]
  readonly adjustments: readonly Adjustment[]
}
export const wholeBooks: fc.Arbitrary<WholeBook> = fc.record({
  fills,
  entries,
  adjustments,
})

/** The market at one instant: a price for every instrument, a rate for every currency. */
export type Market = { readonly marks: ReadonlyMap<ConId, Decimal>; readonly fx: FxRates }

const rate = fc.integer({ min: 500_000, max: 2_000_000 }).map((n) => new D(n).dividedBy(1_000_000))
export const markets: fc.Arbitrary<Market> = fc
  .record({
    marks: fc.tuple(...INSTRUMENTS.map(() => price)),
    eur: rate,
    gbp: rate,
  })
  .map(({ marks, eur, gbp }) => {
    const told = { source: 'broker', at: utcMillis(0) } as const
    const euros = withRate(noRates('USD'), { ...told, currency: 'EUR', rate: eur })
    return {
      marks: new Map(INSTRUMENTS.map((instrument, index) => [instrument.conId, marks[index]!])),
      fx: withRate(euros, { ...told, currency: 'GBP', rate: gbp }),
    }
  })

export type BookThen = {
  readonly holdings: readonly Priced[]
  readonly postings: readonly Posting[]
  readonly assets: Assets
}

/** The book as of an instant, put together from the facts until then, in the order given. */
export function bookAt(book: WholeBook, at: UtcNanos, { marks, fx }: Market): BookThen {
  const done = book.fills.filter(({ execution }) => execution.executedAt <= at)
  const told = book.entries.filter((entry) => entry.at <= at)
  const adjusted = book.adjustments.filter((one) => one.effectiveAt <= at)
  const settled = adjusted.map((adjustment) => ({
    adjustment,
    instrument: instrumentOf(adjustment.conId),
  }))
  const paired = done.map((fill) => ({ fill, instrument: instrumentOf(fill.execution.conId) }))
  const held = HELD.flatMap((instrument) =>
    STRATEGIES.map((strategy): Priced => {
      const { conId } = instrument
      const { position } = foldPosition(flat(strategy, conId), {
        fills: done.filter((f) => f.strategy === strategy && f.execution.conId === conId),
        adjustments: adjusted.filter((one) => concerns(one, { strategy, conId })),
      })
      return { position, instrument, quoted: marks.get(conId) ?? null }
    }),
  )
  const movements = [
    ...paired.flatMap(({ fill, instrument }) => movementsOfFill(fill, instrument) ?? []),
    ...told.map((entry) => ({ ...entry, kind: entry.class })),
  ]
  const postings = [
    ...movements.map(postingOf),
    ...settled.map(({ adjustment, instrument }) => broughtIn(adjustment, instrument)),
  ].filter((posting) => posting !== null)
  const cash = ledgerCash({ fills: paired, entries: told, adjustments: settled }, at).balances
  return { holdings: held, postings, assets: { fx, cash, holdings: held, swept: sweptOf(told) } }
}
