import { open, unlink, type FileHandle } from 'node:fs/promises'
import { constants } from 'node:fs'
import type { Table } from './columns.ts'
import { lineOf, readLine, type LoggedCommit } from './log-line.ts'
import type { Write } from './writer.ts'

/** What a file of the log has from the start, as its bytes: room for some 500 fills. */
const RESERVED = Buffer.alloc(1024 * 1024)
/** A file that has grown beyond this is made small again once it is settled. */
const MOST_KEPT_BYTES = 4 * RESERVED.length

/** One of the two files of the log: its bytes that wait, and the last commit that may be in it. */
type Part = {
  readonly handle: FileHandle
  readonly path: string
  bytes: number
  last: number
  /** The most bytes it has had since it was made small. */
  size: number
  /** Resolves when it is being made small no more: nothing may be written before. */
  isSmall: Promise<void>
}

/**
 * The log that small commits are written to (docs/adr/0016-commit-log.md): a line each, synced to
 * the disk, in two files beside the ledger. While the rows of one file are written into the tables,
 * commits go to the other. A file that is settled is written over from its start: its bytes have
 * their place on the disk, so that to sync them waits for nothing else the file system has to do.
 */
export class CommitLog {
  readonly #parts: readonly [Part, Part]
  #current: Part
  #last: number
  #isSure = true

  private constructor(parts: readonly [Part, Part], last: number) {
    this.#parts = parts
    this.#current = parts[0]
    this.#last = last
  }

  /**
   * Opens the log beside the ledger at `path`, and reads what it has beyond the commit `applied`,
   * in order. A line that was cut short was never answered; one after a gap is of a later time
   * than the ledger beside it, and tells what cannot be added to it.
   */
  static async open(
    { path, applied }: { readonly path: string; readonly applied: number },
    tables: readonly Table[],
  ): Promise<{ readonly log: CommitLog; readonly commits: readonly LoggedCommit[] }> {
    const parts = [
      await openPart(`${path}.commits-1`),
      await openPart(`${path}.commits-2`),
    ] as const
    const found = new Map<number, LoggedCommit>()
    for (const { handle } of parts) {
      const lines = (await handle.readFile('utf8')).split('\n')
      for (const commit of lines.flatMap((line) => readLine(line, { tables, applied }) ?? [])) {
        found.set(commit.number, commit)
      }
    }
    const commits: LoggedCommit[] = []
    for (let next = applied + 1; ; next += 1) {
      const commit = found.get(next)
      if (commit === undefined) break
      commits.push(commit)
    }
    return { log: new CommitLog(parts, commits.at(-1)?.number ?? applied), commits }
  }

  /** The number of the last commit that may be in the log. */
  get last(): number {
    return this.#last
  }

  /**
   * False after a write that failed: whether the disk has it is not known, so what it said must not
   * be written a second time elsewhere before the tables are past its number.
   */
  get isSure(): boolean {
    return this.#isSure
  }

  /**
   * Durable when it resolves, to its number.
   * @throws the file system's error: it counts as not written.
   */
  async append(writes: readonly Write[]): Promise<number> {
    const part = this.#current
    const number = this.skip()
    part.last = number
    const bytes = Buffer.from(lineOf({ number, writes }))
    await part.isSmall
    let written = 0
    while (written < bytes.length) {
      const rest = bytes.length - written
      const done = await part.handle.write(bytes, written, rest, part.bytes + written)
      written += done.bytesWritten
    }
    await part.handle.datasync()
    part.bytes += bytes.length
    part.size = Math.max(part.size, part.bytes)
    // Another commit may have taken the next number meanwhile: that one is to be settled first.
    this.#isSure = number === this.#last
    return number
  }

  /**
   * The number of a commit that is written into the tables at once. Without a line of its own it
   * leaves a gap: should the tables lose it, nothing later is added to them without it.
   */
  skip(): number {
    this.#isSure = false
    return (this.#last += 1)
  }

  /** From now on commits go to the other file, unless it has some that still wait. */
  turnOver(): void {
    const other = this.#parts.find((part) => part !== this.#current)
    if (other?.bytes === 0) this.#current = other
  }

  /** The tables have all that was read when it was opened: both files begin anew. */
  async restart(): Promise<void> {
    for (const part of this.#parts) {
      await part.handle.truncate(0)
      // Without room on the disk it grows as it is needed, if it can.
      await part.handle.write(RESERVED, 0, RESERVED.length, 0).catch(() => undefined)
      await part.handle.datasync()
      part.bytes = 0
      part.size = RESERVED.length
    }
  }

  /** The tables have all up to this commit: what held it is written over from its start. */
  async settle(number: number): Promise<void> {
    if (number === this.#last) this.#isSure = true
    for (const part of this.#parts) {
      if (part.bytes === 0 || part.last > number) continue
      part.bytes = 0
      if (part.size <= MOST_KEPT_BYTES) continue
      part.size = RESERVED.length
      part.isSmall = part.handle.truncate(RESERVED.length).catch(() => undefined)
      await part.isSmall
    }
  }

  /** Lets go of the files, and takes them away when they hold nothing. */
  async close(): Promise<void> {
    for (const { handle, path, bytes } of this.#parts) {
      await handle.close()
      if (bytes === 0) await unlink(path).catch(() => undefined)
    }
  }
}

async function openPart(path: string): Promise<Part> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT)
  const { size } = await handle.stat()
  return { handle, path, bytes: size, last: 0, size, isSmall: Promise.resolve() }
}
