import { copyFileSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'

export type Migration = { readonly number: number; readonly name: string; readonly sql: string }

/** The file was written by a program that knows migrations this one does not. */
class NewerLedger extends Error {
  constructor(found: number, known: number) {
    super(`database file with version ${found} of the schema; this program knows ${known}`)
  }
}

/** The numbered migrations of a folder, in order. */
export function readMigrations(folder: string): readonly Migration[] {
  return readdirSync(folder)
    .filter((name) => /^\d{4}-.+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      number: Number(name.slice(0, 4)),
      name,
      sql: readFileSync(join(folder, name), 'utf8'),
    }))
}

/**
 * Brings the ledger's schema up to date: each missing migration in its own transaction, with a
 * copy of the file kept before it as `<file>.before-<number>`.
 * @throws {NewerLedger} when the ledger has migrations this program does not know.
 */
export async function migrate(
  connection: DuckDBConnection,
  path: string,
  migrations: readonly Migration[],
): Promise<void> {
  await connection.run(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL)',
  )
  const found = await connection.runAndReadAll('SELECT coalesce(max(number), 0) FROM migrations')
  const done = Number(found.getRows()[0]?.[0] ?? 0)
  const known = migrations.at(-1)?.number ?? 0
  if (done > known) throw new NewerLedger(done, known)
  for (const migration of migrations.filter(({ number }) => number > done)) {
    if (done > 0) await keepCopy(connection, path, migration.number)
    await connection.run('BEGIN TRANSACTION')
    await connection.run(migration.sql)
    await connection.run('INSERT INTO migrations VALUES ($1, $2)', [
      migration.number,
      migration.name,
    ])
    await connection.run('COMMIT')
  }
}

async function keepCopy(connection: DuckDBConnection, path: string, number: number): Promise<void> {
  const copy = `${path}.before-${String(number).padStart(4, '0')}`
  // What is still in the write-ahead log must be in the file before the file is copied.
  await connection.run('CHECKPOINT')
  // A copy cut short never bears the name of one; an older one, of a migration that failed, has
  // not what was written since.
  copyFileSync(path, `${copy}.part`)
  renameSync(`${copy}.part`, copy)
}
