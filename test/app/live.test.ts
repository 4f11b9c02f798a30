import { describe, expect, it } from 'vitest'
import { Live, type Everything, type Touch } from '#app/live.ts'
import { LIVE_WINDOW } from '#shared/api/contract.ts'
import { LIVE_FILLS, type LiveChanges, type LiveMessage } from '#shared/api/live.ts'
import type { FillRow, PositionRow } from '#shared/api/views.ts'
import { handClock } from '../fakes/clock.ts'
import { aSnapshot } from '../renderer/fake-book.ts'

const ACCOUNT = 'DU1234567'

/** A stream and one reader of it, who takes messages whenever there are any. */
function stream(isReading = true) {
  const clock = handClock()
  const { book, accounts, link, account, status, reconciliation, jobs, ...rows } = aSnapshot()
  const { positions, fills, orders } = rows
  const everything: Everything = {
    ...{ accounts, link, account, status, reconciliation, jobs, positions, fills, orders },
    book: { ...book!, account: ACCOUNT },
  }
  const quantities = new Map<string, string>()
  const live = new Live(clock, {
    everything: () => everything,
    parts: () => everything,
    position: (_, key) => {
      const quantity = quantities.get(key)
      return quantity === undefined ? null : ({ key, quantity } as PositionRow)
    },
  })
  const ending = new AbortController()
  const messages: LiveMessage[] = []
  let hasEnded = false
  const read = async (): Promise<void> => {
    for await (const message of live.subscribe(undefined, ending.signal)) messages.push(message)
    hasEnded = true
  }
  if (isReading) void read()
  return {
    live,
    clock,
    messages,
    ending,
    quantities,
    hasEnded: () => hasEnded,
    touch: (touch: Touch) => live.touch({ account: ACCOUNT, ...touch }),
    acknowledge: (revision: number) => live.acknowledge(messages[0]!.subscription, revision),
    /** Lets time pass, and everything that waits have its turn. */
    pass: async (ms: number) => {
      await clock.turn()
      clock.advance(ms)
      await clock.turn()
    },
  }
}

const changesOf = (message: LiveMessage | undefined): LiveChanges => {
  if (message?.kind !== 'changes') throw new Error(`no changes but ${message?.kind ?? 'nothing'}`)
  return message
}
const fillRow = (number: number): FillRow => ({ fillId: String(number) }) as FillRow

