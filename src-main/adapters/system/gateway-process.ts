import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A program of ours running beside us, however it was started. */
export type Forked = {
  readonly stdout: NodeJS.ReadableStream | null
  readonly stderr: NodeJS.ReadableStream | null
  readonly once: (event: 'exit' | 'error', listener: (why: unknown) => void) => unknown
  /** Asks it to end. */
  readonly kill: () => unknown
}
/** Starts a program of ours, its output piped. */
export type Fork = (program: string, args: readonly string[]) => Forked

/** With the Node that runs us. */
export const forkNode: Fork = (program, args) =>
  spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })

export type GatewayFlags = {
  readonly scenario: string | undefined
  readonly seed: string | undefined
  readonly controlPort: string | undefined
  readonly record: string | undefined
  readonly masterClientId: string
}

export type GatewayProcess = {
  readonly port: number
  readonly stop: () => Promise<void>
}

/**
 * Starts the simulated gateway as a process of its own, on a free port.
 * @throws {Error} with the gateway's own sentence when it does not start.
 */
export async function startGatewayProcess(
  start: (args: readonly string[]) => Forked,
  flags: GatewayFlags,
): Promise<GatewayProcess> {
  const child = start(argumentsOf(flags))
  let hasEnded = false
  // It must not outlive us, whatever ends us.
  const end = (): void => void child.kill()
  process.once('exit', end)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasEnded = true
      process.off('exit', end)
      resolve()
    })
  })
  const port = await portOf(child)
  return {
    port,
    stop: async () => {
      if (hasEnded) return
      child.kill()
      await ended
    },
  }
}

function argumentsOf(flags: GatewayFlags): readonly string[] {
  const optional = [
    ['--scenario', flags.scenario],
    ['--seed', flags.seed],
    ['--control-port', flags.controlPort],
    ['--record', flags.record],
  ] as const
  return [
    '--port',
    '0',
    '--master-client-id',
    flags.masterClientId,
    ...optional.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
  ]
}

function portOf(child: Forked): Promise<number> {
  return new Promise((resolve, reject) => {
    const complaints: string[] = []
    if (child.stdout === null || child.stderr === null) throw new Error('the gateway has no output')
    createInterface(child.stderr).on('line', (line) => complaints.push(line))
    createInterface(child.stdout).on('line', (line) => {
      const listening = /^gateway listening on 127\.0\.0\.1:(\d+)$/.exec(line)
      if (listening) resolve(Number(listening[1]))
    })
    child.once('error', (why) => reject(why instanceof Error ? why : new Error(String(why))))
    child.once('exit', () =>
      reject(new Error(complaints[0] ?? 'The simulated gateway ended before it listened.')),
    )
  })
}
