import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, realpathSync } from 'node:fs'
import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const CONFIGS = [
  '.dependency-cruiser.cjs',
  'eslint.config.mjs',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'src-shared/tsconfig.json',
  'src-main/tsconfig.json',
  'src-main/domain/tsconfig.json',
  'src-renderer/tsconfig.json',
  'test/tsconfig.json',
]

export type PlantedTree = { readonly root: string; readonly remove: () => void }

/**
 * A project of its own under the system's temporary folder: this project's configuration and
 * packages, and only the source files given. What a guard says of it, it would say here.
 */
export function plantTree(files: Readonly<Record<string, string>>): PlantedTree {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'truebook-planted-')))
  const place = (path: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    return join(root, path)
  }
  for (const config of CONFIGS) copyFileSync(join(ROOT, config), place(config))
  // A folder of links, not a link to the folder: what tools keep in node_modules/.cache stays here.
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name.startsWith('.')) continue
    symlinkSync(join(ROOT, 'node_modules', name), place(`node_modules/${name}`))
  }
  for (const [path, code] of Object.entries(files)) writeFileSync(place(path), code)
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

/** What a tool of this project prints when run in a folder, whatever its exit code. */
export const run = (tool: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const command = [join(ROOT, 'node_modules', tool), ...args]
    execFile(process.execPath, command, { cwd, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error && stdout === '') reject(new Error(`${tool} said nothing: ${stderr}`))
      else resolve(stdout)
    })
  })
