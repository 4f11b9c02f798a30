import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { resolve } from 'node:path'

/** The root of the repository. */
export const PROJECT = resolve(import.meta.dirname, '../..')

export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A process of ours, and everything it has said. */
export type Program = {
  readonly pid: number
  readonly stdout: readonly string[]
  readonly stderr: readonly string[]
  readonly ended: Promise<Ending>
  /** The first line of stdout that matches. @throws when it ends, or takes too long, before. */
  readonly says: (pattern: RegExp, withinMs?: number) => Promise<RegExpExecArray>
  /** Asks something of a program that was started to be asked. */
  readonly ask: (question: {
    readonly source: string
    readonly argument: unknown
  }) => Promise<unknown>
  /** Ends it at once, like a power cut. */
  readonly kill: () => Promise<Ending>
  /** Asks it to end, and ends it when it does not. */
  readonly stop: () => Promise<Ending>
}

const STARTS_WITHIN_MS = 30_000
const STOPS_WITHIN_MS = 10_000

const running = new Set<Program>()

type How = {
  /** Flags of Node itself. */
  readonly before?: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  /** It can be asked: it listens for messages and answers each by its id. */
  readonly canBeAsked?: boolean
}

/** Runs a program of this repository with the Node that runs the tests. */
export function startProgram(file: string, args: readonly string[], how: How = {}): Program {
  const command = [...(how.before ?? []), resolve(PROJECT, file), ...args]
  const child = spawn(process.execPath, command, {
    cwd: PROJECT,
    env: { ...process.env, ...how.variables },
    stdio: ['ignore', 'pipe', 'pipe', ...(how.canBeAsked === true ? ['ipc' as const] : [])],
    // A group of its own: what it starts in turn ends with it.
    detached: process.platform !== 'win32',
  })
  return attach(child)
}

/** Looks after a process that somebody else has started. */
export function attach(child: ChildProcess): Program {
  const program = watch(child)
  running.add(program)
  void program.ended.then(() => running.delete(program))
  return program
}

/** Ends every process this file has started; for `afterAll`, whatever happened before. */
export async function endAllPrograms(): Promise<void> {
  await Promise.all([...running].map((program) => program.kill()))
}

function watch(child: ChildProcess): Program {
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')]
  const ended = new Promise<Ending>((settle) => {
    child.once('close', (code, signal) => settle({ code, signal }))
    child.once('error', () => settle({ code: null, signal: null }))
  })
  const signal = (name: NodeJS.Signals): void => void child.kill(name)
  const kill = async (): Promise<Ending> => {
    endGroup(child)
    return await ended
  }
  return {
    pid: child.pid ?? 0,
    stdout: stdout.lines,
    ask: asker(child, ended, stderr.lines),
    stderr: stderr.lines,
    ended,
    says: (pattern, withinMs = STARTS_WITHIN_MS) =>
      within(
        withinMs,
        stdout.find(pattern, ended),
        () => `It never said ${String(pattern)}.`,
      ).catch((error: unknown) => {
        throw new Error([String(error), ...stdout.lines, ...stderr.lines].join('\n'))
      }),
    kill,
    stop: async () => {
      signal('SIGTERM')
      const late = setTimeout(() => void kill(), STOPS_WITHIN_MS)
      const ending = await ended
      clearTimeout(late)
      return ending
    },
  }
}

type Told = { readonly id: number; readonly value?: unknown; readonly error?: string }

function asker(
  child: ChildProcess,
  ended: Promise<Ending>,
  complaints: readonly string[],
): Program['ask'] {
  let asked = 0
  const late = (what: string): Error => new Error([what, ...complaints.slice(-20)].join('\n'))
  return ({ source, argument }) =>
    new Promise((resolve, reject) => {
      const id = (asked += 1)
      const hear = (told: Told): void => {
        if (told.id !== id) return
        child.off('message', hear)
        if (told.error === undefined) resolve(told.value)
        else reject(new Error(told.error))
      }
      if (!child.connected) {
        reject(late('It has ended.'))
        return
      }
      child.on('message', hear)
      void ended.then(() => reject(late('It ended before it answered.')))
      child.send({ id, source, argument })
    })
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has gone already.
  }
}

type Lines = {
  readonly lines: readonly string[]
  readonly find: (pattern: RegExp, ended: Promise<Ending>) => Promise<RegExpExecArray>
}

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): Lines {
  const lines: string[] = []
  const waiting = new Set<(line: string) => void>()
  const stream = child[name]
  if (stream === null) throw new Error(`no ${name}`)
  createInterface(stream).on('line', (line) => {
    lines.push(line)
    for (const hear of waiting) hear(line)
  })
  const find: Lines['find'] = (pattern, ended) =>
    new Promise((resolve, reject) => {
      const hear = (line: string): void => {
        const match = pattern.exec(line)
        if (match === null) return
        waiting.delete(hear)
        resolve(match)
      }
      waiting.add(hear)
      lines.forEach(hear)
      void ended.then(({ code, signal }) =>
        reject(new Error(`It ended (${code ?? signal ?? '?'}) without ${String(pattern)}.`)),
      )
    })
  return { lines, find }
}

/** A promise that is not waited for longer than so. */
export async function within<Value>(
  ms: number,
  promise: Promise<Value>,
  why: () => string,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(why())), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** Asks until the answer is yes; null, undefined and false are no. @throws when it never is. */
export async function eventually<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined | false> | Value | null | undefined | false,
  withinMs = 30_000,
): Promise<Value> {
  const end = performance.now() + withinMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`Not within ${withinMs / 1000} s: ${what}`)
    await sleep(50)
  }
}
