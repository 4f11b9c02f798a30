import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { buildIfNeeded } from './build-if-needed.ts'
import { desktopHere } from './electron.ts'
import { RUNTIME_FLAGS, RUNTIME_VARIABLES } from './runtime.ts'

/**
 * Builds what is needed and starts the workstation with the flags given: in a window of its own
 * where one can be opened, else, or with `--browser`, in the browser.
 */

const PROJECT = resolve(import.meta.dirname, '..')
/** What V8 made of the code the last time: a start need not compile it anew. */
const NODE_COMPILE_CACHE = join(PROJECT, 'node_modules', '.cache', 'truebook', 'compiled')
const WINDOWLESS = ['--browser', '--no-open', '--help']

type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

function run(program: string, args: readonly string[]): Promise<Ending> {
  const child = spawn(program, [...args], {
    stdio: 'inherit',
    env: { ...process.env, ...RUNTIME_VARIABLES, NODE_COMPILE_CACHE },
  })
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal)
  // The child ends in its own time; we end with it.
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)
  return new Promise((settle) => {
    const end = (ending: Ending): void => {
      process.off('SIGINT', pass)
      process.off('SIGTERM', pass)
      settle(ending)
    }
    child.once('error', () => end({ code: 127, signal: null }))
    child.once('exit', (code, signal) => end({ code, signal }))
  })
}

const inBrowser = (flags: readonly string[]): Promise<Ending> =>
  run(process.execPath, [...RUNTIME_FLAGS, join(PROJECT, 'out', 'main', 'web.js'), ...flags])

/** Ours are 0, 1 and 2; a browser engine that cannot start ends otherwise. */
const neverStarted = ({ code, signal }: Ending): boolean =>
  code === null ? signal !== 'SIGINT' && signal !== 'SIGTERM' : code > 2

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)

async function start(args: readonly string[]): Promise<Ending> {
  const flags = args.filter((flag) => flag !== '--browser')
  if (args.some((flag) => WINDOWLESS.includes(flag))) return inBrowser(flags)
  const desktop = desktopHere()
  if (desktop.kind === 'missing') {
    say(`No desktop window (${desktop.why}): opening in the browser.`)
    return inBrowser(flags)
  }
  const startedAt = performance.now()
  // After `--` no flag of ours is taken for one of Chromium's.
  const ending = await run(desktop.binary, [PROJECT, '--', ...flags])
  if (!neverStarted(ending) || performance.now() - startedAt > 10_000) return ending
  say(`The desktop window could not start (${ending.signal ?? ending.code ?? ''}): in the browser.`)
  return inBrowser(flags)
}

buildIfNeeded()
const { code, signal } = await start(process.argv.slice(2))
process.exitCode = code ?? (signal === null ? 0 : 128 + constants.signals[signal])
