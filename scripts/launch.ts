import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { buildIfNeeded } from './build-if-needed.ts'
import { RUNTIME_FLAGS, RUNTIME_VARIABLES } from './runtime.ts'

/** Builds what is needed and starts the browser shell with the flags given. */

const PROJECT = resolve(import.meta.dirname, '..')
/** What V8 made of the code the last time: a start need not compile it anew. */
const NODE_COMPILE_CACHE = join(PROJECT, 'node_modules', '.cache', 'truebook', 'compiled')

buildIfNeeded()
const child = spawn(
  process.execPath,
  [...RUNTIME_FLAGS, join(PROJECT, 'out', 'main', 'web.js'), ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, ...RUNTIME_VARIABLES, NODE_COMPILE_CACHE } },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The child ends in its own time; we end with it.
  process.on(signal, () => child.kill(signal))
}
child.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 0 : 1)
})
