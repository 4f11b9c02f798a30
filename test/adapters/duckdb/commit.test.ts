import { describe, expect, it } from 'vitest'
import type { Changes, LedgerError } from '#ports/ledger.ts'
import { conId, execId, execRoot, permId, strategyId } from '#shared/ids.ts'
import { money, price } from '#shared/money.ts'
import {
  aFill,
  anAdjustment,
  anExecution,
  anInstrument,
  anOrder,
  MOMENTUM,
  OPENED_AT,
  secondsIn,
  SPY,
} from '../../fakes/builders.ts'
import { changes, inFolder, openIn } from './folder.ts'

const fillNumber = (index: number, second = index) =>
  aFill({
    execId: execId(`0001.${String(index).padStart(5, '0')}.01`),
    executedAt: secondsIn(second),
  })
const recordOf = (index: number) => ({
  execution: fillNumber(index).execution,
  instrument: anInstrument(),
  recordedAt: OPENED_AT,
  source: 'ib' as const,
})
const entry = { at: OPENED_AT, author: 'a', command: 'b', outcome: 'c', detail: 'd' }

const kindOf = (refused: Promise<void>): Promise<string> =>
  refused.then(
    () => 'committed',
    (error: unknown) => (error as LedgerError).failure.kind,
  )

describe('a commit', () => {
  const known = changes({
    executions: [recordOf(1)],
    newFills: [fillNumber(1)],
    adjustments: [anAdjustment()],
    journal: [{ ...entry, seq: 1 }],
  })
  const duplicates: readonly [string, Partial<Changes>][] = [
    ['an execution', { executions: [recordOf(2), recordOf(1)] }],
    ['a fill', { newFills: [fillNumber(2), fillNumber(1)] }],
    ['an adjustment', { adjustments: [anAdjustment()] }],
    ['an entry of the journal', { journal: [{ ...entry, seq: 1 }] }],
  ]

  it.each(duplicates)('with %s that is there already is refused as a duplicate', (_, again) =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(known)
      const before = await ledger.load()
      // With an entry of the journal it is written into its tables at once.
      const order = { orders: [anOrder()], journal: [{ ...entry, seq: 2 }] }
      expect(await kindOf(ledger.commit(changes({ ...order, ...again })))).toBe('duplicate')
      expect(await ledger.load()).toEqual(before)
      await ledger.commit(changes({ ...order, newFills: [fillNumber(3)] }))
      expect((await ledger.load()).fillCount).toBe(2)
      await ledger.close()
      const reopened = await openIn(folder)
      expect((await reopened.load()).fillCount).toBe(2)
      await reopened.close()
    }),
  )

  it('leaves nothing when its last row fails, however many went before', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const many = Array.from({ length: 5_000 }, (_, index) => fillNumber(index))
      const bad = aFill({ execId: execId('9.01'), price: price('0.1234567890123456789') })
      const whole = { newFills: many, changedFills: [bad], instruments: [anInstrument()] }
      expect(await kindOf(ledger.commit(changes(whole)))).toBe('other')
      expect(await ledger.load()).toMatchObject({ fillCount: 0, instruments: [] })
      await ledger.commit(changes({ newFills: many }))
      expect((await ledger.load()).fillCount).toBe(5_000)
      await ledger.close()
    }))

  it('is seen by queries as soon as it is answered, and not before', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const many = Array.from({ length: 10_000 }, (_, index) => fillNumber(index))
      const committing = ledger.commit(changes({ newFills: many }))
      expect([0, 10_000]).toContain((await ledger.load()).fillCount)
      await committing
      expect((await ledger.load()).fillCount).toBe(10_000)
      await ledger.close()
    }))
})

describe('what a ledger is asked', () => {
  it('is one row for an order that was first seen without a permId', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const unaccepted = anOrder({ key: 'c7o1', permId: permId(0), status: 'PendingSubmit' })
      const accepted = anOrder({ updatedAt: secondsIn(1) })
      await ledger.commit(changes({ orders: [unaccepted, accepted] }))
      expect(await ledger.pageOfOrders({ limit: 9, before: null })).toEqual([accepted])
      expect((await ledger.load()).recentOrders).toEqual([accepted])
      await ledger.close()
    }))

  it('are the positions that fills belong to, conversions and combos not', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const other = { strategy: strategyId('value') }
      const fills = [
        fillNumber(1),
        fillNumber(2),
        { ...fillNumber(3), ...other },
        { ...fillNumber(4), secType: 'CASH' as const },
        { ...aFill({ execId: execId('5.01'), conId: conId(7) }), secType: 'BAG' as const },
      ]
      await ledger.commit(changes({ newFills: fills }))
      const keys = await ledger.positionKeys()
      expect(keys).toHaveLength(2)
      expect(keys).toEqual(
        expect.arrayContaining([
          { strategy: MOMENTUM, conId: SPY },
          { strategy: 'value', conId: SPY },
        ]),
      )
      const own = await ledger.fillsOf(strategyId('value'), SPY)
      expect(own.map(({ fillId }) => fillId)).toEqual(['0001.00003'])
      expect(await ledger.findFills([execRoot('none'), execRoot('0001.00002')])).toEqual([fills[1]])
      await ledger.close()
    }))

  it('is a commission without its execution until a revision that has it comes', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const reported = (id: string) => ({
        report: { execId: execId(id), commission: money('1'), currency: 'USD', realizedPnl: null },
        recordedAt: OPENED_AT,
        isOrphan: true,
      })
      await ledger.commit(
        changes({ commissions: ['1.02', '2.03', '3.01', 'rootless'].map(reported) }),
      )
      // The first comes at a later revision than was charged, the second only at an earlier one.
      const come = ['1.03', '2.02', 'rootless'].map((id) =>
        aFill({ ...anExecution(), execId: execId(id) }),
      )
      await ledger.commit(changes({ newFills: come }))
      const { orphanCommissions } = await ledger.load()
      expect(orphanCommissions.map((one) => one.execId)).toEqual(['2.03', '3.01'])
      await ledger.close()
    }))

  it('is how large its files are', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(changes({ newFills: [fillNumber(1)] }))
      const { sizeBytes, writeAheadLogBytes, lastBackupAt } = ledger.status()
      expect(sizeBytes).toBeGreaterThan(0)
      expect(writeAheadLogBytes).toBeGreaterThan(0)
      expect(lastBackupAt).toBeNull()
      await ledger.close()
    }))
})
