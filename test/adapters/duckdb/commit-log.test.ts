import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { truncateSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Changes, LedgerError } from '#ports/ledger.ts'
import { execId } from '#shared/ids.ts'
import { money } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'
import { aFill, anInstrument, anOrder, MOMENTUM, OPENED_AT } from '../../fakes/builders.ts'
import { secondsIn } from '../../fakes/builders.ts'
import { changes, fileIn, inFolder, openIn, rowsOf } from './folder.ts'
import { position } from './odd-rows.ts'

const fillOf = (number: number) =>
  aFill({ execId: execId(`0001.${number}.01`), executedAt: secondsIn(number) })

/** What one fill changes, and the charge of the one before. */
function commitNumber(number: number): Changes {
  const fill = fillOf(number)
  const charge = { amount: money(String(number)), currency: 'USD', revision: 1 }
  const at = utcNanos(OPENED_AT + BigInt(number))
  const { execution, fillId } = fill
  return changes({
    newFills: [fill],
    changedFills: number === 0 ? [] : [{ ...fillOf(number - 1), charge }],
    executions: [{ execution, instrument: anInstrument(), recordedAt: at, source: 'ib' }],
    attributions: [{ fillId, recordedAt: at, strategy: MOMENTUM, by: 'default' }],
    orders: [anOrder({ key: `p${number}`, updatedAt: at, firstSeenAt: at })],
    positions: [
      {
        position: position(),
        commissions: new Map([['USD', money(String(number))]]),
        commissionsPending: 0,
        changedAt: at,
      },
    ],
    positionChanges: [{ at, position: position() }],
  })
}

/** An entry of the journal, which is written into its table at once. */
const aNote = (number: number): Changes => {
  const entry = { seq: number + 1, at: OPENED_AT, author: 'trader', command: 'note' }
  return changes({ journal: [{ ...entry, outcome: 'done', detail: '' }] })
}

/** Copies the ledger as a kill at this moment would leave it. */
function copyOf(folder: string, name: string): string {
  const copy = join(folder, name)
  mkdirSync(copy)
  for (const file of readdirSync(folder).filter((one) =>
    one.startsWith(basename(fileIn(folder))),
  )) {
    copyFileSync(join(folder, file), join(copy, file))
  }
  return copy
}

const logOf = (folder: string, part: 1 | 2) => `${fileIn(folder)}.commits-${part}`

/** The bytes of a log's file that were ever written; behind them it has room. */
const written = (folder: string, part: 1 | 2): number =>
  readFileSync(logOf(folder, part)).lastIndexOf('\n') + 1

/** How many commits a ledger holds: all of them whole, each once; then it takes the next one. */
async function commitsIn(folder: string): Promise<number> {
  const ledger = await openIn(folder)
  const { fillCount, recentFills, recentOrders, positions } = await ledger.load()
  expect(recentOrders).toHaveLength(fillCount)
  expect(recentFills.filter(({ charge }) => charge !== null)).toHaveLength(
    Math.max(0, fillCount - 1),
  )
  const last = money(String(fillCount - 1))
  if (fillCount > 0) expect(positions[0]?.commissions.get('USD')).toEqual(last)
  await ledger.commit(commitNumber(fillCount))
  await ledger.close()
  const counts = ['executions', 'fills', 'attributions', 'orders', 'strategy_positions']
  const sql = `SELECT ${counts.map((name) => `(SELECT count(*)::INTEGER FROM ${name})`).join()}`
  expect(await rowsOf(fileIn(folder), sql)).toEqual([counts.map(() => fillCount + 1)])
  return fillCount
}

/**
 * A ledger with some commits that are all in the first file of its log, and that file's size before
 * and after each: anew until no pause let them get into the tables.
 */
async function loggedCommits(
  folder: string,
  count: number,
): Promise<{ readonly whole: string; readonly sizes: readonly number[] }> {
  for (let attempt = 0; ; attempt += 1) {
    const own = join(folder, `attempt-${attempt}`)
    mkdirSync(own)
    const ledger = await openIn(own)
    const sizes = [0]
    for (let number = 0; number < count; number += 1) {
      await ledger.commit(commitNumber(number))
      sizes.push(written(own, 1))
    }
    const whole = copyOf(own, 'whole')
    await ledger.close()
    const isAll = sizes.every((size, index) => index === 0 || size > (sizes[index - 1] ?? 0))
    if (isAll && written(whole, 1) === sizes.at(-1)) return { whole, sizes }
  }
}

