import { describe, expect, it } from 'vitest'
import { acknowledged, breakId, followUp, isOpen, settled, undone } from '#domain/break-life.ts'
import { reconcile, type BothSides } from '#domain/reconcile.ts'
import { breakAgeMs, type Break } from '#shared/break.ts'
import { D } from '#shared/money.ts'
import { utcMillis, type UtcMillis } from '#shared/time.ts'
import { ACCOUNT, SPY } from '../fakes/builders.ts'
import { bothSides, held, traded } from './sides.ts'

const HOUR = 3_600_000
const at = (hour: number): UtcMillis => utcMillis(hour * HOUR)
const fills = [traded(1, '60@52')]
/** The broker holds so many SPY, of which the ledger has 60. */
const holding = (size: string, over: Partial<BothSides> = {}): BothSides =>
  bothSides({ fills }, { broker: [held(size, '52')], ...over })

/** The breaks after a run. */
function after(known: readonly Break[], sides: BothSides, now: UtcMillis): readonly Break[] {
  const changes = followUp(known, reconcile(sides), now)
  const next = new Map(known.map((one) => [one.id, one]))
  for (const { before, after: changed } of changes) {
    expect(before).toEqual(next.get(changed.id) ?? null)
    next.set(changed.id, changed)
  }
  return [...next.values()]
}

const ID = `${ACCOUNT}/quantity/${SPY}`
const first = after([], holding('100'), at(1))[0]!

describe('a break', () => {
  it('is opened when a run finds it first', () => {
    expect(first).toEqual({
      id: ID,
      account: ACCOUNT,
      kind: 'quantity',
      conId: SPY,
      currency: 'USD',
      status: 'opened',
      missing: null,
      ledger: new D(60),
      broker: new D(100),
      difference: new D(40),
      firstSeenAt: at(1),
      lastSeenAt: at(1),
      timesSeen: 1,
      revision: 1,
      recurrences: 0,
      note: null,
      settledAt: null,
      settledBy: null,
      goneAt: null,
    })
    expect(isOpen(first)).toBe(true)
    expect(breakAgeMs(first, at(3))).toBe(2 * HOUR)
  })

  it('is known by its currency when it is about cash', () => {
    const subject = { account: ACCOUNT, kind: 'cash', conId: null, currency: 'EUR' } as const
    expect(breakId(subject)).toBe(`${ACCOUNT}/cash/EUR`)
  })

  it('is seen again by the next run, its revision the same while neither side moves', () => {
    expect(after([first], holding('100'), at(2))).toEqual([
      { ...first, status: 'seen again', lastSeenAt: at(2), timesSeen: 2 },
    ])
  })

  it('has another revision once the broker moves', () => {
    const [moved] = after([first], holding('120'), at(2))
    expect(moved).toMatchObject({ revision: 2, difference: new D(60), status: 'seen again' })
  })

  it('is gone when both sides agree, and begins anew when it comes back', () => {
    const gone = after([first], holding('60'), at(2))
    expect(gone).toEqual([{ ...first, status: 'gone', goneAt: at(2) }])
    expect(after(gone, holding('60'), at(3))).toEqual(gone)
    expect(after(gone, holding('100'), at(4))).toEqual([
      {
        ...first,
        firstSeenAt: at(4),
        lastSeenAt: at(4),
        revision: 2,
        recurrences: 1,
        goneAt: at(2),
      },
    ])
  })

  it('waits while its instrument is in flight, and is neither gone nor counted', () => {
    const inFlight = new Set([SPY])
    const [waiting] = after([first], holding('60', { inFlight }), at(2))
    expect(waiting).toEqual({ ...first, status: 'in flight' })
    expect(after([waiting!], holding('100'), at(3))[0]).toMatchObject({
      status: 'seen again',
      timesSeen: 2,
    })
  })

  it('is left alone by a run that could not judge it', () => {
    const broker = [held('NaN', '52')]
    expect(after([first], bothSides({ fills }, { broker }), at(2))).toEqual([first])
  })

  it('stays acknowledged until a side moves', () => {
    const noted = acknowledged(first, 'the transfer arrives on Monday')
    expect(isOpen(noted)).toBe(false)
    const [seen] = after([noted], holding('100'), at(2))
    expect(seen).toEqual({ ...noted, lastSeenAt: at(2), timesSeen: 2 })
    const [moved] = after([noted], holding('101'), at(2))
    expect(moved).toMatchObject({ status: 'seen again', note: null, revision: 2 })
  })

  it('stays settled when the next run agrees, and begins anew when it does not', () => {
    const done = settled(first, 'settle-1', at(2))
    expect(isOpen(done)).toBe(false)
    const [confirmed] = after([done], holding('60'), at(3))
    expect(confirmed).toEqual({ ...done, goneAt: at(3) })
    expect(after([confirmed!], holding('60'), at(4))).toEqual([confirmed])
    expect(after([done], holding('100'), at(3))[0]).toMatchObject({
      status: 'opened',
      firstSeenAt: at(3),
      revision: 2,
      recurrences: 1,
      settledAt: at(2),
      settledBy: 'settle-1',
    })
  })

  it('asks again once its settlement is undone, and what was shown before is stale', () => {
    const back = undone(settled(first, 'settle-1', at(2)))
    expect([back.status, back.revision, isOpen(back)]).toEqual(['undone', 2, true])
    expect(after([back], holding('100'), at(3))[0]).toMatchObject({ status: 'seen again' })
  })
})
