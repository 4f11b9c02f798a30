import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { accountsIn } from '#adapters/duckdb/ledger.ts'
import { utcNanos } from '#shared/time.ts'
import { aFill, anAdjustment } from '../../fakes/builders.ts'
import {
  changes,
  fileIn,
  inFolder,
  MIGRATIONS,
  openIn,
  refusalIn,
  rowsOf,
  runIn,
} from './folder.ts'

const THERE_ARE = readdirSync(MIGRATIONS).sort()
/** Numbers may be left out. */
const numberOf = (name: string): number => Number(name.slice(0, 4))
const LAST = Math.max(...THERE_ARE.map(numberOf))
const NEXT = String(LAST + 1).padStart(4, '0')
const NEXT_FILE = `${NEXT}-notes.sql`

/** The migrations there are, and one more. */
function migrationsWith(folder: string, sql: string): string {
  const migrations = join(folder, 'migrations')
  mkdirSync(migrations, { recursive: true })
  cpSync(MIGRATIONS, migrations, { recursive: true })
  writeFileSync(join(migrations, NEXT_FILE), sql)
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
      const copy = `${fileIn(folder)}.before-${NEXT}`
      expect(
        await rowsOf(
          copy,
          'SELECT (SELECT count(*) FROM fills), (SELECT max(number) FROM migrations)',
        ),
      ).toEqual([['1', LAST]])
      expect(await rowsOf(fileIn(folder), 'SELECT number, name FROM migrations')).toEqual([
        ...THERE_ARE.map((name) => [numberOf(name), name]),
        [LAST + 1, NEXT_FILE],
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
      const copy = `${fileIn(folder)}.before-${NEXT}`
      expect(await rowsOf(copy, 'SELECT count(*) FROM fills')).toEqual([['2']])
      expect(ledgerFiles(folder).filter((name) => name.endsWith('.part'))).toEqual([])
    }))

  it('is not migrated when no copy can be made', () =>
    inFolder(async (folder) => {
      await ledgerWithOneFill(folder)
      const inTheWay = `${fileIn(folder)}.before-${NEXT}.part`
      mkdirSync(inTheWay)
      const migrations = migrationsWith(folder, 'CREATE TABLE notes (said VARCHAR);')
      expect((await refusalIn(folder, migrations)).sentence).toContain(fileIn(folder))
      rmSync(inTheWay, { recursive: true })
      expect(await rowsOf(fileIn(folder), 'SELECT max(number) FROM migrations')).toEqual([[LAST]])
    }))
})

describe('an opening position from before commands were named', () => {
  it('is given the command that wrote it', () =>
    inFolder(async (folder) => {
      // As the first version of the tables left it.
      await runIn(
        fileIn(folder),
        `${readFileSync(join(MIGRATIONS, '0001-ledger.sql'), 'utf8')};
         CREATE TABLE migrations (number INTEGER PRIMARY KEY, name VARCHAR NOT NULL);
         INSERT INTO migrations VALUES (1, '0001-ledger.sql')`,
      )
      const at = 'make_timestamp_ns(1772461800000000001)'
      await runIn(
        fileIn(folder),
        `INSERT INTO adjustments VALUES ('opening-1', 'opening', 'UNATTRIBUTED', 756733, ${at},
          100, 1000, 'truebook', 'opening position', NULL, ${at})`,
      )
      const ledger = await openIn(folder)
      const { adjustments } = await ledger.load()
      const at1 = utcNanos(1_772_461_800_000_000_001n)
      expect(adjustments).toEqual([
        anAdjustment({ effectiveAt: at1, recordedAt: at1, command: `opening-${at1}` }),
      ])
      await ledger.close()
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