describe('the live stream', () => {
  it('begins with everything, and goes on with what changes', async () => {
    const { messages, quantities, touch, pass } = stream()
    await pass(0)
    expect(messages.map(({ kind, revision }) => [kind, revision])).toEqual([['snapshot', 1]])
    quantities.set('a', '1')
    touch({ positions: ['a', 'gone'], parts: ['status'] })
    await pass(100)
    expect(changesOf(messages[1])).toMatchObject({
      revision: 2,
      positions: [{ key: 'a', quantity: '1' }],
      positionsGone: ['gone'],
    })
    expect(Object.keys(changesOf(messages[1]))).not.toContain('fills')
    expect(changesOf(messages[1]).link).toBeUndefined()
  })

  it('tells the latest of each row once, ten times a second at most', async () => {
    const { messages, quantities, touch, pass } = stream()
    await pass(0)
    for (let tick = 1; tick <= 1_000; tick += 1) {
      quantities.set('a', String(tick))
      touch({ positions: ['a'] })
      if (tick % 10 === 0) await pass(10)
    }
    await pass(100)
    // A second has passed.
    expect(messages.length).toBeLessThanOrEqual(LIVE_WINDOW)
    expect(changesOf(messages.at(-1)).positions).toHaveLength(1)
  })

  it('tells a great many rows in several messages, one soon after the other', async () => {
    const { messages, quantities, touch, pass } = stream()
    await pass(0)
    const keys = Array.from({ length: 250 }, (_, index) => `row ${index}`)
    for (const key of keys) quantities.set(key, '1')
    touch({ positions: keys, parts: ['status'] })
    await pass(100)
    await pass(15)
    await pass(15)
    const told = messages.slice(1).map(changesOf)
    expect(told.map(({ positions }) => positions?.length)).toEqual([100, 100, 50])
    expect(told.flatMap(({ positions }) => positions?.map(({ key }) => key))).toEqual(keys)
    expect(told.map(({ status }) => status !== undefined)).toEqual([true, false, false])
    // What is left over is told once.
    await pass(100)
    expect(messages).toHaveLength(4)
  })

  it('tells what is no row ten times a second at most, however many rows move', async () => {
    const { messages, quantities, touch, pass, acknowledge } = stream()
    await pass(0)
    const keys = Array.from({ length: 250 }, (_, index) => `row ${index}`)
    for (const key of keys) quantities.set(key, '1')
    for (let tick = 0; tick < 200; tick += 1) {
      touch({ positions: keys, parts: ['account'] })
      await pass(5)
      acknowledge(messages.at(-1)!.revision)
    }
    const told = messages.slice(1).map(changesOf)
    const ofAccount = told.filter(({ account }) => account !== undefined)
    // A second has passed.
    expect(ofAccount.length).toBeGreaterThanOrEqual(9)
    expect(ofAccount.length).toBeLessThanOrEqual(10)
    const rows = told.reduce((sum, { positions = [] }) => sum + positions.length, 0)
    expect(rows).toBeGreaterThanOrEqual(9 * keys.length)
  })

  it('tells fills at once, newest first, those of the same moment together', async () => {
    const { messages, touch, pass } = stream()
    await pass(0)
    await pass(50)
    touch({ fills: [fillRow(1), fillRow(2)] })
    await pass(0)
    expect(changesOf(messages[1]).fills?.map(({ fillId }) => fillId)).toEqual(['2', '1'])
    touch({ fills: [fillRow(3)] })
    await pass(14)
    expect(messages).toHaveLength(2)
    await pass(1)
    expect(changesOf(messages[2]).fills?.map(({ fillId }) => fillId)).toEqual(['3'])
  })

  it('tells what is no row ten times a second at most, also while fills come at once', async () => {
    const { messages, touch, pass, acknowledge } = stream()
    await pass(0)
    await pass(100)
    for (let number = 1; number <= 20; number += 1) {
      touch({ fills: [fillRow(number)], parts: ['book', 'status'] })
      await pass(15)
      acknowledge(messages.at(-1)!.revision)
    }
    await pass(100)
    const told = messages.slice(1).map(changesOf)
    expect(told.flatMap(({ fills }) => fills ?? [])).toHaveLength(20)
    expect(told.filter(({ book, status }) => book && status)).toHaveLength(4)
    // The last of them is not kept back for ever.
    expect(told.at(-1)?.status).toBeDefined()
  })

  it('falls silent a window ahead of its reader, and then tells what is so', async () => {
    const { messages, quantities, touch, pass, acknowledge } = stream()
    await pass(0)
    for (let tick = 1; tick <= 3 * LIVE_WINDOW; tick += 1) {
      quantities.set('a', String(tick))
      touch({ positions: ['a'] })
      await pass(100)
    }
    expect(messages.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    acknowledge(1)
    await pass(100)
    expect(messages).toHaveLength(LIVE_WINDOW + 1)
    expect(changesOf(messages.at(-1)).positions).toEqual([
      { key: 'a', quantity: String(3 * LIVE_WINDOW) },
    ])
    // What was never sent cannot be acknowledged.
    acknowledge(1_000)
    for (let tick = 0; tick < 3 * LIVE_WINDOW; tick += 1) {
      touch({ positions: ['a'] })
      await pass(100)
    }
    expect(messages).toHaveLength(2 * LIVE_WINDOW + 1)
  })

  it('keeps no more fills for a slow reader than it shows', async () => {
    const { messages, touch, pass, acknowledge } = stream()
    await pass(0)
    for (let number = 0; number < LIVE_WINDOW; number += 1) {
      touch({ parts: ['status'] })
      await pass(100)
    }
    for (let number = 0; number < 3 * LIVE_FILLS; number += 1) touch({ fills: [fillRow(number)] })
    acknowledge(LIVE_WINDOW)
    await pass(100)
    const { fills } = changesOf(messages.at(-1))
    expect([fills?.length, fills?.[0]?.fillId]).toEqual([LIVE_FILLS, String(3 * LIVE_FILLS - 1)])
  })

  it('begins anew when another book is on screen, and forgets what was waiting', async () => {
    const { live, messages, touch, pass } = stream()
    await pass(0)
    touch({ fills: [fillRow(1)] })
    live.restart()
    await pass(100)
    expect(messages.map(({ kind }) => kind)).toEqual(['snapshot', 'snapshot'])
    await pass(1_000)
    expect(messages).toHaveLength(2)
  })

  it('says nothing of other accounts', async () => {
    const { messages, touch, pass } = stream()
    await pass(0)
    touch({ account: 'U7654321', fills: [fillRow(1)], parts: ['account'] })
    await pass(1_000)
    expect(messages).toHaveLength(1)
  })

  it('ends when its reader goes, and keeps nothing for it', async () => {
    const { live, ending, hasEnded, pass, clock } = stream()
    await pass(0)
    expect(live.subscriberCount).toBe(1)
    ending.abort()
    await pass(0)
    expect([hasEnded(), live.subscriberCount, clock.pending()]).toEqual([true, 0, 0])
  })

  it('ends at once for a reader who was gone before it began', async () => {
    const { live, ending, clock } = stream(false)
    ending.abort()
    const messages = live.subscribe(undefined, ending.signal)
    expect(await messages.next()).toEqual({ done: true, value: undefined })
    await clock.turn()
    expect(live.subscriberCount).toBe(0)
  })

  it('ends for everybody when the desk closes', async () => {
    const { live, hasEnded, pass } = stream()
    await pass(0)
    live.close()
    await pass(0)
    expect(hasEnded()).toBe(true)
  })
})
