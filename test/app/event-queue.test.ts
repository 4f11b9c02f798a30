import { describe, expect, it } from 'vitest'
import type { BookEvent } from '#app/book-event.ts'
import { EventQueue, TAKEN_AT_ONCE } from '#app/event-queue.ts'
import { execId } from '#shared/ids.ts'
import { money } from '#shared/money.ts'
import { anExecution, anInstrument } from '../fakes/builders.ts'

const instrument: BookEvent = { kind: 'instrument', instrument: anInstrument() }
const execution = (id: string): BookEvent => ({
  ...{ kind: 'execution', execution: anExecution({ execId: execId(id) }) },
  instrument: anInstrument(),
})
const commission = (id: string): BookEvent => ({
  kind: 'commission',
  report: { execId: execId(id), commission: money('1'), currency: 'USD', realizedPnl: null },
})

function queueOf(events: readonly BookEvent[]): EventQueue {
  const queue = new EventQueue()
  for (const event of events) queue.push(event)
  return queue
}

describe('events that wait', () => {
  it('are taken in the order they came, so many at once, and each once', () => {
    const events = Array.from({ length: TAKEN_AT_ONCE * 2 + 10 }, () => ({ ...instrument }))
    const queue = queueOf(events)
    const taken = [queue.next(), queue.next()]
    const last = { ...instrument }
    queue.push(last)
    expect([...taken, queue.next()].flat()).toEqual([...events, last])
    expect(taken.map(({ length }) => length)).toEqual([TAKEN_AT_ONCE, TAKEN_AT_ONCE])
    expect([queue.length, queue.next()]).toEqual([0, []])
  })

  it('say how many they are', () => {
    const queue = queueOf([instrument, instrument])
    expect(queue.length).toBe(2)
    queue.next()
    queue.push(instrument)
    expect(queue.length).toBe(1)
  })

  it('go with the commissions that stand right behind the last execution', () => {
    const before = Array.from({ length: TAKEN_AT_ONCE - 1 }, () => instrument)
    const queue = queueOf([
      ...before,
      execution('0001.01'),
      commission('0001.01'),
      commission('0001.02'),
      commission('0002.01'),
    ])
    expect(queue.next().slice(-2)).toEqual([commission('0001.01'), commission('0001.02')])
    expect(queue.next()).toEqual([commission('0002.01')])
  })
})
