import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Builds `out/` when a source is newer than what was built last; says nothing when it is not. */

const PROJECT = resolve(import.meta.dirname, '..')
const SOURCES = ['src-main', 'src-renderer', 'src-shared']
const FILES = ['package.json', 'package-lock.json', 'electron.vite.config.ts']
const BUILT = [
  'out/main/index.js',
  'out/main/web.js',
  'out/main/gateway.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
]

function newestIn(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const times = entries
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs)
  return Math.max(...times)
}

function isBuilt(): boolean {
  const built = BUILT.map((path) => join(PROJECT, path))
  if (!built.every((path) => existsSync(path))) return false
  const oldest = Math.min(...built.map((path) => statSync(path).mtimeMs))
  const sources = SOURCES.map((folder) => newestIn(join(PROJECT, folder)))
  const files = FILES.map((path) => statSync(join(PROJECT, path)).mtimeMs)
  return Math.max(...sources, ...files) < oldest
}

/** Makes sure that `out/` is what the sources say. @throws {Error} when the build fails. */
export function buildIfNeeded(): void {
  if (isBuilt()) return
  process.stdout.write('Building Truebook…\n')
  const tool = join(PROJECT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const build = spawnSync(process.execPath, [tool, 'build', '--logLevel', 'warn'], {
    cwd: PROJECT,
    encoding: 'utf8',
  })
  if (build.status === 0) return
  throw new Error(`The build failed:\n${build.stdout}\n${build.stderr}`)
}

if (process.argv[1] === import.meta.filename) buildIfNeeded()
