import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of a test's own, with room for several data directories. */
export type Folder = {
  readonly path: (name: string) => string
  readonly dataDir: (name: string) => string
  readonly remove: () => void
}

export function makeFolder(): Folder {
  const root = mkdtempSync(join(tmpdir(), 'truebook-test-'))
  const path = (name: string): string => join(root, name)
  return {
    path,
    dataDir: (name) => {
      mkdirSync(path(name), { recursive: true })
      return path(name)
    },
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  }
}
