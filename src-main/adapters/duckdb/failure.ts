import { basename } from 'node:path'
import type { LedgerError, LedgerFailure } from '#ports/ledger.ts'

type Symptom = {
  readonly pattern: RegExp
  readonly kind: LedgerFailure['kind']
  readonly sentence: (path: string) => string
}

/** What DuckDB and the file system say, most specific first, and what it means to the trader. */
const SYMPTOMS: readonly Symptom[] = [
  {
    pattern: /doubled row/i,
    kind: 'doubled',
    sentence: () => 'A row committed before was in the ledger already.',
  },
  {
    pattern: /duplicate key|primary key or unique constraint/i,
    kind: 'duplicate',
    sentence: () => 'A row believed new is in the ledger already.',
  },
  {
    pattern: /could not set lock|conflicting lock|being used by another process|lock on file/i,
    kind: 'locked',
    sentence: (path) =>
      `The ledger ${path} is open in another program, probably a second Truebook: ` +
      'close that one first.',
  },
  {
    pattern:
      /no space left|disk full|ENOSPC|could not write all bytes|file too large|quota exceeded/i,
    kind: 'disk-full',
    sentence: (path) =>
      `The disk that holds ${path} is full: free some space. ` +
      'Nothing is lost; writing goes on by itself.',
  },
  {
    pattern: /read-only|permission denied|EACCES|EROFS|EPERM/i,
    kind: 'read-only',
    sentence: (path) =>
      `The ledger ${path} cannot be written: give yourself write permission there, ` +
      'or choose another folder with --data-dir.',
  },
  {
    pattern: /newer version of duckdb|storage version|database file with version/i,
    kind: 'newer',
    sentence: (path) =>
      `The ledger ${path} was written by a newer version of Truebook: ` +
      'install that version to open it.',
  },
  {
    pattern: /not a valid duckdb|corrupt|checksum|truncated|serializ|could not read enough bytes/i,
    kind: 'damaged',
    sentence: (path) =>
      `The ledger ${path} is damaged. It was left as it is: restore the latest copy beside it ` +
      `(${basename(path)}.before-*), or move it away and start anew; ` +
      "today's executions come again from the broker.",
  },
]

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What went wrong with the ledger file at `path`, in the trader's words. */
export function failureOf(error: unknown, path: string): LedgerFailure {
  const text = textOf(error)
  const symptom = SYMPTOMS.find(({ pattern }) => pattern.test(text))
  if (symptom) return { kind: symptom.kind, sentence: symptom.sentence(path) }
  return { kind: 'other', sentence: `The ledger ${path} cannot be used: ${text}` }
}

/** Why the folder of the ledgers cannot be made. */
export function folderFailure(error: unknown, folder: string): LedgerFailure {
  if (!/EEXIST|ENOTDIR/.test(textOf(error))) return failureOf(error, folder)
  const sentence =
    `The ledgers belong into the folder ${folder}, but a file is in its way: ` +
    'move it away, or choose another folder with --data-dir.'
  return { kind: 'read-only', sentence }
}

/** A write or a query that did not happen, as the port names it. */
export const ledgerError = (error: unknown, path: string): LedgerError =>
  Object.assign(new Error(textOf(error), { cause: error }), { failure: failureOf(error, path) })
