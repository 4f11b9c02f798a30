import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { buildIfNeeded } from './build-if-needed.ts'

/** Builds what is needed and starts the browser shell with the flags given. */

const PROJECT = resolve(import.meta.dirname, '..')

buildIfNeeded()
const child = spawn(
  process.execPath,
  [join(PROJECT, 'out', 'main', 'web.js'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The child ends in its own time; we end with it.
  process.on(signal, () => child.kill(signal))
}
child.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 0 : 1)
})
