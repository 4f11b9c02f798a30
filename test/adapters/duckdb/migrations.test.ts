import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { accountsIn } from '#adapters/duckdb/ledger.ts'
import { aFill } from '../../fakes/builders.ts'
import { changes, fileIn, inFolder, MIGRATIONS, openIn, refusalIn, rowsOf } from './folder.ts'

const SECOND = '0002-notes.sql'

/** The migrations there are, and a second one. */
function migrationsWith(folder: string, sql: string): string {
  const migrations = join(folder, 'migrations')
  mkdirSync(migrations, { recursive: true })
  cpSync(MIGRATIONS, migrations, { recursive: true })
  writeFileSync(join(migrations, SECOND), sql)
  return migrations
}

const ledgerFiles = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith(basename(fileIn(folder))))

async function ledgerWithOneFill(folder: string): Promise<void> {
  const ledger = await openIn(folder)
  await ledger.commit(changes({ newFills: [aFill()] }))
  await ledger.close()
}

describe('a ledger of an older version', () => {
  it('is brought up to date once, and a copy from before is kept', () =>
    inFolder(async (folder) => {
      await ledgerWithOneFill(folder)
      const migrations = migrationsWith(folder, 'CREATE TABLE notes (said VARCHAR);')
      const ledger = await openIn(folder, migrations)
      expect((await ledger.load()).fillCount).toBe(1)
      expect(ledger.status().lastBackupAt).not.toBeNull()
      await ledger.close()
      const copy = `${fileIn(folder)}.before-0002`
      expect(await rowsOf(copy, 'SELECT count(*), max(number) FROM fills, migrations')).toEqual([
        ['1', 1],
      ])
      expect(await rowsOf(fileIn(folder), 'SELECT number, name FROM migrations')).toEqual([
        [1, '0001-ledger.sql'],
        [2, SECOND],
      ])
      await (await openIn(folder, migrations)).close()
      expect(accountsIn(folder)).toEqual(['DU1234567'])
    }))

  it('is left as it was when the migration fails, and can be opened again at once', () =>
    inFolder(async (folder) => {
      await ledgerWithOneFill(folder)
      const broken = migrationsWith(folder, 'CREATE TABLE notes (said VARCHAR); SELECT nonsense;')
      const { sentence } = await refusalIn(folder, broken)
      expect(sentence).toContain('nonsense')
      const ledger = await openIn(folder)
      await ledger.commit(changes({ newFills: [aFill({ execId: '7.01' as never })] }))
      await ledger.close()
      // What was written since the attempt that failed is in the copy of the one that succeeds.
      const mended = migrationsWith(folder, 'CREATE TABLE notes (said VARCHAR);')
      await (await openIn(folder, mended)).close()
      const copy = `${fileIn(folder)}.before-0002`
      expect(await rowsOf(copy, 'SELECT count(*) FROM fills')).toEqual([['2']])
      expect(ledgerFiles(folder).filter((name) => name.endsWith('.part'))).toEqual([])
    }))

  it('is not migrated when no copy can be made', () =>
    inFolder(async (folder) => {
      await ledgerWithOneFill(folder)
      const inTheWay = `${fileIn(folder)}.before-0002.part`
      mkdirSync(inTheWay)
      const migrations = migrationsWith(folder, 'CREATE TABLE notes (said VARCHAR);')
      expect((await refusalIn(folder, migrations)).sentence).toContain(fileIn(folder))
      rmSync(inTheWay, { recursive: true })
      expect(await rowsOf(fileIn(folder), 'SELECT max(number) FROM migrations')).toEqual([[1]])
    }))
})

describe('a ledger of a newer version', () => {
  it('is refused in words, and not touched', () =>
    inFolder(async (folder) => {
      const migrations = migrationsWith(folder, 'CREATE TABLE notes (said VARCHAR);')
      await (await openIn(folder, migrations)).close()
      for (const attempt of [1, 2]) {
        expect([attempt, await refusalIn(folder)]).toEqual([
          attempt,
          {
            kind: 'newer',
            sentence:
              `The ledger ${fileIn(folder)} was written by a newer version of Truebook: ` +
              'install that version to open it.',
          },
        ])
      }
      await (await openIn(folder, migrations)).close()
    }))

  it('is one file for each account, whatever the account is called', () =>
    inFolder(async (folder) => {
      await (await openIn(folder)).close()
      expect(existsSync(fileIn(folder))).toBe(true)
      expect(accountsIn(join(folder, 'nothing here'))).toEqual([])
    }))
})
