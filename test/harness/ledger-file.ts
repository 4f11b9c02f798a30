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
 * Copies a ledger with its write-ahead log, as a crash at this moment would leave them: false when
 * the log was written into the file meanwhile, and the two do not belong together.
 */
export function copyLedger(from: string, to: string): boolean {
  const stateOf = (): string => {
    const { size, mtimeMs } = statSync(from)
    const log = statSync(`${from}.wal`, { throwIfNoEntry: false })
    return `${size} ${mtimeMs} ${log?.ino ?? 'none'}`
  }
  const before = stateOf()
  copyFileSync(from, to)
  if (existsSync(`${from}.wal`)) copyFileSync(`${from}.wal`, `${to}.wal`)
  return stateOf() === before
}
