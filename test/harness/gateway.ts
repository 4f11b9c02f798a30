import { readFileSync } from 'node:fs'
import { startGateway, type Gateway } from '#gateway/gateway.ts'
import type { GatewayOptions } from '#gateway/options.ts'
import { realTime } from '#gateway/real-time.ts'
import { memorySink } from '#gateway/record.ts'
import { readRecord, type RecordedDay } from './record.ts'
import { startProgram, type Program } from './program.ts'

type Json = Readonly<Record<string, unknown>>

/** The simulated gateway as a process, with its control port. */
export type GatewayProgram = Control & { readonly port: number; readonly program: Program }

export type Control = {
  readonly tell: (path: string, body?: Json) => Promise<Json>
  readonly ask: (path: string) => Promise<Json>
  /** Everything that has truly happened so far, read from the record's file. */
  readonly record: () => Promise<RecordedDay>
  /** Stops the market and every flood, and lets what was under way arrive. */
  readonly hush: () => Promise<void>
}

/** A correction is told up to 8 s after its execution, its commission up to 9 s after that. */
const LATEST_SECONDS = 20

/** Commands to a gateway, wherever it was started. */
export function controlOf(port: number, recordFile: string): Control {
  const send = async (path: string, init: RequestInit): Promise<Json> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    const answer = (await response.json()) as Json
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer
  }
  const tell: Control['tell'] = (path, body = {}) =>
    send(path, { method: 'POST', body: JSON.stringify(body) })
  return {
    tell,
    ask: (path) => send(path, { method: 'GET' }),
    record: async () => {
      await tell('/flush')
      return readRecord(readFileSync(recordFile, 'utf8'))
    },
    hush: async () => {
      await tell('/scenario', { name: 'calm' })
      await tell('/pause')
      await tell('/advance', { seconds: LATEST_SECONDS })
    },
  }
}

export async function startGatewayProgram(
  recordFile: string,
  flags: readonly string[] = [],
): Promise<GatewayProgram> {
  const program = startProgram('src-main/gateway/main.ts', [
    ...['--port', '0', '--control-port', '0', '--record', recordFile],
    // A test that runs over New York's midnight still gets yesterday's executions.
    ...['--replay-days', '1'],
    ...flags,
  ])
  const [, port] = await program.says(/^gateway listening on 127\.0\.0\.1:(\d+)$/)
  const [, controlPort] = await program.says(/^control on 127\.0\.0\.1:(\d+)$/)
  return { ...controlOf(Number(controlPort), recordFile), port: Number(port), program }
}

/** Midnight in New York before a Monday: where a simulated week begins. */
export const MONDAY = Date.UTC(2026, 10, 16, 5)

/** The simulated gateway in this process, in a time of its own. */
export type StandingGateway = Omit<Gateway, 'record' | 'advance'> & {
  /** Moves the simulated time on; clients are told everything that happens meanwhile. */
  readonly advance: (simulatedMs: number) => Promise<void>
  readonly record: () => Promise<RecordedDay>
  /** The record's lines as they are written. */
  readonly recordText: () => Promise<string>
}

/**
 * Starts a gateway here whose time stands still until it is advanced: with the same seed the same
 * things happen at the same moments, however fast the machine is.
 */
export async function startStandingGateway(
  options: Partial<GatewayOptions> = {},
  start: number = MONDAY,
): Promise<StandingGateway> {
  const time = realTime(() => 0, 0, start)
  const gateway = await startGateway({
    clock: time,
    scheduler: time,
    skip: time.skip,
    wall: () => performance.timeOrigin + performance.now(),
    record: memorySink(),
    ...options,
  })
  return {
    ...gateway,
    advance: async (simulatedMs) => {
      await gateway.advance(simulatedMs)
    },
    record: async () => readRecord(await gateway.record()),
    recordText: gateway.record,
  }
}
