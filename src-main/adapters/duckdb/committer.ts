import type { DuckDBConnection } from '@duckdb/node-api'
import { CommitLog } from './commit-log.ts'
import { failureOf } from './failure.ts'
import { Pending } from './pending.ts'
import { LOGGED } from './logged.ts'
import { Writer, type Write } from './writer.ts'

/**
 * Rows of a commit that is logged, at most: some fifty fills. A larger one is quicker written into
 * its tables at once.
 */
const LOGGED_ROWS = 400
/**
 * While others write the tables it would have to wait for them: a larger one is logged too, as long
 * as no more than this waits. Under a flood everything would be written twice else.
 */
const LOGGED_ROWS_MEANWHILE = 6_000
/** What was logged is written into the tables after so many rows, or so many milliseconds. */
const APPLIED_AFTER_ROWS = 4_000
const APPLIED_AFTER_MS = 1_000
/** Rows that may wait while the tables cannot be written; then commits wait as well. */
const WAITING_ROWS = 20_000

/**
 * Makes commits durable: a small one as a line of the commit log, whose rows are written into the
 * tables together with those of others soon after; any other in the tables at once, with all that
 * waits. One transaction on the tables at a time.
 */
export class Committer {
  readonly #writer: Writer
  readonly #log: CommitLog
  #pending = new Pending()
  /** The last commit whose rows are pending. */
  #pendingLast = 0
  /** What is being written into the tables. */
  #taken: Pending | null = null
  #turn: Promise<unknown> = Promise.resolve()
  /** How many wait for their turn on the tables, or have it. */
  #turns = 0
  /** The line that is being written into the log, or was last. */
  #line: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isDoubled = false

  private constructor(writer: Writer, log: CommitLog) {
    this.#writer = writer
    this.#log = log
  }

  /** Opens the log of the ledger at `path`, and writes what it has into the tables. */
  static async open(connection: DuckDBConnection, path: string): Promise<Committer> {
    const read = await connection.runAndReadAll('SELECT number FROM applied_commits')
    const applied = Number(read.getRows()[0]?.[0] ?? 0)
    const { log, commits } = await CommitLog.open({ path, applied }, [...LOGGED])
    const committer = new Committer(new Writer(connection), log)
    try {
      for (const { writes } of commits) committer.#pending.add(writes)
      committer.#pendingLast = log.last
      await committer.applied()
      await log.restart()
      return committer
    } catch (error) {
      await log.close()
      throw error
    }
  }

  /** Durable when it resolves. @throws when nothing was written; it can be tried again. */
  async commit(writes: readonly Write[]): Promise<void> {
    if (this.#isDoubled) {
      this.#isDoubled = false
      throw new Error('Doubled row: a commit had added what was there already.')
    }
    if (!this.#mayLog(writes)) return this.#inTurn(() => this.#apply(writes))
    const isThere = this.#pending.collidesWith(writes) || this.#taken?.collidesWith(writes)
    if (isThere === true) throw new Error('Duplicate key: it waits to be written.')
    const line = this.#logged(writes)
    this.#line = line.catch(() => undefined)
    await line
    this.#applySoon()
  }

  async #logged(writes: readonly Write[]): Promise<void> {
    const number = await this.#log.append(writes)
    this.#pending.add(writes)
    this.#pendingLast = number
  }

  #mayLog(writes: readonly Write[]): boolean {
    const rows = writes.reduce((sum, write) => sum + write.rows.length, 0)
    const isBusy = this.#turns > 0 && rows + this.#pending.rows <= LOGGED_ROWS_MEANWHILE
    if (rows > LOGGED_ROWS && !isBusy) return false
    if (this.#pending.rows > WAITING_ROWS || !this.#log.isSure) return false
    const isKnown = ({ how }: Write): boolean => how === 'append' || how === 'put'
    return writes.every((write) => LOGGED.has(write.table) && isKnown(write))
  }

  #applySoon(): void {
    if (this.#pending.rows >= APPLIED_AFTER_ROWS && this.#taken === null) this.#applyNow()
    else this.#timer ??= setTimeout(() => this.#applyNow(), APPLIED_AFTER_MS).unref()
  }

  /** Nothing committed waits for it; what cannot be written now is tried again later. */
  #applyNow(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.applied().catch(() => {
      this.#timer ??= setTimeout(() => this.#applyNow(), APPLIED_AFTER_MS).unref()
    })
  }

  /** Resolves once the tables have all that was committed. */
  async applied(): Promise<void> {
    if (this.#pending.rows === 0 && this.#taken === null) return
    await this.#inTurn(() => this.#applyPending())
  }

  /** Runs alone on the tables. */
  #inTurn<Value>(run: () => Promise<Value>): Promise<Value> {
    this.#turns += 1
    const done = this.#turn.then(run).finally(() => (this.#turns -= 1))
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Runs alone on the tables, after all that is to be written. */
  readonly alone = (run: () => Promise<void>): Promise<void> => this.#inTurn(run)

  async #applyPending(): Promise<void> {
    if (this.#pending.rows === 0) return
    const taken = this.#pending
    const number = this.#pendingLast
    this.#taken = taken
    this.#pending = new Pending()
    this.#log.turnOver()
    try {
      await this.#writeOnce(taken.writes(), number)
    } catch (error) {
      this.#pending = Pending.of([...taken.writes(), ...this.#pending.writes()])
      throw error
    } finally {
      this.#taken = null
    }
    await this.#log.settle(number)
  }

  /** What was committed must get into the tables, even if some of it is there, against belief. */
  async #writeOnce(writes: readonly Write[], number: number): Promise<void> {
    try {
      await this.#writer.commit(writes, numbered(number))
    } catch (error) {
      if (failureOf(error, '').kind !== 'duplicate') throw error
      await this.#writer.commit(writes.map(unlessThere), numbered(number))
      this.#isDoubled = true
    }
  }

  async #apply(writes: readonly Write[]): Promise<void> {
    const number = this.#log.skip()
    // What is being logged has a number before this one: it must get into the tables with it.
    await this.#line
    await this.#writer.commit(withPending(this.#pending, writes), numbered(number))
    this.#pending = new Pending()
    await this.#log.settle(number)
  }

  /** Writes what waits into the tables, if it can be; else it is read from the log next time. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.applied().catch(() => undefined)
    await this.#turn
    this.#writer.close()
    await this.#log.close()
  }
}

/** What waits and what is to be written now, which may replace what waits. */
function withPending(pending: Pending, writes: readonly Write[]): readonly Write[] {
  if (pending.rows === 0) return writes
  const isMerged = ({ how }: Write): boolean => how === 'append' || how === 'put'
  const merged = Pending.of([...pending.writes(), ...writes.filter(isMerged)])
  return [...merged.writes(), ...writes.filter((write) => !isMerged(write))]
}

const numbered = (number: number): string => `UPDATE applied_commits SET number = ${number}`

const unlessThere = (write: Write): Write =>
  write.how === 'append' && write.table.key.length > 0 ? { ...write, how: 'keep' } : write
