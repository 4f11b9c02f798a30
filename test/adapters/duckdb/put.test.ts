import { describe, expect, it } from 'vitest'
import { strategyId } from '#shared/ids.ts'
import { money, quantity } from '#shared/money.ts'
import { aFill, MOMENTUM, secondsIn } from '../../fakes/builders.ts'
import { changes, fileIn, inFolder, openIn, rowsOf } from './folder.ts'
import {
  LONG,
  oddFill,
  bareInstrument,
  option,
  position,
  records,
  executionRecord,
} from './odd-rows.ts'

describe('a row that is put over another', () => {
  it('replaces the row of the same key, and adds it where there was none', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const plain = aFill()
      await ledger.commit(changes({ newFills: [plain], positions: records, instruments: [option] }))
      for (const round of [1, 2, 3]) {
        const charge = { amount: money(String(round)), currency: LONG, revision: round }
        const changed = { ...plain, strategy: strategyId(`${LONG} ${round}`), charge }
        const moved = { ...records[1]!, position: position({ quantity: quantity(String(round)) }) }
        const renamed = { ...option, longName: `${LONG} ${round}`, strike: null }
        await ledger.commit(
          changes({
            changedFills: [changed, oddFill],
            positions: [moved],
            instruments: [renamed, bareInstrument],
          }),
        )
        const state = await ledger.load()
        expect(state.recentFills).toEqual([oddFill, changed])
        expect(state.instruments).toHaveLength(2)
        expect(state.instruments).toEqual(expect.arrayContaining([renamed, bareInstrument]))
        const held = state.positions.find(({ position: one }) => one.strategy === MOMENTUM)
        expect(held?.position.quantity).toEqual(quantity(String(round)))
      }
      await ledger.close()
    }))

  it('keeps a superseded revision once, and when it was first recorded', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const late = executionRecord(oddFill, secondsIn(1))
      const again = executionRecord(oddFill, secondsIn(2))
      await ledger.commit(changes({ lateExecutions: [late, again] }))
      await ledger.commit(changes({ lateExecutions: [again, again] }))
      await ledger.close()
      expect(await rowsOf(fileIn(folder), 'SELECT recorded_at FROM executions')).toEqual([
        ['2026-03-02 14:30:01'],
      ])
    }))
})
