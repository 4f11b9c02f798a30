import { describe, expect, it } from 'vitest'
import { initialMachine, LOYAL_ATTEMPTS, step } from '#adapters/ib/link-machine.ts'
import type { Ending, LinkEffect, LinkEvent, LinkMachine } from '#adapters/ib/link-machine.ts'
import { clientIdInUse, connectionLost, portClosed, stranger } from '#adapters/ib/problems.ts'
import { utcMillis } from '#shared/time.ts'

const at = { now: utcMillis(1_000), chance: 1, backoff: { firstMs: 1_000, maxMs: 30_000 } }
const PORTS = [7496, 7497, 4001]

const closed: Ending = {
  problem: portClosed('h', 1),
  isBroker: false,
  isTelling: false,
  waitAtLeastMs: 0,
}
const odd: Ending = { ...closed, problem: stranger('h', 2), isTelling: true }
const busy: Ending = {
  problem: clientIdInUse(7),
  isBroker: true,
  isTelling: true,
  waitAtLeastMs: 5_000,
}
const lost: Ending = { ...busy, problem: connectionLost(), waitAtLeastMs: 0 }

type Run = { readonly machine: LinkMachine; readonly effects: readonly LinkEffect[] }
const run = (machine: LinkMachine, ...events: readonly LinkEvent[]): Run =>
  events.reduce<Run>((before, event) => step(before.machine, event, at), { machine, effects: [] })

const idle = (ports: readonly number[] = PORTS) => initialMachine('h', ports, at.now)
const ended = (ending: Ending): LinkEvent => ({ kind: 'ended', ending })
const START: LinkEvent = { kind: 'start' }
const OPENED: LinkEvent = { kind: 'opened' }
const CAUGHT_UP: LinkEvent = { kind: 'caught-up' }
const RETRY: LinkEvent = { kind: 'retry-due' }

describe('The link', () => {
  it('searches the ports one after the other', () => {
    const { machine, effects } = run(idle(), START, ended(closed))
    expect(machine).toMatchObject({ phase: 'searching', port: 7497 })
    expect(effects).toEqual([{ kind: 'close' }, { kind: 'open', port: 7497 }])
  })

  it('shows the most telling problem of a fruitless search', () => {
    const { machine } = run(idle(), START, ended(closed), ended(odd), ended(closed))
    expect(machine).toMatchObject({ phase: 'waiting', problem: odd.problem })
  })

  it('stays with a TWS that answers, though it refuses', () => {
    const refused = run(idle(), START, ended(closed), ended(busy))
    expect(refused.machine).toMatchObject({ phase: 'waiting', port: 7497, problem: busy.problem })
    expect(refused.effects).toContainEqual({ kind: 'wait', forMs: 10_000 })
    const again = run(refused.machine, RETRY)
    expect(again.machine).toMatchObject({ phase: 'connecting', port: 7497 })
  })

  it('waits longer after every failure, up to the limit', () => {
    let machine = run(idle([7496]), START).machine
    const waits: unknown[] = []
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const failed = run(machine, ended(closed))
      waits.push(failed.effects.at(-1))
      machine = run(failed.machine, RETRY).machine
    }
    const times = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]
    expect(waits).toEqual(times.map((forMs) => ({ kind: 'wait', forMs })))
  })

  it('is loyal to the port of its last session for some attempts, then searches again', () => {
    let { machine } = run(idle(), START, ended(closed), OPENED, CAUGHT_UP, ended(lost))
    expect(machine).toMatchObject({ phase: 'waiting', problem: lost.problem })
    for (let attempt = 1; attempt <= LOYAL_ATTEMPTS; attempt += 1) {
      machine = run(machine, RETRY).machine
      expect(machine).toMatchObject({ phase: 'connecting', port: 7497 })
      machine = run(machine, ended(closed)).machine
    }
    machine = run(machine, RETRY).machine
    expect(machine).toMatchObject({ phase: 'searching', port: 7497, queue: [7496, 4001] })
  })

  it('is connected only once it has caught up, and not while IB is lost', () => {
    const opened = run(idle(), START, OPENED)
    expect(opened.machine.phase).toBe('catching-up')
    expect(opened.effects).toEqual([{ kind: 'catch-up', isDataLost: true }])
    const away: LinkEvent = { kind: 'broker-lost', problem: connectionLost() }
    const dark = run(opened.machine, away, CAUGHT_UP)
    expect(dark.machine.phase).toBe('broker-lost')
    const back = run(dark.machine, { kind: 'broker-restored', isDataLost: false })
    expect(back.effects).toEqual([{ kind: 'catch-up', isDataLost: false }])
    expect(run(back.machine, CAUGHT_UP).machine).toMatchObject({ phase: 'connected', failures: 0 })
  })

  it('keeps counting failures while sessions end before they have caught up', () => {
    const { machine } = run(idle([7496]), START, OPENED, ended(lost), RETRY, OPENED, ended(lost))
    expect(machine).toMatchObject({ phase: 'waiting', failures: 2 })
  })

  it('is deaf to everything late once stopped', () => {
    const { machine } = run(idle(), START, OPENED, { kind: 'stop' })
    expect(machine.phase).toBe('stopped')
    const late: readonly LinkEvent[] = [RETRY, ended(lost), CAUGHT_UP]
    expect(run(machine, ...late)).toEqual({ machine, effects: [] })
  })

  it('connects anew at once on demand, also while it waits', () => {
    const waiting = run(idle([7496]), START, ended(closed)).machine
    const { effects } = run(waiting, { kind: 'reconnect', reason: 'asked' })
    expect(effects).toEqual([{ kind: 'close' }, { kind: 'open', port: 7496 }])
  })
})
