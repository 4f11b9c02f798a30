import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { Ledger, LedgerFailure, LedgerStatus, OpenLedger } from '#ports/ledger.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { utcMillis } from '#shared/time.ts'
import { Committer } from './committer.ts'
import { failureOf, folderFailure, ledgerError } from './failure.ts'
import { bounds, factsBetween, factsOfOrders, lateFactsIn } from './facts.ts'
import { foldBounds, foldedInstruments, foldsBetween } from './folds.ts'
import { historyOf } from './history.ts'
import { migrate, readMigrations, type Migration } from './migrate.ts'
import { PositionsLog } from './positions-log.ts'
import {
  fillsAfter,
  fillsExecuted,
  fillsOf,
  fillsOfOrders,
  findFills,
  loadBook,
  pageOfFills,
  pageOfOrders,
  positionKeys,
} from './queries.ts'
import {
  drawdowns,
  equityCurve,
  firstSnapshot,
  nextSnapshot,
  pricesAt,
  snapshotAt,
  snapshotRates,
  snapshotTimes,
} from './snapshots.ts'
import { writesOf } from './writes.ts'

/**
 * DuckDB within bounds: the app shares the machine with TWS. The log is written into the file every
 * 24 MB, so that what is replayed after a crash stays small.
 */
const OPTIONS = {
  // One thread: batches are small, and the other core is TWS's.
  threads: '1',
  memory_limit: '96MB',
  checkpoint_threshold: '24MB',
  // DuckDB takes one block for every column of every open table: of 256 KB, its default, 50 MB.
  default_block_size: '65536',
}

export type LedgerFolder = {
  /** Where `<account>.duckdb` lies; made when it is not there. */
  readonly folder: string
  /** The folder of the numbered SQL migrations. */
  readonly migrations: string
}

/** Opens ledgers, one DuckDB file per account, held exclusively. */
export const ledgerIn =
  ({ folder, migrations }: LedgerFolder): OpenLedger =>
  async (account) => {
    const path = join(folder, `${fileName(account)}.duckdb`)
    const made = makeFolder(folder)
    if (!made.ok) return made
    try {
      return ok(await openFile(path, readMigrations(migrations)))
    } catch (error) {
      return err(failureOf(error, path))
    }
  }

async function openFile(path: string, migrations: readonly Migration[]): Promise<Ledger> {
  const instance = await DuckDBInstance.create(path, OPTIONS)
  try {
    const connection = await instance.connect()
    await migrate(connection, path, migrations)
    const reader = await instance.connect()
    const committer = await Committer.open(connection, path)
    const positions = await PositionsLog.of(connection).catch(async (error: unknown) => {
      await committer.close()
      throw error
    })
    return new DuckLedger({ instance, connection, reader, committer, positions, path })
  } catch (error) {
    // A file left open here could not be opened again, not even by this very program.
    instance.closeSync()
    throw error
  }
}

