import { describe, expect, it } from 'vitest'
import { Jobs, forEach, skipped } from '#app/jobs.ts'
import { price, quantity } from '#shared/money.ts'
import { ok } from '#shared/result.ts'
import { ACCOUNT, anInstrument, SPY } from '../fakes/builders.ts'
import { handClock, MARKET_OPEN } from '../fakes/clock.ts'
import { DISK_FULL, fakeLedger } from '../fakes/ledger.ts'
import { newDesk } from './new-desk.ts'

const SECOND = 1_000

/** A job that takes two seconds and fails every other time. */
function counted() {
  const clock = handClock()
  let changes = 0
  let obstacle: string | null = null
  let runs = 0
  const jobs = new Jobs(clock, () => (changes += 1))
  jobs.define('snapshot', {
    obstacle: () => obstacle,
    work: async (reason) => {
      const work = async () => {
        await new Promise<void>((resolve) => clock.after(2 * SECOND, resolve))
        if ((runs += 1) % 2 === 0) throw new Error('The disk is full.')
      }
      await jobs.run({ name: 'snapshot', reason }, work).catch(() => undefined)
    },
  })
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    for (let turn = 0; turn < 5; turn += 1) await clock.turn()
  }
  return {
    ...{ jobs, clock, pass },
    changes: () => changes,
    hinder: (why: string | null) => void (obstacle = why),
    view: () => jobs.view('snapshot'),
  }
}

describe('a job', () => {
  it('tells its last run, its next one, and how often it went well or badly and why', async () => {
    const { jobs, pass, view, changes } = counted()
    expect(view()).toEqual({
      ...{ name: 'snapshot', runningSince: null, everyMs: null, nextAt: null },
      ...{ last: null, lastFailure: null, successes: 0, failures: 0 },
    })
    jobs.every('snapshot', 10 * SECOND)
    expect(view().nextAt).toBe(MARKET_OPEN + 10 * SECOND)
    await pass(10 * SECOND)
    expect(view()).toMatchObject({ runningSince: MARKET_OPEN + 10 * SECOND, last: null })
    await pass(2 * SECOND)
    const first = {
      startedAt: MARKET_OPEN + 10 * SECOND,
      durationMs: 2 * SECOND,
      ...{ reason: 'timer', outcome: 'done', why: null },
    }
    expect(view()).toMatchObject({ last: first, successes: 1, failures: 0, runningSince: null })
    const before = changes()
    await pass(8 * SECOND)
    await pass(2 * SECOND)
    const second = { outcome: 'failed', why: 'The disk is full.' }
    expect(view()).toMatchObject({ last: second, lastFailure: second, successes: 1, failures: 1 })
    expect(changes() - before).toBe(2)
    await pass(8 * SECOND)
    await pass(2 * SECOND)
    // A failure does not stop the timer, and is remembered when it goes well again.
    expect(view()).toMatchObject({ last: { outcome: 'done' }, lastFailure: second, successes: 2 })
  })

  it('is due anew when its period is another, and as before when it is the same', async () => {
    const { jobs, pass, view } = counted()
    jobs.every('snapshot', 10 * SECOND)
    await pass(4 * SECOND)
    jobs.every('snapshot', 10 * SECOND)
    expect(view().nextAt).toBe(MARKET_OPEN + 10 * SECOND)
    jobs.every('snapshot', 60 * SECOND)
    expect(view()).toMatchObject({ everyMs: 60 * SECOND, nextAt: MARKET_OPEN + 64 * SECOND })
    jobs.every('snapshot', 0)
    expect(view()).toMatchObject({ everyMs: null, nextAt: null })
    await pass(100 * SECOND)
    expect(view().last).toBeNull()
  })

  it('is due when the steady clock says so, however the machine’s clock is set', () => {
    const { jobs, clock, view } = counted()
    jobs.every('snapshot', 10 * SECOND)
    clock.setWallClock((MARKET_OPEN + 3_600_000) as typeof MARKET_OPEN)
    expect(view().nextAt).toBe(MARKET_OPEN + 3_600_000 + 10 * SECOND)
  })

  it('is skipped by its timer while something is in its way, and refused to who asks', async () => {
    const { jobs, pass, view, hinder } = counted()
    hinder('Connect first.')
    jobs.every('snapshot', 10 * SECOND)
    await pass(10 * SECOND)
    const skip = { outcome: 'skipped', why: 'Connect first.', durationMs: 0 }
    expect(view()).toMatchObject({ last: skip, successes: 0, failures: 0, lastFailure: null })
    await expect(jobs.ask('snapshot')).rejects.toThrow('Connect first.')
    hinder(null)
    const asked = jobs.ask('snapshot')
    await pass(2 * SECOND)
    expect(await asked).toMatchObject({ last: { reason: 'demand', outcome: 'done' } })
  })

  it('that ends twice has ended the first time', () => {
    const { jobs, view } = counted()
    const running = jobs.begin('snapshot', 'connect')
    running.end(skipped('Nothing to do.'))
    running.end({ outcome: 'failed', why: 'Too late.' })
    expect(view()).toMatchObject({ last: { why: 'Nothing to do.' }, failures: 0 })
  })

  it('of several is done for the others where it fails for one', async () => {
    const done: number[] = []
    const all = forEach([1, 2, 3], (one) => {
      if (one === 2) return Promise.reject(new Error('Two failed.'))
      done.push(one)
      return Promise.resolve()
    })
    await expect(all).rejects.toThrow('Two failed.')
    expect(done).toEqual([1, 3])
  })
})

const heldAt = (size: string) => ({
  ...{ account: ACCOUNT, conId: SPY, instrument: anInstrument() },
  ...{ quantity: quantity(size), averageCost: price('10') },
})

