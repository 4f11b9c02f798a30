import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planLines, rank, type Lines, type Ranked } from '#domain/lines.ts'
import { conId, type ConId } from '#shared/ids.ts'

const ids = (...numbers: readonly number[]): ConId[] => numbers.map(conId)
const wanting = (seen: readonly number[], held: readonly number[] = []): Ranked =>
  rank({ visible: [ids(...seen)], ordered: [], held: ids(...held) })

/** Lines that have been open for as long as said, at a limit of three. */
const lines = (ages: Readonly<Record<number, number>>, over: Partial<Lines> = {}): Lines => ({
  open: new Map(Object.entries(ages).map(([id, age]) => [conId(Number(id)), 10_000 - age])),
  ...{ limit: 3, now: 10_000, holdMs: 1_000, swaps: 10 },
  ...over,
})

describe('what prices are wanted of', () => {
  it('is what is seen, each screen in turn, then what has orders, then what is held', () => {
    const { conIds, visible } = rank({
      visible: [ids(5, 6, 7), ids(8), []],
      ordered: ids(6, 9),
      held: ids(1, 5, 9, 2),
    })
    expect(conIds).toEqual(ids(5, 8, 6, 7, 9, 1, 2))
    expect([...visible]).toEqual(ids(5, 8, 6, 7))
  })
})

describe('market data lines', () => {
  it('go to what is wanted most', () => {
    expect(planLines(wanting([7, 8], [1, 2, 3]), lines({}))).toEqual({
      close: [],
      open: ids(7, 8, 1),
      againInMs: null,
    })
  })

  it('are taken from what is not seen, the least wanted first', () => {
    const plan = planLines(wanting([7, 8], [1, 2, 3]), lines({ 1: 5_000, 2: 5_000, 3: 5_000 }))
    expect(plan).toEqual({ close: ids(3, 2), open: ids(7, 8), againInMs: null })
  })

  it('stay a while before they are taken, and are then', () => {
    const wanted = wanting([7], [1, 2, 3])
    const young = lines({ 1: 10, 2: 10, 3: 10 })
    expect(planLines(wanted, young)).toEqual({ close: [], open: [], againInMs: 1_000 })
    const later = { ...young, now: young.now + 1_000 }
    expect(planLines(wanted, later)).toEqual({ close: ids(3), open: ids(7), againInMs: null })
  })

  it('are not taken from one holding for another', () => {
    const plan = planLines(wanting([], [1, 2, 3, 4]), lines({ 2: 9_000, 3: 9_000, 4: 9_000 }))
    expect(plan).toEqual({ close: [], open: [], againInMs: null })
  })

  it('that nobody wants are let go, at once where they are needed', () => {
    expect(planLines(wanting([1]), lines({ 1: 5_000, 9: 5_000 })).close).toEqual(ids(9))
    expect(planLines(wanting([1]), lines({ 1: 5_000, 9: 10 }))).toEqual({
      close: [],
      open: [],
      againInMs: 1_000,
    })
    const full = lines({ 1: 5_000, 8: 10, 9: 10 })
    expect(planLines(wanting([1, 2]), full)).toMatchObject({ close: ids(9), open: ids(2) })
  })

  it('change hands a few at a time', () => {
    const full = lines({ 1: 5_000, 2: 5_000, 3: 5_000 }, { swaps: 2 })
    expect(planLines(wanting([7, 8, 9], [1, 2, 3]), full)).toEqual({
      close: ids(3, 2),
      open: ids(7, 8),
      againInMs: 1_000,
    })
  })

  it('are given back when there may be fewer of them, the least wanted first', () => {
    const fewer = lines({ 1: 10, 2: 10, 3: 10 }, { limit: 1 })
    expect(planLines(wanting([2], [1, 2, 3]), fewer).close).toEqual(ids(3, 1))
  })

  it('never exceed the limit, and end up with everything seen that fits', () => {
    const someIds = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 12 })
    const inputs = fc.tuple(someIds, someIds, someIds, fc.integer({ min: 0, max: 6 }))
    fc.assert(
      fc.property(inputs, ([seen, held, before, limit]) => {
        const wanted = wanting(seen, held)
        let open = new Map(ids(...before.slice(0, limit)).map((id) => [id, 0]))
        for (let now = 0; now < 20_000; now += 1_000) {
          const rules = { open, limit, now, holdMs: 1_000, swaps: 2 }
          const plan = planLines(wanted, rules)
          expect(planLines(wanted, rules)).toEqual(plan)
          open = new Map([...open].filter(([id]) => !plan.close.includes(id)))
          for (const id of plan.open) open.set(id, now)
          expect(open.size).toBeLessThanOrEqual(limit)
        }
        const still = { open, limit, now: 30_000, holdMs: 1_000, swaps: 2 }
        expect(planLines(wanted, still)).toEqual({ close: [], open: [], againInMs: null })
        const fitting = seen.slice(0, limit).length
        const served = ids(...seen).filter((id) => open.has(id)).length
        expect(served).toBe(fitting)
        expect(open.size).toBe(Math.min(limit, wanted.conIds.length))
      }),
    )
  })
})
