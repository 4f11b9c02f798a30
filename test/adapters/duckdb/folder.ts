import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import type { Changes, Ledger, LedgerFailure } from '#ports/ledger.ts'

export const MIGRATIONS = resolve('resources/migrations')

/** A folder of its own for one test. */
export async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'truebook-test-'))
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const fileIn = (folder: string): string => join(folder, 'DU1234567.duckdb')

/** Opens the ledger of the usual account. @throws {Error} with the sentence when it cannot. */
export async function openIn(folder: string, migrations = MIGRATIONS): Promise<Ledger> {
  const opened = await ledgerIn({ folder, migrations })('DU1234567')
  if (!opened.ok) throw new Error(opened.error.sentence)
  return opened.value
}

/** Why it cannot be opened. @throws {Error} when it can. */
export async function refusalIn(folder: string, migrations = MIGRATIONS): Promise<LedgerFailure> {
  const opened = await ledgerIn({ folder, migrations })('DU1234567')
  if (opened.ok) {
    await opened.value.close()
    throw new Error('it was opened')
  }
  return opened.error
}

/** Changes of nothing but what is given. */
export const changes = (over: Partial<Changes> = {}): Changes => ({
  executions: [],
  cashEntries: [],
  allocations: [],
  breakCauses: [],
  lateExecutions: [],
  newFills: [],
  changedFills: [],
  attributions: [],
  reattributed: [],
  commissions: [],
  orders: [],
  instruments: [],
  positions: [],
  positionChanges: [],
  adjustments: [],
  accountSummaries: [],
  prices: [],
  journal: [],
  snapshots: [],
  snapshotsDropped: [],
  drawdowns: [],
  runs: [],
  breaks: [],
  portfolio: [],
  ...over,
})

/** What a query of a ledger file answers, as text. */
export async function rowsOf(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const result = await connection.runAndReadAll(sql)
  instance.closeSync()
  return result.getRowsJson()
}

/** Runs a statement in a ledger file that nobody has open. */
export async function runIn(path: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(path)
  const connection = await instance.connect()
  await connection.run(sql)
  connection.closeSync()
  instance.closeSync()
}
