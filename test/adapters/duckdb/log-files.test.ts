import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CommitLog } from '#adapters/duckdb/commit-log.ts'
import { ATTRIBUTIONS } from '#adapters/duckdb/tables.ts'
import type { Write } from '#adapters/duckdb/writer.ts'
import { inFolder } from './folder.ts'

const ROUNDS = 40

const writeOf = (round: number): Write => ({
  table: ATTRIBUTIONS,
  how: 'append',
  rows: [[`fill-${round}`, BigInt(round), 'momentum', 'x'.repeat(round * 50)]],
})

describe('the files of the commit log', () => {
  it('lose nothing that is written while what came before is settled', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.duckdb')
      const { log } = await CommitLog.open({ path, applied: 0 }, [ATTRIBUTIONS])
      for (let round = 1; round <= ROUNDS; round += 1) {
        await log.append([writeOf(round)])
        if (round % 3 === 0) log.turnOver()
        const settling = log.settle(log.last)
        await log.append([writeOf(round + ROUNDS)])
        await settling
        const copy = `${path}.copy`
        for (const part of ['.commits-1', '.commits-2']) copyFileSync(path + part, copy + part)
        const there = await CommitLog.open({ path: copy, applied: log.last - 1 }, [ATTRIBUTIONS])
        expect(there.commits).toEqual([{ number: log.last, writes: [writeOf(round + ROUNDS)] }])
        await there.log.close()
      }
      await log.close()
    }))

  it('have what was written since, from whichever it is in', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.duckdb')
      const { log } = await CommitLog.open({ path, applied: 0 }, [ATTRIBUTIONS])
      for (let round = 1; round <= 9; round += 1) {
        await log.append([writeOf(round)])
        if (round === 4) log.turnOver()
        // The other file has some that wait: these go on where they are.
        if (round === 6) log.turnOver()
      }
      await log.settle(4)
      const { log: read, commits } = await CommitLog.open({ path, applied: 4 }, [ATTRIBUTIONS])
      await read.close()
      expect(commits.map(({ number }) => number)).toEqual([5, 6, 7, 8, 9])
      expect(commits.at(-1)?.writes).toEqual([writeOf(9)])
      await log.close()
    }))

  it('stay when they were only read, and go when they hold nothing', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.duckdb')
      const { log } = await CommitLog.open({ path, applied: 0 }, [ATTRIBUTIONS])
      await log.append([writeOf(1)])
      await log.close()
      expect(readdirSync(folder)).toEqual(['a.duckdb.commits-1'])
      const { log: read, commits } = await CommitLog.open({ path, applied: 0 }, [ATTRIBUTIONS])
      expect(commits).toHaveLength(1)
      await read.close()
      const { log: again } = await CommitLog.open({ path, applied: 0 }, [ATTRIBUTIONS])
      await again.restart()
      await again.close()
      expect(readdirSync(folder)).toEqual([])
    }))
})
