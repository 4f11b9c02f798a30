import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { GATEWAY_FLAGS, RUNTIME_FLAGS, RUNTIME_VARIABLES } from '../scripts/runtime.ts'
import type { Command, Ready, Reply } from './messages.ts'

const PROJECT = resolve(import.meta.dirname, '..')

/** The simulated gateway in a process of its own. */
export type Gateway = {
  readonly port: number
  readonly post: (path: string, body?: unknown) => Promise<unknown>
  /** Flushes the record and ends it. */
  readonly stop: () => Promise<void>
}

export async function startGateway(record: string, more: readonly string[] = []): Promise<Gateway> {
  const program = join(PROJECT, 'src-main/gateway/main.ts')
  const flags = [
    '--port',
    '0',
    '--control-port',
    '0',
    '--master-client-id',
    '7',
    '--record',
    record,
  ]
  const child = spawn(process.execPath, [...GATEWAY_FLAGS, program, ...flags, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)
  const ports: number[] = []
  for await (const line of lines) {
    ports.push(Number(line.split(':').at(-1)))
    if (ports.length === 2) break
  }
  const [port = 0, control = 0] = ports
  return {
    port,
    post: async (path, body = {}) => {
      const answer = await fetch(`http://127.0.0.1:${control}${path}`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(await answer.text())
      return answer.json()
    },
    stop: () => end(child),
  }
}

/** The core under measurement. */
export type App = {
  readonly ready: Ready
  readonly ask: <What extends Reply['what']>(
    what: Command['what'],
    answer: What,
  ) => Promise<Extract<Reply, { what: What }>>
  readonly kill: () => Promise<void>
  readonly stop: () => Promise<void>
}

export async function startApp(dataDir: string, port: number): Promise<App> {
  const child = fork(join(PROJECT, 'bench/app.ts'), [dataDir, String(port)], {
    cwd: PROJECT,
    execArgv: [...RUNTIME_FLAGS],
    env: { ...process.env, ...RUNTIME_VARIABLES },
  })
  const next = async <What extends Reply['what']>(
    what: What,
  ): Promise<Extract<Reply, { what: What }>> => {
    for (;;) {
      const [reply] = (await once(child, 'message')) as [Reply]
      if (reply.what === what) return reply as Extract<Reply, { what: What }>
    }
  }
  const ready = await next('ready')
  return {
    ready,
    ask: (what, answer) => {
      const answered = next(answer)
      child.send({ what })
      return answered
    },
    kill: () => end(child, 'SIGKILL'),
    stop: async () => {
      const ended = once(child, 'exit')
      child.send({ what: 'stop' })
      await ended
    },
  }
}

/** The core on a gateway, its book opened, and the market paused so that it is quiet. */
export async function openedApp(folder: string, gateway: Gateway): Promise<App> {
  const app = await startApp(folder, gateway.port)
  await until(app, ({ opening }) => opening !== 'awaiting')
  await gateway.post('/pause')
  await until(app, ({ depth, pending, isReconciling }) => {
    return depth === 0 && pending === 0 && !isReconciling
  })
  return app
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

/** Asks the app for its state until it is as wanted. @throws {Error} after `limitMs`. */
export async function until(
  app: App,
  isAsWanted: (state: Extract<Reply, { what: 'state' }>) => boolean,
  limitMs = 180_000,
): Promise<void> {
  const start = performance.now()
  for (;;) {
    const state = await app.ask('state', 'state')
    if (isAsWanted(state)) return
    if (performance.now() - start > limitMs)
      throw new Error(`Waited too long: ${JSON.stringify(state)}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