/** A desk whose ledger a test may fill up. */
async function deskOn() {
  const ledger = fakeLedger()
  const opened = newDesk({ openLedger: () => Promise.resolve(ok(ledger)) })
  const { desk, broker, settle, clock } = opened
  broker.hold(heldAt('100'))
  await desk.start()
  return {
    ...opened,
    ledger,
    connect: async () => {
      broker.connect()
      await settle()
    },
    pass: async (ms: number) => {
      clock.advance(ms)
      await settle()
    },
    quote: (at: string) =>
      desk.pricing.take({ conId: SPY, price: price(at), source: 'live', at: clock.now() }),
    view: (name: Parameters<typeof desk.jobs.view>[0]) => desk.jobs.view(name),
  }
}

describe('the jobs of a desk', () => {
  it('catch up on every connection, which ends when all is told or the link is lost', async () => {
    const { desk, broker, connect, view } = await deskOn()
    expect(view('catch-up')).toMatchObject({ last: null, nextAt: null })
    await connect()
    const done = { reason: 'connect', outcome: 'done' }
    expect(view('catch-up')).toMatchObject({ last: done, successes: 1 })
    broker.tell({ kind: 'link', link: { ...broker.link(), state: 'catching-up' } })
    expect(view('catch-up').runningSince).not.toBeNull()
    broker.cut()
    expect(view('catch-up')).toMatchObject({ last: { outcome: 'failed' }, failures: 1 })
    expect(view('catch-up').last?.why).toContain('Not everything was told')
    await expect(desk.jobs.ask('catch-up')).rejects.toThrow('Connect to TWS or Gateway first.')
    await connect()
    await desk.jobs.ask('catch-up')
    expect(broker.reconnects).toEqual(['asked to catch up'])
    await connect()
    expect(view('catch-up')).toMatchObject({ last: { reason: 'demand', outcome: 'done' } })
    await desk.stop()
  })

  it('say what the broker did not answer about', async () => {
    const { desk, broker, view } = await deskOn()
    broker.tell({ kind: 'link', link: { ...broker.link(), state: 'catching-up' } })
    broker.tell({ kind: 'caught-up', missing: ['completed orders'] })
    const why = 'The broker did not answer about: completed orders.'
    expect(view('catch-up').last).toMatchObject({ outcome: 'failed', why })
    await desk.stop()
  })

  it('save prices as the setting says, and say when none has changed', async () => {
    const { desk, connect, pass, quote, view, ledger, clock } = await deskOn()
    await connect()
    await pass(10_000)
    quote('11')
    await pass(10_000)
    expect(view('price-flush').last).toMatchObject({ outcome: 'done', why: null })
    expect(ledger.store.prices.get(SPY)?.price).toEqual(price('11'))
    await pass(10_000)
    expect(view('price-flush').last).toMatchObject({ outcome: 'skipped' })
    desk.savings.flushPricesEvery(60_000)
    expect(view('price-flush').nextAt).toBe(clock.now() + 60_000)
    await desk.stop()
    expect(view('price-flush').nextAt).toBeNull()
  })

  it('count what a full disk keeps from being written, and go on when it can be', async () => {
    const { desk, connect, pass, quote, view, ledger } = await deskOn()
    await connect()
    quote('11')
    ledger.failures.push(...Array.from({ length: 7 }, () => DISK_FULL))
    await pass(10_000)
    const full = { outcome: 'failed', why: DISK_FULL.sentence }
    expect(view('price-flush')).toMatchObject({ last: full, failures: 1, runningSince: null })
    quote('12')
    // Each attempt comes two seconds after the one before.
    for (let turn = 0; turn < 5; turn += 1) await pass(2_000)
    expect(view('price-flush').failures).toBe(2)
    for (let turn = 0; turn < 3; turn += 1) await pass(2_000)
    quote('13')
    await pass(10_000)
    expect(view('price-flush')).toMatchObject({ last: { outcome: 'done' }, failures: 2 })
    expect(ledger.store.prices.get(SPY)?.price).toEqual(price('13'))
    await desk.stop()
  })

  it('count a reconciliation once, whoever asked for it, and its failures', async () => {
    const { desk, connect, view, broker } = await deskOn()
    await expect(desk.jobs.ask('reconcile')).rejects.toThrow('Connect to TWS or Gateway first.')
    await connect()
    expect(view('reconcile')).toMatchObject({ last: { reason: 'connect' }, successes: 1 })
    const account = desk.find(undefined)!
    const run = desk.reconciliations.run(account, 'demand')
    await Promise.all([run, desk.jobs.ask('reconcile')])
    expect(view('reconcile')).toMatchObject({ last: { reason: 'demand' }, successes: 2 })
    broker.cut()
    await desk.reconciliations.run(account, 'timer')
    expect(view('reconcile').failures).toBe(1)
    expect(view('reconcile').last?.why).toContain('not connected')
    await desk.stop()
  })

  it('take a snapshot on demand only of what is known', async () => {
    const { desk, connect, view, broker, clock, ledger } = await deskOn()
    await connect()
    await desk.jobs.ask('snapshot')
    expect(view('snapshot').last).toMatchObject({ outcome: 'skipped' })
    broker.tell({
      kind: 'account-value',
      value: { account: ACCOUNT, key: 'NetLiquidation', currency: 'USD', value: '5000' },
      at: clock.now(),
    })
    await desk.jobs.ask('snapshot')
    expect(view('snapshot').last).toMatchObject({ outcome: 'done', reason: 'demand' })
    expect(ledger.store.snapshots).toHaveLength(1)
    await desk.stop()
  })
})
