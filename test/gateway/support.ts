import { connect, type Socket } from 'node:net'
import { EventName, IBApi } from '@stoqey/ib'
import { startGateway, type Gateway } from '#gateway/gateway.ts'
import type { GatewayOptions } from '#gateway/options.ts'
import { realTime } from '#gateway/real-time.ts'
import { memorySink, type RecordSink } from '#gateway/record.ts'
import type { Clock, Scheduler } from '#gateway/timeline.ts'

/** 2026-11-20 15:00 UTC, a Friday morning in New York. */
const MORNING = Date.UTC(2026, 10, 20, 15)

export type ManualTime = Clock & Scheduler & { readonly advance: (ms: number) => void }

/** Time that stands still until a test moves it. */
export function manualTime(start: number = MORNING): ManualTime {
  let now = start
  const timers = new Set<{ readonly time: number; readonly task: () => void }>()
  return {
    now: () => now,
    after: (ms, task) => {
      const timer = { time: now + ms, task }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance: (ms) => {
      const end = now + ms
      for (;;) {
        const [next] = [...timers].filter((one) => one.time <= end).sort((a, b) => a.time - b.time)
        if (next === undefined) break
        timers.delete(next)
        now = Math.max(now, next.time)
        next.task()
      }
      now = end
    },
  }
}

const running = new Set<() => Promise<void> | void>()

/** Ends everything a test started. */
export async function endAll(): Promise<void> {
  const ends = [...running].reverse()
  running.clear()
  for (const end of ends) await end()
}

export type TestGateway = Gateway & {
  readonly time: ManualTime
  readonly sink: RecordSink
  readonly logged: string[]
}

/** A gateway whose time stands still; nothing trades until the time is advanced. */
export async function aGateway(
  options: Partial<GatewayOptions> = {},
  start: number = MORNING,
): Promise<TestGateway> {
  const time = manualTime(start)
  const sink = memorySink()
  const logged: string[] = []
  const gateway = await startGateway({
    clock: time,
    scheduler: time,
    wall: () => 1_700_000_000_000.5,
    record: sink,
    log: (sentence) => void logged.push(sentence),
    ...options,
  })
  running.add(gateway.close)
  return { ...gateway, time, sink, logged }
}

/** A gateway whose time runs, many times as fast as ours. */
export async function aRunningGateway(
  speed: number,
  options: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  const time = realTime(() => Date.now(), speed)
  const gateway = await startGateway({ clock: time, scheduler: time, wall: Date.now, ...options })
  running.add(gateway.close)
  return gateway
}

export type Json = Readonly<Record<string, unknown>>

export const linesOf = (record: string): readonly Json[] =>
  record
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json)

/** One frame: the length and the body. */
export function frame(body: string | Buffer): Buffer {
  const bytes = Buffer.from(body)
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** A request of tokens, each ended by NUL. */
export const request = (...tokens: readonly (string | number)[]): Buffer =>
  frame(`${tokens.join('\0')}\0`)

export const greeting = (range = 'v100..193'): Buffer =>
  Buffer.concat([Buffer.from('API\0'), frame(range)])

export type RawClient = {
  readonly socket: Socket
  readonly messages: (readonly string[])[]
  readonly send: (...tokens: readonly (string | number)[]) => void
  readonly write: (bytes: Buffer) => void
  /** Resolves with the first message the test holds for, already here or still to come. */
  readonly until: (
    test: (tokens: readonly string[]) => boolean,
    from?: number,
  ) => Promise<readonly string[]>
  /** The next message of an id, counted from now on or from an earlier mark. */
  readonly message: (id: number, from?: number) => Promise<readonly string[]>
  readonly of: (id: number) => (readonly string[])[]
  readonly closed: Promise<void>
}

/** A bare socket that cuts what it gets into messages and knows nothing else. */
export function rawClient(port: number): RawClient {
  const socket = connect(port, '127.0.0.1')
  const messages: (readonly string[])[] = []
  const waiting = new Set<() => void>()
  let pending = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes])
    while (pending.length >= 4 && pending.length >= 4 + pending.readInt32BE(0)) {
      const end = 4 + pending.readInt32BE(0)
      messages.push(pending.toString('utf8', 4, end).split('\0').slice(0, -1))
      pending = pending.subarray(end)
    }
    for (const look of waiting) look()
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  running.add(() => void socket.destroy())
  const until: RawClient['until'] = (test, from = 0) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = messages.slice(from).find(test)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return {
    socket,
    messages,
    write: (bytes) => void socket.write(bytes),
    send: (...tokens) => void socket.write(request(...tokens)),
    until,
    message: (id, from) => until((tokens) => tokens[0] === String(id), from),
    of: (id) => messages.filter((tokens) => tokens[0] === String(id)),
    closed,
  }
}

/** A bare client whose session is open. */
export async function openRaw(
  port: number,
  clientId: number,
  range = 'v100..193',
): Promise<RawClient> {
  const client = rawClient(port)
  client.write(Buffer.concat([greeting(range)]))
  await client.until((tokens) => /^\d{3}$/.test(tokens[0] ?? ''))
  client.send(71, 2, clientId, '')
  await client.until((tokens) => tokens[0] === '4' && tokens[3] === '2158')
  // The version frame is no message; without it message ids are what they seem.
  client.messages.shift()
  return client
}

export type RealClient = {
  readonly ib: IBApi
  readonly events: { readonly name: string; readonly args: readonly unknown[] }[]
  readonly of: (name: EventName) => readonly (readonly unknown[])[]
  readonly until: (name: EventName) => Promise<readonly unknown[]>
  /** What the client could not decode. */
  readonly undecoded: () => readonly string[]
}

/** The plain client of @stoqey/ib with an open session. */
export async function realClient(port: number, clientId: number): Promise<RealClient> {
  const ib = new IBApi({ host: '127.0.0.1', port, clientId, maxReqPerSec: 1000 })
  const events: RealClient['events'] = []
  const of = (name: EventName): readonly (readonly unknown[])[] =>
    events.filter((event) => event.name === (name as string)).map((event) => event.args)
  ib.on(EventName.all, (name, args) => {
    const event: string = name
    if (event !== 'sent' && event !== 'received') events.push({ name: event, args })
  })
  const until = (name: EventName): Promise<readonly unknown[]> =>
    new Promise((resolve) => {
      const known = of(name)[0]
      if (known !== undefined) resolve(known)
      else ib.once(name, (...args: unknown[]) => resolve(args))
    })
  running.add(() => void ib.disconnect())
  const open = until(EventName.nextValidId)
  ib.connect(clientId)
  await open
  return {
    ib,
    events,
    of,
    until,
    undecoded: () =>
      of(EventName.error)
        .filter(([, code]) => code === 505)
        .map(([error]) => String(error)),
  }
}

/** Lets sockets deliver what was written. */
export const settle = (ms = 40): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const AAPL = 265598
export const ACCOUNT = 'DEMO1000001'
