import { describe, expect, it } from 'vitest'
import { nanosOf, utcMillis, utcNanos } from '#shared/time.ts'
import { handClock, MARKET_OPEN } from './clock.ts'

describe('a clock turned by hand', () => {
  it('stands still until it is turned', () => {
    const clock = handClock()
    expect([clock.now(), clock.now(), clock.monotonic()]).toEqual([MARKET_OPEN, MARKET_OPEN, 0])
    clock.advance(1500)
    expect([clock.now(), clock.monotonic()]).toEqual([MARKET_OPEN + 1500, 1500])
  })

  it('stamps strictly increasing nanoseconds although it stands still', () => {
    const clock = handClock()
    const first = nanosOf(MARKET_OPEN)
    expect([clock.stamp(), clock.stamp()]).toEqual([first, first + 1n])
    clock.advance(1)
    expect(clock.stamp()).toBe(first + 1_000_000n)
  })

  it('never repeats a stamp when the wall clock is set back', () => {
    const clock = handClock()
    const before = clock.stamp()
    clock.setWallClock(utcMillis(MARKET_OPEN - 3_600_000))
    expect(clock.stamp()).toBe(before + 1n)
    expect([clock.now(), clock.monotonic()]).toEqual([MARKET_OPEN - 3_600_000, 0])
  })

  it('stamps after what it is told of', () => {
    const clock = handClock()
    const first = nanosOf(MARKET_OPEN)
    clock.stampAfter(utcNanos(first + 7n))
    clock.stampAfter(first)
    expect(clock.stamp()).toBe(first + 8n)
  })

  it('runs what is due in order of time, each at its own instant', () => {
    const clock = handClock()
    const ran: [string, number][] = []
    const note = (name: string) => () => void ran.push([name, clock.monotonic()])
    clock.after(30, note('late'))
    clock.after(10, note('early'))
    clock.after(10, note('also early'))
    clock.advance(29)
    expect(ran).toEqual([
      ['early', 10],
      ['also early', 10],
    ])
    clock.advance(1)
    expect(ran.at(-1)).toEqual(['late', 30])
    expect(clock.pending()).toBe(0)
  })

  it('runs once after a delay, and not at all when cancelled', () => {
    const clock = handClock()
    let runs = 0
    clock.after(10, () => (runs += 1))
    const cancel = clock.after(10, () => (runs += 10))
    cancel()
    clock.advance(1000)
    expect(runs).toBe(1)
  })

  it('runs again and again until stopped, also from within', () => {
    const clock = handClock()
    const at: number[] = []
    const stop = clock.every(100, () => {
      at.push(clock.monotonic())
      if (at.length === 3) stop()
    })
    clock.advance(1000)
    expect(at).toEqual([100, 200, 300])
    expect(clock.pending()).toBe(0)
  })

  it('lets what is already waiting go first without letting time pass', async () => {
    const clock = handClock()
    const order: string[] = []
    setImmediate(() => order.push('waiting'))
    await clock.turn()
    order.push('going on')
    expect([order, clock.monotonic()]).toEqual([['waiting', 'going on'], 0])
  })

  it('runs timers that others start while it is being turned', () => {
    const clock = handClock()
    const at: number[] = []
    clock.after(10, () => clock.after(5, () => at.push(clock.monotonic())))
    clock.advance(20)
    expect(at).toEqual([15])
  })
})
