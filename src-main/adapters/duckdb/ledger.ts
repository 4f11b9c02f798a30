import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { JournalEntry } from '#ports/history.ts'
import type {
  AccountSummary,
  Changes,
  Ledger,
  LedgerFailure,
  LedgerStatus,
  OpenLedger,
} from '#ports/ledger.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { utcMillis } from '#shared/time.ts'
import type { Row } from './columns.ts'
import { failureOf, folderFailure, ledgerError } from './failure.ts'
import { bounds, factsBetween, factsOfOrders } from './facts.ts'
import { historyOf, REATTRIBUTIONS, reattributedRow } from './history.ts'
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
import * as cash from './cash.ts'
import * as reconciliation from './reconciliation.ts'
import * as rows from './rows.ts'
import * as tables from './tables.ts'
import {
  DRAWDOWN_STATE,
  drawdownRow,
  drawdowns,
  equityCurve,
  firstSnapshot,
  snapshotAt,
  pricesAt,
  snapshotRows,
  snapshotTimes,
  SNAPSHOT_TABLES,
} from './snapshots.ts'
import { Writer, type Write } from './writer.ts'

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
    const positions = await PositionsLog.of(connection)
    return new DuckLedger({ instance, connection, reader, positions, path })
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
  /** Queries have their own connection: they see the last commit and never wait for a writer. */
  readonly reader: DuckDBConnection
  readonly positions: PositionsLog
  readonly path: string
}

class DuckLedger implements Ledger {
  readonly #opened: Opened
  readonly #writer: Writer
  #folding: Promise<void> = Promise.resolve()

  constructor(opened: Opened) {
    this.#opened = opened
    this.#writer = new Writer(opened.connection)
  }

  readonly commit: Ledger['commit'] = async (changes) => {
    const { positions, path } = this.#opened
    await this.#folding
    try {
      await this.#writer.commit(writesOf(changes, positions))
    } catch (error) {
      throw ledgerError(error, path)
    }
    if (positions.isLong) this.#folding = this.#fold()
  }

  /** Nothing committed waits for it; a log that could not be folded is read as it is. */
  async #fold(): Promise<void> {
    await this.#opened.positions.fold().catch(() => undefined)
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
    curve: (wanted) => this.#read((reader) => equityCurve(reader, wanted)),
    at: (instant) => this.#read((reader) => snapshotAt(reader, instant)),
    first: () => this.#read(firstSnapshot),
    times: () => this.#read(snapshotTimes),
    pricesAt: (at) => this.#read((reader) => pricesAt(reader, at)),
  }

  readonly facts: Ledger['facts'] = {
    bounds: (until) => this.#read((reader) => bounds(reader, until)),
    between: (wanted) => this.#read((reader) => factsBetween(reader, wanted)),
    ofOrders: (permIds) => this.#read((reader) => factsOfOrders(reader, permIds)),
  }

  async #read<Value>(query: (reader: DuckDBConnection) => Promise<Value>): Promise<Value> {
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
    await this.#folding
    this.#writer.close()
    this.#opened.reader.closeSync()
    try {
      await this.#opened.positions.fold()
      await this.#opened.connection.run('CHECKPOINT')
    } catch {
      // A full disk, say: what is not in the file stays in the log beside it and is read from
      // there.
    }
    this.#opened.connection.closeSync()
    this.#opened.instance.closeSync()
  }
}

function writesOf(changes: Changes, positions: PositionsLog): readonly Write[] {
  return [
    append(tables.EXECUTIONS, changes.executions.map(rows.executionRow)),
    keep(tables.EXECUTIONS, changes.lateExecutions.map(rows.executionRow)),
    append(tables.FILLS, changes.newFills.map(rows.fillRow)),
    put(tables.FILLS, changes.changedFills.map(rows.fillRow)),
    append(
      tables.ATTRIBUTIONS,
      changes.attributions.map((record) => [
        record.fillId,
        record.recordedAt,
        record.strategy,
        record.by,
      ]),
    ),
    append(REATTRIBUTIONS, changes.reattributed.map(reattributedRow)),
    append(tables.COMMISSIONS, changes.commissions.map(rows.commissionRow)),
    append(tables.ORDERS, changes.orders.map(rows.orderRow)),
    put(tables.CONTRACTS, changes.instruments.map(rows.contractRow)),
    append(tables.POSITIONS_LOG, positions.rowsOf(changes.positions)),
    append(
      tables.STRATEGY_POSITIONS,
      changes.positionChanges.map(({ at, position }) => rows.strategyPositionRow(at, position)),
    ),
    append(tables.ADJUSTMENTS, changes.adjustments.map(rows.adjustmentRow)),
    put(tables.ACCOUNT_SUMMARY, changes.accountSummaries.map(accountSummaryRow)),
    put(tables.PRICES, changes.prices.map(rows.priceRow)),
    append(tables.JOURNAL, changes.journal.map(journalRow)),
    ...snapshotRows(changes.snapshots).map(({ table, rows }) => append(table, rows)),
    put(DRAWDOWN_STATE, changes.drawdowns.map(drawdownRow)),
    ...SNAPSHOT_TABLES.map((table) =>
      drop(
        table,
        changes.snapshotsDropped.map((at) => [at]),
      ),
    ),
    append(reconciliation.RUNS, changes.runs.map(reconciliation.runRow)),
    append(reconciliation.BREAKS, changes.breaks.map(reconciliation.breakRow)),
    append(reconciliation.PORTFOLIO, changes.portfolio.map(reconciliation.portfolioRow)),
    append(cash.CASH_ENTRIES, changes.cashEntries.map(cash.cashEntryRow)),
    append(cash.ALLOCATIONS, changes.allocations.map(cash.allocationRow)),
    append(reconciliation.BREAK_CAUSES, changes.breakCauses.map(reconciliation.causesRow)),
  ]
}

const writing =
  (how: Write['how']) =>
  (table: Write['table'], rows: readonly Row[]): Write => ({ table, how, rows })
const append = writing('append')
const put = writing('put')
const keep = writing('keep')
const drop = writing('drop')

const accountSummaryRow = (summary: AccountSummary): Row => [
  summary.at,
  summary.baseCurrency,
  summary.netLiquidation,
  summary.totalCash,
  summary.unrealizedPnl,
  summary.realizedPnl,
]

const journalRow = (entry: JournalEntry): Row => [
  entry.seq,
  entry.at,
  entry.author,
  entry.command,
  entry.outcome,
  entry.detail,
]

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

function lastCopyOf(path: string): LedgerStatus['lastBackupAt'] {
  const copies = readdirSync(dirname(path)).filter((name) =>
    name.startsWith(`${basename(path)}.before-`),
  )
  const times = copies.map((name) => statSync(join(dirname(path), name)).mtimeMs)
  return times.length === 0 ? null : utcMillis(Math.round(Math.max(...times)))
}