describe('small commits', () => {
  it('are seen by every query at once, and are in the tables when the ledger is closed', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      for (let number = 0; number < 5; number += 1) {
        await ledger.commit(commitNumber(number))
        const page = await ledger.pageOfFills({ limit: 9, before: null })
        expect(page).toHaveLength(number + 1)
        expect((await ledger.findFills([fillOf(number).fillId])).length).toBe(1)
      }
      await ledger.close()
      expect([existsSync(logOf(folder, 1)), existsSync(logOf(folder, 2))]).toEqual([false, false])
      expect(await commitsIn(folder)).toBe(5)
    }))

  it('survive a kill at any moment, each once', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      for (let number = 0; number < 24; number += 1) {
        await ledger.commit(commitNumber(number))
        // Now and then they get into the tables.
        if (number % 7 === 3) await ledger.load()
        // A commit among them that is not logged takes with it what waits.
        if (number % 7 === 6) await ledger.commit(aNote((number - 6) / 7))
        if (number % 5 === 2) expect(await commitsIn(copyOf(folder, `${number}`))).toBe(number + 1)
      }
      await ledger.close()
    }))

  it('are there in order up to where their log was cut', () =>
    inFolder(async (folder) => {
      const { whole, sizes } = await loggedCommits(folder, 4)
      const cuts = sizes.flatMap((size) => [size, size + 150])
      for (const cut of cuts.filter((size) => size <= sizes.at(-1)!)) {
        const copy = copyOf(whole, `cut-${cut}`)
        truncateSync(logOf(copy, 1), cut)
        const expected = sizes.filter((size) => size <= cut).length - 1
        expect([cut, await commitsIn(copy)]).toEqual([cut, expected])
      }
    }))

  it('are not counted again from a log that was not emptied in time', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      for (let number = 0; number < 3; number += 1) await ledger.commit(commitNumber(number))
      const before = copyOf(folder, 'before')
      await ledger.load()
      await ledger.commit(commitNumber(3))
      const after = copyOf(folder, 'after')
      await ledger.close()
      // The second file got what came since; the first would have been written over by now.
      expect([written(after, 1), written(after, 2) > 0]).toEqual([written(before, 1), true])
      expect(await commitsIn(after)).toBe(4)
    }))

  it('that the ledger beside their log has lost are added to it again, in order', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(commitNumber(0))
      await ledger.load()
      const before = copyOf(folder, 'before')
      await ledger.commit(commitNumber(1))
      await ledger.load()
      await ledger.commit(commitNumber(2))
      const after = copyOf(folder, 'after')
      await ledger.close()
      for (const part of [1, 2] as const) copyFileSync(logOf(after, part), logOf(before, part))
      expect(await commitsIn(before)).toBe(3)
    }))

  it('that follow one written at once, which the ledger has lost, are not added to it', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(commitNumber(0))
      await ledger.load()
      const before = copyOf(folder, 'before')
      await ledger.commit(commitNumber(1))
      await ledger.load()
      await ledger.commit(aNote(0))
      // It goes into the other file: what was logged before the note is still there.
      await ledger.commit(commitNumber(2))
      const after = copyOf(folder, 'after')
      await ledger.close()
      for (const part of [1, 2] as const) copyFileSync(logOf(after, part), logOf(before, part))
      expect(await commitsIn(before)).toBe(2)
    }))

  it('with a fill that is there already leave it as it was, and say so', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const kindOf = (refused: Promise<void>): Promise<string> =>
        refused.then(
          () => 'committed',
          (error: unknown) => (error as LedgerError).failure.kind,
        )
      await ledger.commit(commitNumber(0))
      // It still waits: that is seen at once.
      expect(await kindOf(ledger.commit(changes({ newFills: [fillOf(0)] })))).toBe('duplicate')
      const { recentFills } = await ledger.load()
      const again = { ...fillOf(0), charge: { amount: money('9'), currency: 'USD', revision: 1 } }
      await ledger.commit(changes({ newFills: [again, fillOf(1)] }))
      expect((await ledger.load()).recentFills).toEqual([fillOf(1), ...recentFills])
      expect(await kindOf(ledger.commit(changes({ newFills: [fillOf(2)] })))).toBe('doubled')
      await ledger.commit(changes({ newFills: [fillOf(2)] }))
      expect((await ledger.load()).fillCount).toBe(3)
      await ledger.close()
    }))
})
