import { DuckDBInstance } from '@duckdb/node-api'
import { copyFileSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'

export type LedgerRow = Readonly<Record<string, string | null>>

export const ledgerPath = (dataDir: string, account = 'DEMO1000001'): string =>
  join(dataDir, 'ledger', `${account}.duckdb`)

/** Reads a ledger no process has open. Every value is text, decimals with all their digits. */
export async function readLedger(
  path: string,
  queries: readonly string[],
): Promise<readonly (readonly LedgerRow[])[]> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY', threads: '1' })
  const connection = await instance.connect()
  try {
    const answers: (readonly LedgerRow[])[] = []
    for (const query of queries) {
      const reader = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM (${query})`)
      answers.push(reader.getRowObjects() as LedgerRow[])
    }
    return answers
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Runs statements on a ledger no process has open. */
export async function changeLedger(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  for (const statement of statements) await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

/**
 * Copies a ledger with its logs, as a crash at this moment would leave them: false when the
 * write-ahead log was written into the file meanwhile, and the two do not belong together. The
 * files of the commit log come first: what they lack is in the others.
 */
export function copyLedger(from: string, to: string): boolean {
  const stateOf = (): string => {
    const { size, mtimeMs } = statSync(from)
    const log = statSync(`${from}.wal`, { throwIfNoEntry: false })
    return `${size} ${mtimeMs} ${log?.ino ?? 'none'}`
  }
  const before = stateOf()
  const logs = ['.commits-1', '.commits-2', '.wal'].filter((log) => existsSync(from + log))
  for (const log of logs) if (log !== '.wal') copyFileSync(from + log, to + log)
  copyFileSync(from, to)
  if (logs.includes('.wal')) copyFileSync(`${from}.wal`, `${to}.wal`)
  return stateOf() === before
}
