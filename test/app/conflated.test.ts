import { expect, it } from 'vitest'
import { Conflated } from '#app/conflated.ts'
import { handClock } from '../fakes/clock.ts'

it('is told at once, then once for all that was due meanwhile', () => {
  const clock = handClock()
  const told: number[] = []
  const conflated = new Conflated(clock, 1_000, () => told.push(clock.monotonic()))
  const start = clock.monotonic()
  conflated.due()
  for (let tick = 0; tick < 20; tick += 1) {
    clock.advance(100)
    conflated.due()
  }
  clock.advance(5_000)
  expect(told.map((at) => at - start)).toEqual([0, 1_000, 2_000, 3_000])
  conflated.due()
  expect(told).toHaveLength(5)
})
