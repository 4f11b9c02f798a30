import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

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
  program: string,
  flags: GatewayFlags,
): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [program, ...argumentsOf(flags)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // It must not outlive us, whatever ends us.
  process.once('exit', () => child.kill())
  const port = await portOf(child)
  return {
    port,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
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

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const complaints: string[] = []
    if (child.stdout === null || child.stderr === null) throw new Error('the gateway has no output')
    createInterface(child.stderr).on('line', (line) => complaints.push(line))
    createInterface(child.stdout).on('line', (line) => {
      const listening = /^gateway listening on 127\.0\.0\.1:(\d+)$/.exec(line)
      if (listening) resolve(Number(listening[1]))
    })
    child.once('error', reject)
    child.once('exit', () =>
      reject(new Error(complaints[0] ?? 'The simulated gateway ended before it listened.')),
    )
  })
}
