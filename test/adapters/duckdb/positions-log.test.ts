import { describe, expect, it } from 'vitest'
import type { PositionRecord } from '#ports/ledger.ts'
import { conId, strategyId } from '#shared/ids.ts'
import { money, quantity } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'
import { OPENED_AT } from '../../fakes/builders.ts'
import { changes, fileIn, inFolder, openIn, rowsOf } from './folder.ts'
import { position } from './odd-rows.ts'

const record = (held: string, charged: Readonly<Record<string, string>>): PositionRecord => ({
  position: position({ quantity: quantity(held) }),
  commissions: new Map(Object.entries(charged).map(([currency, sum]) => [currency, money(sum)])),
  commissionsPending: 0,
  changedAt: utcNanos(OPENED_AT + 7n),
})

describe('the log of positions', () => {
  it('says how each position was left last, before it is folded and after', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const last = record('3', { USD: '2.5', EUR: '0.75' })
      for (const one of [record('1', { USD: '1' }), record('2', { USD: '2' }), last]) {
        await ledger.commit(changes({ positions: [one] }))
      }
      expect((await ledger.load()).positions).toEqual([last])
      await ledger.close()
      expect(await rowsOf(fileIn(folder), 'SELECT * FROM positions_log')).toEqual([])
      const again = await openIn(folder)
      expect((await again.load()).positions).toEqual([last])
      await again.commit(changes({ positions: [record('4', { USD: '2.5', EUR: '1' })] }))
      expect((await again.load()).positions).toEqual([record('4', { USD: '2.5', EUR: '1' })])
      await again.close()
    }))

  it('is folded by itself once it is long, and goes on', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const many = Array.from({ length: 500 }, (_, index): PositionRecord => {
        const one = record('1', { USD: '1' })
        return {
          ...one,
          position: { ...one.position, conId: conId(index + 1), strategy: strategyId('carry') },
        }
      })
      for (let round = 0; round < 45; round += 1) await ledger.commit(changes({ positions: many }))
      const changed = { ...record('9', { USD: '3' }), position: { ...many[7]!.position } }
      await ledger.commit(changes({ positions: [changed] }))
      await ledger.close()
      expect(
        await rowsOf(
          fileIn(folder),
          `SELECT count(*)::INTEGER AS positions, sum(commission)::VARCHAR AS charged
           FROM positions JOIN position_commissions USING (strategy, con_id)`,
        ),
      ).toEqual([[500, '502.000000000000000000']])
    }))
})