/** The accounts that have a ledger in the folder, the one written last first. */
export function accountsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.duckdb'))
    .map((name) => ({ name, at: statSync(join(folder, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
    .map(({ name }) => name.slice(0, -'.duckdb'.length))
}

/** An account id is letters and digits; anything else could leave the folder. */
const fileName = (account: string): string => account.replace(/[^A-Za-z0-9_-]/g, '_')

function makeFolder(folder: string): Result<null, LedgerFailure> {
  try {
    mkdirSync(folder, { recursive: true })
    return ok(null)
  } catch (error) {
    return err(folderFailure(error, folder))
  }
}

type Opened = {
  readonly instance: DuckDBInstance
  readonly connection: DuckDBConnection
  /** Queries have their own connection: they see the last transaction, whatever goes on. */
  readonly reader: DuckDBConnection
  readonly committer: Committer
  readonly positions: PositionsLog
  readonly path: string
}

class DuckLedger implements Ledger {
  readonly #opened: Opened
  #isFolding = false

  constructor(opened: Opened) {
    this.#opened = opened
  }

  readonly commit: Ledger['commit'] = async (changes) => {
    const { committer, positions, path } = this.#opened
    try {
      await committer.commit(writesOf(changes, positions))
    } catch (error) {
      throw ledgerError(error, path)
    }
    if (positions.isLong && !this.#isFolding) void this.#fold()
  }

  /** Nothing committed waits for it; a log that could not be folded is read as it is. */
  async #fold(): Promise<void> {
    const { committer, positions } = this.#opened
    this.#isFolding = true
    await committer.alone(() => positions.fold()).catch(() => undefined)
    this.#isFolding = false
  }

  readonly load: Ledger['load'] = () => this.#read(loadBook)
  readonly fillsOf: Ledger['fillsOf'] = (strategy, conId) =>
    this.#read((reader) => fillsOf(reader, { strategy, conId }))
  readonly fillsAfter: Ledger['fillsAfter'] = (conId, after, limit) =>
    this.#read((reader) => fillsAfter(reader, { conId, after, limit }))
  readonly findFills: Ledger['findFills'] = (roots) =>
    this.#read((reader) => findFills(reader, roots))
  readonly fillsOfOrders: Ledger['fillsOfOrders'] = (orders) =>
    this.#read((reader) => fillsOfOrders(reader, orders))
  readonly fillsExecuted: Ledger['fillsExecuted'] = (after, limit) =>
    this.#read((reader) => fillsExecuted(reader, { after, limit }))
  readonly pageOfFills: Ledger['pageOfFills'] = (page) =>
    this.#read((reader) => pageOfFills(reader, page))
  readonly pageOfOrders: Ledger['pageOfOrders'] = (page) =>
    this.#read((reader) => pageOfOrders(reader, page))
  readonly positionKeys: Ledger['positionKeys'] = () => this.#read(positionKeys)
  readonly drawdowns: Ledger['drawdowns'] = () => this.#read(drawdowns)
  readonly history: Ledger['history'] = historyOf((run) => this.#read(run))
  readonly snapshots: Ledger['snapshots'] = {
    curve: (wanted) => this.#readSnapshots((reader) => equityCurve(reader, wanted)),
    at: (instant) => this.#readSnapshots((reader) => snapshotAt(reader, instant)),
    next: (instant) => this.#readSnapshots((reader) => nextSnapshot(reader, instant)),
    first: () => this.#readSnapshots(firstSnapshot),
    times: () => this.#readSnapshots(snapshotTimes),
    rates: () => this.#readSnapshots(snapshotRates),
    pricesAt: (at) => this.#read((reader) => pricesAt(reader, at)),
  }

  readonly facts: Ledger['facts'] = {
    bounds: (until) => this.#read((reader) => bounds(reader, until)),
    between: (wanted) => this.#read((reader) => factsBetween(reader, wanted)),
    ofOrders: (permIds) => this.#read((reader) => factsOfOrders(reader, permIds)),
    lateIn: (conId, within) => this.#read((reader) => lateFactsIn(reader, { conId, ...within })),
  }

  readonly folds: Ledger['folds'] = {
    instruments: () => this.#read(foldedInstruments),
    bounds: (conIds) => this.#read((reader) => foldBounds(reader, conIds)),
    between: (wanted) => this.#read((reader) => foldsBetween(reader, wanted)),
  }

  /** Asks the tables once they have all that was committed. */
  async #read<Value>(query: (reader: DuckDBConnection) => Promise<Value>): Promise<Value> {
    try {
      await this.#opened.committer.applied()
      return await query(this.#opened.reader)
    } catch (error) {
      throw ledgerError(error, this.#opened.path)
    }
  }

  /** What is never logged need not wait for the log. */
  async #readSnapshots<Value>(query: (reader: DuckDBConnection) => Promise<Value>): Promise<Value> {
    try {
      return await query(this.#opened.reader)
    } catch (error) {
      throw ledgerError(error, this.#opened.path)
    }
  }

  readonly status = (): LedgerStatus => ({
    path: this.#opened.path,
    sizeBytes: sizeOf(this.#opened.path),
    writeAheadLogBytes: sizeOf(`${this.#opened.path}.wal`),
    lastBackupAt: lastCopyOf(this.#opened.path),
  })

  readonly close = async (): Promise<void> => {
    const { committer, reader, positions, connection, instance } = this.#opened
    await committer.close()
    reader.closeSync()
    try {
      await positions.fold()
      await connection.run('CHECKPOINT')
    } catch {
      // A full disk, say: what is not in the file stays in the log beside it and is read from
      // there.
    }
    connection.closeSync()
    instance.closeSync()
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function lastCopyOf(path: string): LedgerStatus['lastBackupAt'] {
  const copies = readdirSync(dirname(path)).filter((name) =>
    name.startsWith(`${basename(path)}.before-`),
  )
  const times = copies.map((name) => statSync(join(dirname(path), name)).mtimeMs)
  return times.length === 0 ? null : utcMillis(Math.round(Math.max(...times)))
}
