import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { LedgerFailure } from '#ports/ledger.ts'
import { aFill } from '../../fakes/builders.ts'
import { changes, fileIn, inFolder, MIGRATIONS, openIn, refusalIn } from './folder.ts'

const HOLDER = resolve(import.meta.dirname, 'hold-ledger.ts')
const FILLER = resolve(import.meta.dirname, 'fill-disk.ts')
/** 1 MB in the 512-byte blocks of ulimit: the ledger's first megabyte is hardly used. */
const FILE_LIMIT_BLOCKS = 2_048
/** Fills the child process commits at once: into the tables, or into the log of commits first. */
const FILLER_BATCHES = [500, 20]

describe('a ledger that cannot be opened', () => {
  it('says that a second Truebook has it open, and opens once that has ended', () =>
    inFolder(async (folder) => {
      const holder = spawn(process.execPath, [HOLDER, folder, MIGRATIONS], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      expect(String((await once(holder.stdout, 'data'))[0])).toBe('held\n')
      expect(await refusalIn(folder)).toEqual({
        kind: 'locked',
        sentence:
          `The ledger ${fileIn(folder)} is open in another program, probably a second Truebook: ` +
          'close that one first.',
      })
      holder.kill('SIGKILL')
      await once(holder, 'exit')
      await (await openIn(folder)).close()
    }))

  const damages: readonly [string, (path: string) => void][] = [
    ['is no ledger at all', (path) => writeFileSync(path, 'Lorem ipsum '.repeat(2_000))],
    ['is cut short', (path) => truncateSync(path, 10_000)],
    ['is cut in its header', (path) => truncateSync(path, 100)],
    ['has a damaged header', (path) => overwrite(path, 4_096)],
  ]

  it.each(damages)('says what helps when the file %s, and leaves it as it is', (_, damage) =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(changes({ newFills: [aFill()] }))
      await ledger.close()
      damage(fileIn(folder))
      const before = readFileSync(fileIn(folder))
      const { kind, sentence } = await refusalIn(folder)
      expect([kind, sentence]).toEqual([
        'damaged',
        expect.stringContaining('restore the latest copy'),
      ])
      expect(readFileSync(fileIn(folder)).equals(before)).toBe(true)
    }),
  )

  it('says that a file is where its folder should be', () =>
    inFolder(async (folder) => {
      const blocked = join(folder, 'ledger')
      writeFileSync(blocked, '')
      for (const inside of [blocked, join(blocked, 'deeper')]) {
        expect(await refusalIn(inside)).toEqual({
          kind: 'read-only',
          sentence:
            `The ledgers belong into the folder ${inside}, but a file is in its way: ` +
            'move it away, or choose another folder with --data-dir.',
        })
      }
    }))
})

function overwrite(path: string, start: number): void {
  const bytes = readFileSync(path)
  bytes.fill(0xa5, start, start + 8_192)
  writeFileSync(path, bytes)
}

/** The next line a program says, as JSON. */
const next = async (program: { readonly stdout: Readable }): Promise<unknown> =>
  JSON.parse(String((await once(program.stdout, 'data'))[0]))

/** Files that cannot grow any more stand for a disk that is full; `prlimit` gives space again. */
describe.runIf(process.platform === 'linux')('a ledger whose disk is full', () => {
  it.each(FILLER_BATCHES)('says so of %i fills, goes on when there is space, keeps all', (batch) =>
    inFolder(async (folder) => {
      const limited = `ulimit -S -f ${FILE_LIMIT_BLOCKS}; trap '' XFSZ; exec "$@"`
      const args = ['-c', limited, 'sh', process.execPath, FILLER, folder, MIGRATIONS, `${batch}`]
      const filler = spawn('sh', args, { stdio: ['pipe', 'pipe', 'inherit'] })
      const { committed, failure } = (await next(filler)) as {
        committed: number
        failure: LedgerFailure
      }
      expect(failure).toEqual({
        kind: 'disk-full',
        sentence:
          `The disk that holds ${fileIn(folder)} is full: free some space. ` +
          'Nothing is lost; writing goes on by itself.',
      })
      execFileSync('prlimit', ['--pid', String(filler.pid), '--fsize=unlimited'])
      filler.stdin.write('there is space again')
      expect(await next(filler)).toBe((committed + 1) * batch)
      if (filler.exitCode === null) await once(filler, 'exit')
      const ledger = await openIn(folder)
      expect((await ledger.load()).fillCount).toBe((committed + 1) * batch)
      await ledger.close()
    }),
  )
})
