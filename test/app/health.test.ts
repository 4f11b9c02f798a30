import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { healthView, Pulse, type Watched } from '#app/health.ts'
import { VERSION } from '#shared/version.ts'
import { ACCOUNT } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'

type Ledger = { readonly book: object | null; readonly trouble?: string; readonly depth?: number }

const watched = (ledgers: readonly Ledger[], pulse = new Pulse(handClock())): Watched =>
  ({
    accounts: ledgers.map(({ book, trouble, depth = 0 }) => ({
      id: ACCOUNT,
      book,
      trouble: trouble === undefined ? null : { kind: 'other', sentence: trouble },
      depth,
    })),
    link: { state: 'connected' },
    pulse,
  }) as unknown as Watched

it('is serving while every ledger can be written, or is only being opened', () => {
  expect(healthView(watched([])).status).toBe('serving')
  expect(healthView(watched([{ book: {}, depth: 3 }, { book: null }]))).toEqual({
    status: 'serving',
    version: VERSION,
    uptimeMs: 0,
    link: 'connected',
    ledgers: [
      { account: ACCOUNT, state: 'open', problem: null, queueDepth: 3 },
      { account: ACCOUNT, state: 'opening', problem: null, queueDepth: 0 },
    ],
    eventLoopLagMs: 0,
  })
})

it('is failing once a ledger cannot be opened or written, and says why', () => {
  const view = healthView(watched([{ book: {} }, { book: {}, trouble: 'The disk is full.' }]))
  expect(view.status).toBe('failing')
  expect(view.ledgers[1]).toMatchObject({ state: 'failing', problem: 'The disk is full.' })
})

it('tells how long the core lives and how late its timers came of late', () => {
  const clock = handClock()
  let late = 0
  let elapsed = 0
  // A clock whose timers come later than they should, as a busy program's do.
  const pulse = new Pulse({ ...clock, monotonic: () => elapsed + late })
  const stop = pulse.start()
  const beat = () => {
    elapsed += 500
    clock.advance(500)
  }
  beat()
  expect(pulse.lagMs).toBe(0)
  late = 80
  beat()
  expect([pulse.lagMs, pulse.uptimeMs]).toEqual([80, 1_080])
  for (let count = 0; count < 10; count += 1) beat()
  expect(pulse.lagMs).toBe(0)
  stop()
  expect(clock.pending()).toBe(0)
})

it('is of the version that package.json says', () => {
  const said: unknown = JSON.parse(readFileSync('package.json', 'utf8'))
  expect(said).toMatchObject({ version: VERSION })
})
