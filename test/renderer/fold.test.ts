import { describe, expect, it } from 'vitest'
import { asOf, isFresh, NOTHING_TOLD } from '#renderer/stores/desk-state.ts'
import { fold, follows, isLiveMessage, withOlderFills } from '#renderer/stores/fold.ts'
import { aFill, aLink, aPosition, aSnapshot } from './fake-book.ts'

const head = { kind: 'changes', subscription: 's1', revision: 2 } as const
const aapl = aPosition()
const msft = aPosition({ conId: 272_093, symbol: 'MSFT', name: 'MSFT' })
const begun = fold(NOTHING_TOLD, aSnapshot({ positions: [aapl, msft], fills: [aFill()] }), 1000)

describe('folding the stream', () => {
  it('holds everything a snapshot says', () => {
    expect([...begun.positions.byKey.values()]).toEqual([aapl, msft])
    expect(begun.core.kind).toBe('open')
    expect(begun.told?.at).toBe(1000)
  })

  it('replaces a row that changed and leaves every other row the same object', () => {
    const news = { ...aapl, quantity: '150' }
    const after = fold(begun, { ...head, positions: [news] }, 2000)
    expect(after.positions.byKey.get(aapl.key)).toBe(news)
    expect(after.positions.byKey.get(msft.key)).toBe(msft)
    expect(after.positions.shape).toBe(begun.positions.shape)
    expect(after.fills).toBe(begun.fills)
  })

  it('has another shape only when rows come or go', () => {
    const grown = fold(begun, { ...head, fills: [aFill({ fillId: 'new' })] }, 2000)
    expect(grown.fills.shape).toBe(begun.fills.shape + 1)
    const shrunk = fold(begun, { ...head, positionsGone: [msft.key, 'never|1'] }, 2000)
    expect([...shrunk.positions.byKey.keys()]).toEqual([aapl.key])
    expect(shrunk.positions.shape).toBe(begun.positions.shape + 1)
  })

  it('puts a corrected fill in the place of the one it corrects', () => {
    const corrected = aFill({ revision: 2, price: '210.2' })
    const after = fold(begun, { ...head, fills: [corrected] }, 2000)
    expect([...after.fills.byKey.values()]).toEqual([corrected])
  })

  it('folds the same message twice to the same rows', () => {
    const message = { ...head, positions: [{ ...aapl, quantity: '7' }], positionsGone: [msft.key] }
    const once = fold(begun, message, 2000)
    const twice = fold(once, message, 2000)
    expect(twice.positions.byKey).toEqual(once.positions.byKey)
  })

  it('lets fills asked for apart never replace what the stream said', () => {
    const stale = aFill({ price: '1' })
    const older = aFill({ fillId: 'older', executedAt: 5 })
    const after = withOlderFills(begun, [stale, older])
    expect(after.fills.byKey.get(stale.fillId)?.price).toBe('210.1234')
    expect(after.fills.byKey.get('older')).toBe(older)
  })
})

describe('the order of messages', () => {
  const cursor = { subscription: 's1', revision: 4 }

  it('accepts the next revision and nothing else', () => {
    const accepted = [3, 4, 5, 6].filter((revision) => follows(cursor, { ...head, revision }))
    expect(accepted).toEqual([5])
    expect(follows(cursor, { ...head, subscription: 's2', revision: 5 })).toBe(false)
    expect(follows(null, { ...head, revision: 2 })).toBe(false)
  })

  it('begins anew with any snapshot', () => {
    expect(follows(cursor, aSnapshot({ subscription: 's9', revision: 1 }))).toBe(true)
  })

  it('knows a message of the stream from anything else', () => {
    expect(isLiveMessage(aSnapshot())).toBe(true)
    const others = [null, 'snapshot', {}, { kind: 'news', subscription: 's', revision: 1 }]
    expect(others.some(isLiveMessage)).toBe(false)
  })
})

describe('freshness', () => {
  const lost = fold(begun, { ...head, link: aLink({ state: 'waiting', heardAt: 900 }) }, 2000)

  it('is fresh only while core and link both are', () => {
    expect(isFresh(begun)).toBe(true)
    expect(isFresh(lost)).toBe(false)
    expect(isFresh({ ...begun, core: { kind: 'unanswered', retryAt: 0 } })).toBe(false)
    expect(isFresh(NOTHING_TOLD)).toBe(false)
  })

  it('is as of the last thing heard', () => {
    expect(asOf(lost)).toBe(900)
    expect(asOf({ ...begun, core: { kind: 'unanswered', retryAt: 0 } })).toBe(1000)
    expect(asOf(NOTHING_TOLD)).toBe(null)
  })

  it('is as of the loss when TWS answers but the broker is gone', () => {
    const link = aLink({ state: 'broker-lost', since: 700, heardAt: 1900 })
    expect(asOf(fold(begun, { ...head, link }, 2000))).toBe(700)
  })
})
