import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cashOfBook, postingsOfBook, type Booked, type BookNow } from '#domain/book-cash.ts'
import { concerns } from '#domain/adjustment.ts'
import { ledgerCash, movementsOfFill } from '#domain/cash.ts'
import { broughtIn, postingOf, type Posting } from '#domain/equity.ts'
import { foldPosition } from '#domain/fold.ts'
import { isFolded, type Fill } from '#domain/fill.ts'
import { flat, positionKey } from '#domain/position.ts'
import { conId, strategyId } from '#shared/ids.ts'
import { D, text, type Decimal } from '#shared/money.ts'
import { anAdjustment, secondsIn } from '../fakes/builders.ts'
import { instrumentOf, wholeBooks, type WholeBook } from './whole-book.ts'

const RUNS = { numRuns: 1_000 }
const LATER = secondsIn(1_000_000)

/** Combos are booked by their legs. */
const books = wholeBooks.map((whole) => ({
  ...whole,
  fills: whole.fills.filter(({ secType }) => secType !== 'BAG'),
}))

/** The positions a book keeps of its history, with what was charged for each. */
function bookOf({ fills, adjustments, entries }: WholeBook): BookNow {
  const folded = fills.filter(({ secType }) => isFolded(secType))
  const keys = new Map(
    [...folded.map(({ strategy, execution: { conId } }) => ({ strategy, conId })), ...adjustments]
      .filter(({ strategy }) => !strategy.startsWith('EVERY'))
      .map(({ strategy, conId }) => [positionKey(strategy, conId), { strategy, conId }]),
  )
  const booked = [...keys.values()].map((key): Booked => {
    const own = folded.filter(
      ({ strategy, execution }) => strategy === key.strategy && execution.conId === key.conId,
    )
    const concerned = adjustments.filter((one) => concerns(one, key))
    const { position } = foldPosition(flat(key.strategy, key.conId), {
      fills: own,
      adjustments: concerned,
    })
    return { position, instrument: instrumentOf(key.conId), ...chargesOf(own) }
  })
  const paired = adjustments.map((adjustment) => ({
    adjustment,
    instrument: instrumentOf(adjustment.conId),
  }))
  return { booked, adjustments: paired, entries }
}

function chargesOf(fills: readonly Fill[]): Pick<Booked, 'commissions' | 'commissionsPending'> {
  const commissions = new Map<string, Decimal>()
  for (const { charge } of fills) {
    if (charge === null) continue
    const before = commissions.get(charge.currency) ?? new D(0)
    commissions.set(charge.currency, before.plus(charge.amount))
  }
  return { commissions, commissionsPending: fills.filter(({ charge }) => charge === null).length }
}

const plain = (sums: ReadonlyMap<string, Decimal>): Record<string, string> =>
  Object.fromEntries(
    [...sums]
      .filter(([, sum]) => !sum.isZero())
      .map(([key, sum]): [string, string] => [key, text(sum)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

function sumsOf(postings: readonly Posting[]): ReadonlyMap<string, Decimal> {
  const sums = new Map<string, Decimal>()
  for (const { kind, strategy, currency, amount } of postings) {
    const key = `${kind} ${strategy} ${currency}`
    sums.set(key, (sums.get(key) ?? new D(0)).plus(amount))
  }
  return sums
}

describe('the cash of a book from its positions', () => {
  it('is what its fills moved, one by one', () => {
    fc.assert(
      fc.property(books, (whole) => {
        const { fills, entries, adjustments } = whole
        const history = {
          fills: fills.map((fill) => ({ fill, instrument: instrumentOf(fill.execution.conId) })),
          entries,
          adjustments: adjustments.map((adjustment) => ({
            adjustment,
            instrument: instrumentOf(adjustment.conId),
          })),
        }
        const { balances } = ledgerCash(history, LATER)
        expect(plain(cashOfBook(bookOf(whole)).balances)).toEqual(plain(balances))
      }),
      RUNS,
    )
  })

  it('is posted to whom each fill and entry is', () => {
    fc.assert(
      fc.property(books, (whole) => {
        const { fills, entries, adjustments } = whole
        const each = [
          ...fills.flatMap(
            (fill) => movementsOfFill(fill, instrumentOf(fill.execution.conId)) ?? [],
          ),
          ...entries.map((entry) => ({ ...entry, kind: entry.class })),
        ].map(postingOf)
        const brought = adjustments.map((one) => broughtIn(one, instrumentOf(one.conId)))
        const expected = [...each, ...brought].filter((posting) => posting !== null)
        expect(plain(sumsOf(postingsOfBook(bookOf(whole))))).toEqual(plain(sumsOf(expected)))
      }),
      RUNS,
    )
  })

  it('names what it does not know, and counts the rest', () => {
    const spy = instrumentOf(conId(1))
    const held = { ...flat(strategyId('carry'), spy.conId), cost: new D(500) }
    const booked = (over: Partial<Booked>): Booked => ({
      ...{ position: held, instrument: spy, commissions: new Map(), commissionsPending: 0 },
      ...over,
    })
    const cash = (book: Partial<BookNow>) => {
      const { balances, excluded } = cashOfBook({
        booked: [],
        adjustments: [],
        entries: [],
        ...book,
      })
      return [plain(balances), excluded.map(({ reason }) => reason)]
    }
    expect(cash({ booked: [booked({ commissionsPending: 1 })] })).toEqual([
      { USD: '-500' },
      ['commission'],
    ])
    const unknown = { ...spy, priceMagnifier: null }
    expect(cash({ booked: [booked({ instrument: unknown })] })).toEqual([{}, ['magnifier']])
    const unpriced = anAdjustment({ kind: 'residual', conId: spy.conId, cost: null })
    expect(cash({ adjustments: [{ adjustment: unpriced, instrument: spy }] })).toEqual([
      {},
      ['cost'],
    ])
  })
})
