import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok, type Result } from '#shared/result.ts'

/** Where a running Truebook answers scripts, and the token it wants from them. */
export type Address = {
  /** Such as `http://127.0.0.1:41234`, without a path. */
  readonly url: string
  readonly token: string
  readonly version: string
}

export const addressFile = (dataDir: string): string => join(dataDir, 'api.json')

/**
 * Tells scripts of this user where the program answers: a file only its owner can read, which
 * appears whole or not at all.
 * @returns how to take it back; another run's file stays.
 */
export function tellAddress(dataDir: string, address: Address): Result<() => void, string> {
  const path = addressFile(dataDir)
  const draft = `${path}.${process.pid}`
  try {
    rmSync(draft, { force: true })
    // wx: made anew with these rights, never written into what lies there.
    const text = `${JSON.stringify({ ...address, pid: process.pid }, null, 2)}\n`
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    const why = error instanceof Error ? error.message : String(error)
    return err(`Scripts cannot be told where the API is: ${path} cannot be written: ${why}.`)
  }
  return ok(() => {
    if (tokenIn(path) === address.token) rmSync(path, { force: true })
  })
}

function tokenIn(path: string): unknown {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof read === 'object' && read !== null && 'token' in read ? read.token : null
  } catch {
    return null
  }
}
