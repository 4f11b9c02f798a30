import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { err, ok, type Result } from '#shared/result.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Where programs of this system keep what they own for one user. */
export function usualDataDir(platform: string, variables: Variables): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Truebook')
  if (platform === 'win32') {
    return join(variables['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Truebook')
  }
  return join(variables['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'truebook')
}

/** What settings.json of a data directory says; nothing when there is none. */
export function readSettingsFile(
  dataDir: string,
): Result<Readonly<Record<string, unknown>>, string> {
  const path = join(dataDir, 'settings.json')
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
    const why = error instanceof Error ? error.message : String(error)
    return err(`${path} cannot be read: ${why}. Correct it, or move it away to use the defaults.`)
  }
}
