import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { GATEWAY_FLAGS } from '../scripts/runtime.ts'

/** What one gateway process sends to one client that only drains its socket. */
export type GatewayRates = {
  readonly ticksPerSecond: number
  /** Executions with their commissions. */
  readonly executionsPerSecond: number
}

const MEASURED_MS = 3000
const LINES = 100
const EXECUTIONS = 200_000
const CLIENT_ID = 7
/** Time so fast that the market always has more ticks than the socket takes. */
const FASTEST = ['--speed', '1000', '--scenario', 'calm']

const PROGRAM = resolve(import.meta.dirname, '../src-main/gateway/main.ts')

type Running = {
  readonly port: number
  readonly stop: () => Promise<void>
}

/**
 * A gateway in a process of its own. It has no control port: with one the record is kept in
 * memory.
 */
async function startGateway(flags: readonly string[]): Promise<Running> {
  const own = ['--port', '0', '--master-client-id', String(CLIENT_ID)]
  const child = spawn(process.execPath, [...GATEWAY_FLAGS, PROGRAM, ...own, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let port = 0
  for await (const line of createInterface(child.stdout)) {
    port = Number(line.split(':').at(-1))
    break
  }
  return {
    port,
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}

const frame = (body: string): Buffer => {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, Buffer.from(body, 'latin1')])
}

const request = (...tokens: readonly (string | number)[]): Buffer => frame(`${tokens.join('\0')}\0`)

/** Counts messages by their first byte and throws them away; frames are cut, never decoded. */
function drain(port: number): { readonly socket: Socket; readonly counts: Map<string, number> } {
  const socket = connect(port, '127.0.0.1')
  const counts = new Map<string, number>()
  let pending = Buffer.alloc(0)
  socket.on('data', (bytes: Buffer) => {
    const all = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
    let at = 0
    while (at + 4 <= all.length && at + 4 + all.readInt32BE(at) <= all.length) {
      const end = all.indexOf(0, at + 4)
      const id = all.toString('latin1', at + 4, end)
      counts.set(id, (counts.get(id) ?? 0) + 1)
      at += 4 + all.readInt32BE(at)
    }
    pending = Buffer.from(all.subarray(at))
  })
  socket.write(Buffer.concat([Buffer.from('API\0'), frame('v100..193')]))
  socket.write(request(71, 2, CLIENT_ID, ''))
  return { socket, counts }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function measureTicks(): Promise<number> {
  const gateway = await startGateway(FASTEST)
  const { socket, counts } = drain(gateway.port)
  const nothing = Array.from({ length: 11 }, () => '')
  for (let line = 0; line < LINES; line += 1)
    socket.write(request(1, 11, 1000 + line, shareOf(line), ...nothing, 0, '', 0, 0, ''))
  await wait(1000)
  const ticks = (): number => (counts.get('1') ?? 0) + (counts.get('2') ?? 0)
  const [before, start] = [ticks(), performance.now()]
  await wait(MEASURED_MS)
  const rate = ((ticks() - before) * 1000) / (performance.now() - start)
  socket.destroy()
  await gateway.stop()
  return rate
}

/** Shares that trade in dollars, by conId. */
const SHARES = [265598, 272093, 3691937, 4815747, 208813720, 107113386, 76792991, 4391, 8314]
const shareOf = (line: number): number => SHARES[line % SHARES.length] ?? 0

/** The flood begins once the client is in; it is measured from what has come first. */
async function measureExecutions(record: string | null): Promise<number> {
  const flood = ['--scenario', `flood:${EXECUTIONS}`]
  const gateway = await startGateway(record === null ? flood : [...flood, '--record', record])
  const { socket, counts } = drain(gateway.port)
  const told = (): number => Math.min(counts.get('11') ?? 0, counts.get('59') ?? 0)
  while (told() === 0) await wait(0)
  const [before, start] = [told(), performance.now()]
  while (told() < EXECUTIONS) await wait(5)
  const rate = ((told() - before) * 1000) / (performance.now() - start)
  socket.destroy()
  await gateway.stop()
  return rate
}

/** Measures a gateway in its own process, without a record or with one kept in a file. */
export async function measureGateway(hasRecord = false): Promise<GatewayRates> {
  const record = hasRecord ? join(tmpdir(), `gateway-bench-${process.pid}.jsonl`) : null
  try {
    return {
      ticksPerSecond: Math.round(await measureTicks()),
      executionsPerSecond: Math.round(await measureExecutions(record)),
    }
  } finally {
    if (record !== null) rmSync(record, { force: true })
  }
}

if (import.meta.main) {
  console.log('record off', await measureGateway())
  console.log('record on', await measureGateway(true))
}
