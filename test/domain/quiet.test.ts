import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge, type Row } from '#domain/quiet.ts'
import { conId, type ConId } from '#shared/ids.ts'
import { D } from '#shared/money.ts'

const [A, B, C] = [conId(1), conId(2), conId(3)]
const row = (id: ConId, quantity: number, cost: number | null = 10): Row => ({
  conId: id,
  quantity: new D(quantity),
  averageCost: cost === null ? null : new D(cost),
})
const judged = (before: readonly Row[], after: readonly Row[], traded: readonly ConId[] = []) => {
  const { inFlight, contradicted } = judge({ before, after, traded: new Set(traded) })
  return { inFlight: [...inFlight], contradicted: [...contradicted] }
}
const STILL = { inFlight: [], contradicted: [] }

describe('a look at an account', () => {
  it('is settled where positions are equal and nothing traded', () => {
    const rows = [row(A, 100), row(B, -3, null)]
    expect(judged(rows, rows)).toEqual(STILL)
  })

  it('is in flight where a quantity, a cost, or what is known of it changed', () => {
    const before = [row(A, 100), row(B, 5, 10), row(C, 7, 1)]
    const after = [row(A, 101), row(B, 5, 11), row(C, 7, null)]
    expect(judged(before, after).inFlight).toEqual([A, B, C])
  })

  it('is in flight where something traded, though the position is the same', () => {
    expect(judged([row(A, 1), row(B, 2)], [row(A, 1), row(B, 2)], [B]).inFlight).toEqual([B])
  })

  it('is in flight where a holding appears or goes', () => {
    expect(judged([row(A, 1)], [row(B, 1)]).inFlight).toEqual([A, B])
  })

  it('takes a row of nothing for no row', () => {
    expect(judged([row(A, 0, null)], [])).toEqual(STILL)
    expect(judged([], [row(A, 0, null)])).toEqual(STILL)
  })

  it('is contradicted where one answer says two things', () => {
    const twice = [row(A, 1), row(B, 2), row(A, 3)]
    expect(judged(twice, twice)).toEqual({ inFlight: [], contradicted: [A] })
    expect(judged([row(A, 3)], twice)).toEqual({ inFlight: [B], contradicted: [A] })
  })

  it('is not contradicted by the same thing said twice, nor by a change told in between', () => {
    const same = [row(A, 1), row(A, 1)]
    expect(judged(same, same)).toEqual(STILL)
    expect(judged([row(A, 1)], [row(A, 1), row(A, 2)], [A])).toEqual({
      inFlight: [A],
      contradicted: [],
    })
  })

  it('judges each instrument by itself', () => {
    const holding = fc.record({
      id: fc.integer({ min: 1, max: 8 }).map(conId),
      before: fc.integer({ min: -2, max: 2 }),
      after: fc.integer({ min: -2, max: 2 }),
      isTraded: fc.boolean(),
    })
    const holdings = fc.uniqueArray(holding, { selector: ({ id }) => id })
    fc.assert(
      fc.property(holdings, (all) => {
        const whole = judge({
          before: all.map(({ id, before }) => row(id, before)),
          after: all.map(({ id, after }) => row(id, after)),
          traded: new Set(all.filter(({ isTraded }) => isTraded).map(({ id }) => id)),
        })
        const busy = all.filter(({ before, after, isTraded }) => isTraded || before !== after)
        expect([...whole.inFlight].sort()).toEqual(busy.map(({ id }) => id).sort())
      }),
    )
  })
})
