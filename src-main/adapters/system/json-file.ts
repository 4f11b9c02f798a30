import { readFileSync, renameSync, writeFileSync } from 'node:fs'

/** A small document that may be lost without harm. */
export type JsonFile = {
  /** What it holds; null when there is none, or none that can be read. */
  readonly read: () => unknown
  /** Replaces it as a whole, or not at all. */
  readonly write: (value: unknown) => void
}

export const jsonFile = (path: string): JsonFile => ({
  read: () => {
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as unknown
    } catch {
      return null
    }
  },
  write: (value) => {
    try {
      writeFileSync(`${path}.new`, JSON.stringify(value))
      renameSync(`${path}.new`, path)
    } catch {
      // Where a window stood is not worth a word.
    }
  },
})
