import { afterEach, describe, expect, it } from 'vitest'
import { Desk, type Client, type Wire } from '#renderer/desk.ts'
import type { LiveMessage } from '#shared/api/live.ts'
import type { FillRow } from '#shared/api/views.ts'
import { aFill, aPosition, aSnapshot } from './fake-book.ts'

type FillPage = { readonly limit: number; readonly before: number; readonly beforeKey?: string }

const pageOf = (fills: readonly FillRow[], { limit, before, beforeKey = '' }: FillPage) =>
  fills
    .filter(
      ({ executedAt, fillId }) =>
        executedAt < before || (executedAt === before && fillId < beforeKey),
    )
    .slice(0, limit)

/** A core in the same process: what it says arrives at once, and nothing waits for a frame. */
class NearCore {
  subscriptions = 0
  readonly acknowledged: number[] = []
  readonly watched: { readonly subscription: string; readonly conIds: readonly number[] }[] = []
  /** All fills of the book, newest first; of one instant by id, the largest first. */
  fills: readonly FillRow[] = []
  private wake: () => void = () => undefined
  private waiting: LiveMessage[] = []
  private hangUp: (why: 'gone' | 'refused') => void = () => undefined

  readonly dial = (): Wire => {
    const closed = new Promise<'gone' | 'refused'>((resolve) => (this.hangUp = resolve))
    const client = {
      live: {
        subscribe: (_: unknown, options: { signal: AbortSignal }) =>
          Promise.resolve(this.stream(options.signal)),
        acknowledge: ({ revision }: { revision: number }) => {
          this.acknowledged.push(revision)
          return Promise.resolve({})
        },
      },
      prices: {
        watch: (input: (typeof this.watched)[number]) => {
          this.watched.push(input)
          return Promise.resolve({})
        },
      },
      fills: { list: (page: FillPage) => Promise.resolve(pageOf(this.fills, page)) },
    } as unknown as Client
    return { client, closed, close: () => this.hangUp('gone') }
  }

  say(message: LiveMessage): void {
    this.waiting.push(message)
    this.wake()
  }

  drop(why: 'gone' | 'refused'): void {
    this.hangUp(why)
  }

  private async *stream(signal: AbortSignal): AsyncGenerator<LiveMessage> {
    this.subscriptions += 1
    this.waiting = [aSnapshot({ subscription: `s${this.subscriptions}`, revision: 1 })]
    while (!signal.aborted) {
      const message = this.waiting.shift()
      if (message !== undefined) yield message
      else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5))
let desk: Desk

function open(core: NearCore): Desk {
  const clock = { now: () => 1000, wait: (ms: number) => (ms === 1000 ? never : soon().then()) }
  const never = new Promise<void>(() => undefined)
  const batches = (apply: (batch: readonly LiveMessage[]) => void) => ({
    add: (message: LiveMessage) => apply([message]),
    drop: () => undefined,
  })
  const made = new Desk({
    dial: core.dial,
    clock: clock as ConstructorParameters<typeof Desk>[0]['clock'],
    batches,
  })
  void made.run()
  return made
}

afterEach(() => desk.stop())

describe('the desk', () => {
  it('fetches older fills to the last one, however many share one second', async () => {
    const core = new NearCore()
    const idOf = (number: number) => String(9_999 - number)
    const burst = Array.from({ length: 2_500 }, (_, number) =>
      aFill({ fillId: idOf(number), executedAt: 5_000 }),
    )
    core.fills = [...burst, aFill({ fillId: 'first', executedAt: 1_000 })]
    desk = open(core)
    await soon()
    const shown = () => desk.store.getState().fills.byKey.size
    core.say({ kind: 'changes', subscription: 's1', revision: 2, fills: [...burst.slice(0, 500)] })
    await soon()
    const before = shown()
    const fetched = []
    do fetched.push(await desk.askOlderFills(5_000))
    while (fetched.at(-1) !== 0)
    expect(fetched).toEqual([500, 1_000, 501, 0])
    expect(shown()).toBe(before + 2_001)
  })

  it('takes in what follows and acknowledges it', async () => {
    const core = new NearCore()
    desk = open(core)
    await soon()
    const news = { ...aPosition(), quantity: '4711' }
    core.say({ kind: 'changes', subscription: 's1', revision: 2, positions: [news] })
    await soon()
    expect(desk.store.getState().positions.byKey.get(news.key)?.quantity).toBe('4711')
    expect(core.acknowledged).toEqual([1, 2])
  })

  it('says what is in sight, and says it again of the next subscription', async () => {
    const core = new NearCore()
    desk = open(core)
    desk.look([1, 2])
    await soon()
    desk.look([2, 3])
    core.say({ kind: 'changes', subscription: 's1', revision: 9, positions: [] })
    await soon()
    expect(core.watched).toEqual([
      { subscription: 's1', conIds: [1, 2] },
      { subscription: 's1', conIds: [2, 3] },
      { subscription: 's2', conIds: [2, 3] },
    ])
  })

  it('subscribes anew when a message is missing, rather than show a guess', async () => {
    const core = new NearCore()
    desk = open(core)
    await soon()
    const news = { ...aPosition(), quantity: '4711' }
    core.say({ kind: 'changes', subscription: 's1', revision: 3, positions: [news] })
    await soon()
    expect(core.subscriptions).toBe(2)
    expect(desk.store.getState().positions.byKey.get(news.key)).toBe(undefined)
    expect(desk.store.getState().core.kind).toBe('open')
  })

  it('keeps the last values and says so when the core is gone, then begins anew', async () => {
    const core = new NearCore()
    desk = open(core)
    await soon()
    core.drop('gone')
    await Promise.resolve()
    await Promise.resolve()
    await Promise.resolve()
    const { core: state, positions } = desk.store.getState()
    expect(state.kind).toBe('unanswered')
    expect(positions.byKey.size).toBeGreaterThan(0)
    await soon()
    await soon()
    expect(core.subscriptions).toBe(2)
    expect(desk.store.getState().core.kind).toBe('open')
  })

  it('says when the core does not let this page in', async () => {
    const core = new NearCore()
    desk = open(core)
    await soon()
    core.drop('refused')
    await Promise.resolve()
    await Promise.resolve()
    await Promise.resolve()
    expect(desk.store.getState().core.kind).toBe('refused')
  })
})
