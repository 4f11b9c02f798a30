import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SettingsStore } from '#ports/settings-store.ts'
import { err, ok, type Result } from '#shared/result.ts'

type Variables = Readonly<Record<string, string | undefined>>
type Values = Readonly<Record<string, unknown>>

/** Where programs of this system keep what they own for one user. */
export function usualDataDir(platform: string, variables: Variables): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Truebook')
  if (platform === 'win32') {
    return join(variables['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Truebook')
  }
  return join(variables['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'truebook')
}

const pathIn = (dataDir: string): string => join(dataDir, 'settings.json')

/** settings.json of a data directory. */
export const settingsFile = (dataDir: string): SettingsStore => ({
  spelling: (key) => `"${key}" in ${pathIn(dataDir)}`,
  read: () => readSettingsFile(dataDir),
  write: (values) => writeSettingsFile(dataDir, values),
})

/** What settings.json of a data directory says; nothing when there is none. */
export function readSettingsFile(dataDir: string): Result<Values, string> {
  const path = pathIn(dataDir)
  if (!existsSync(path)) return ok({})
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof read !== 'object' || read === null || Array.isArray(read)) {
      return err(`${path} must hold one JSON object.`)
    }
    if ('dataDir' in read) {
      return err(`${path} lies in the data directory and cannot choose it: use --data-dir.`)
    }
    return ok({ ...read })
  } catch (error) {
    return err(
      `${path} cannot be read: ${why(error)}. Correct it, or move it away to use the defaults.`,
    )
  }
}

/**
 * Changes keys of settings.json; null removes one. The file is read anew, so that what was written
 * into it meanwhile stays, as do keys nobody knows, their order and the indentation.
 */
function writeSettingsFile(dataDir: string, values: Values): Result<null, string> {
  const read = readSettingsFile(dataDir)
  if (!read.ok) return read
  const path = pathIn(dataDir)
  const kept: Record<string, unknown> = { ...read.value }
  for (const [key, value] of Object.entries(values)) {
    if (value === null) Reflect.deleteProperty(kept, key)
    else kept[key] = value
  }
  try {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    replace(path, `${JSON.stringify(kept, null, indentOf(text))}\n`)
    return ok(null)
  } catch (error) {
    return err(`${path} cannot be written: ${why(error)}. Nothing was changed.`)
  }
}

/** The indentation of the first key; two blanks where there is none to see. */
const indentOf = (text: string): string => /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? '  '

/** Written beside and renamed: whenever the machine stops, one of the two is there, whole. */
function replace(path: string, text: string): void {
  // A link to a file elsewhere stays a link.
  const target = existsSync(path) ? realpathSync(path) : path
  const beside = `${target}.new`
  mkdirSync(dirname(target), { recursive: true })
  try {
    const file = openSync(beside, 'w')
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    if (existsSync(target)) chmodSync(beside, statSync(target).mode)
    renameSync(beside, target)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error))
