import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { carriedBetween, carriedByFill, carriedInBase, type Charged } from '#domain/carried.ts'
import { ledgerEquity, postingOf, type Posting } from '#domain/equity.ts'
import { movementsOfFill } from '#domain/cash.ts'
import { isFolded, type Fill } from '#domain/fill.ts'
import { foldPosition } from '#domain/fold.ts'
import { noRates } from '#domain/fx.ts'
import type { Priced } from '#domain/holding-value.ts'
import { flat } from '#domain/position.ts'
import { conId, strategyId, type ConId, type StrategyId } from '#shared/ids.ts'
import { D, text, type Decimal } from '#shared/money.ts'
import { aFill, anInstrument, MOMENTUM, secondsIn } from '../fakes/builders.ts'
import { RUNS } from './arbitraries.ts'
import { traded } from './sides.ts'
import { INSTRUMENTS, instrumentOf, markets, wholeBooks, type Market } from './whole-book.ts'

const CARRY = strategyId('carry')

/** What a strategy's fills of an instrument come to. */
function chargedOf(fills: readonly Fill[], strategy: StrategyId, id: ConId): Charged {
  const own = fills.filter((fill) => fill.strategy === strategy && fill.execution.conId === id)
  const commissions = new Map<string, Decimal>()
  for (const { charge } of own)
    if (charge)
      commissions.set(
        charge.currency,
        (commissions.get(charge.currency) ?? new D(0)).plus(charge.amount),
      )
  return {
    position: foldPosition(flat(strategy, id), { fills: own, adjustments: [] }).position,
    commissions,
  }
}

/** What a strategy is worth by its fills alone. */
function equityOf(fills: readonly Fill[], strategy: StrategyId, { fx, marks }: Market): Decimal {
  const own = fills.filter((fill) => fill.strategy === strategy)
  const holdings = INSTRUMENTS.map((instrument): Priced => {
    const { position } = chargedOf(own, strategy, instrument.conId)
    return { position, instrument, quoted: marks.get(instrument.conId) ?? null }
  }).filter(({ instrument }) => instrument.secType !== 'CASH' && isFolded(instrument.secType))
  const postings: readonly Posting[] = own.flatMap((fill) =>
    (movementsOfFill(fill, instrumentOf(fill.execution.conId)) ?? []).flatMap(
      (moved) => postingOf(moved) ?? [],
    ),
  )
  const { buckets } = ledgerEquity({ fx, allocations: new Map(), holdings, postings })
  return buckets.find((one) => one.strategy === strategy)?.equity ?? new D(0)
}

const sum = (amounts: readonly Decimal[]): Decimal =>
  amounts.reduce<Decimal>((total, amount) => total.plus(amount), new D(0))

describe('what fills carry that are given to another strategy', () => {
  it('is all they made until now, less what was charged', () => {
    const fill = traded(1, '100@10', { commission: '1.5' })
    const [gives, gets] = carriedByFill(fill, {
      ...{ was: MOMENTUM, strategy: CARRY, recordedAt: secondsIn(9) },
    })
    const at = { fx: noRates('USD'), mark: new D(12) }
    const instrument = anInstrument()
    expect([gives?.strategy, text(carriedInBase(gives!, instrument, at))]).toEqual([
      ...[MOMENTUM, '-198.5'],
    ])
    expect([gets?.strategy, text(carriedInBase(gets!, instrument, at))]).toEqual([CARRY, '198.5'])
  })

  it('is what is realized while nobody knows a price', () => {
    const fills = [traded(1, '100@10'), traded(2, '-40@12')]
    const id = fills[0]!.execution.conId
    const after = chargedOf(fills, MOMENTUM, id)
    const before = chargedOf([], MOMENTUM, id)
    const carried = carriedBetween(before, after, secondsIn(9))
    const at = { fx: noRates('USD'), mark: null }
    expect(text(carriedInBase(carried, anInstrument(), at))).toBe('80')
  })

  it('is exactly what the equity of both moves by, whichever fills are given', () => {
    fc.assert(
      fc.property(wholeBooks, markets, fc.array(fc.boolean()), ({ fills }, market, chosen) => {
        const moving = fills.filter((fill, index) => fill.strategy === MOMENTUM && chosen[index])
        const given = fills.map((fill) =>
          moving.includes(fill) ? { ...fill, strategy: CARRY } : fill,
        )
        const at = (id: ConId) => ({ fx: market.fx, mark: market.marks.get(id) ?? null })
        for (const strategy of [MOMENTUM, CARRY]) {
          const moved = equityOf(given, strategy, market).minus(equityOf(fills, strategy, market))
          const byFolding = INSTRUMENTS.map((instrument) => {
            const [then, now] = [fills, given].map((of) =>
              chargedOf(of, strategy, instrument.conId),
            )
            const carried = carriedBetween(then!, now!, secondsIn(30))
            return carriedInBase(carried, instrument, at(instrument.conId))
          })
          const byFill = moving
            .flatMap((fill) =>
              carriedByFill(fill, { was: MOMENTUM, strategy: CARRY, recordedAt: secondsIn(30) }),
            )
            .filter((one) => one.strategy === strategy)
            .map((one) => carriedInBase(one, instrumentOf(one.conId), at(one.conId)))
          const near = (amount: Decimal): string => text(amount.toDecimalPlaces(9))
          expect(near(sum(byFolding))).toBe(near(moved))
          expect(near(sum(byFill))).toBe(near(moved))
        }
      }),
      RUNS,
    )
  })

  it('is the two balances of a conversion', () => {
    const pair = anInstrument({ conId: conId(7), secType: 'CASH', symbol: 'USD', currency: 'USD' })
    const fill = aFill({ conId: conId(7), price: new D('1.1') as never }, { secType: 'CASH' })
    const [, gets] = carriedByFill(fill, {
      ...{ was: MOMENTUM, strategy: CARRY, recordedAt: secondsIn(9) },
    })
    const at = { fx: noRates('USD'), mark: null }
    expect(text(carriedInBase(gets!, pair, at))).toBe('-10')
  })
})
