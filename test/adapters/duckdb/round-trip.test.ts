import { describe, expect, it } from 'vitest'
import { EVERY_STRATEGY, execId, execRoot, permId } from '#shared/ids.ts'
import { D, money, price, quantity } from '#shared/money.ts'
import { utcMillis, utcNanos } from '#shared/time.ts'
import {
  aCashEntry,
  aFill,
  anAdjustment,
  MOMENTUM,
  OPENED_AT,
  secondsIn,
  SPY,
} from '../../fakes/builders.ts'
import { changes, fileIn, inFolder, openIn, rowsOf } from './folder.ts'
import {
  FINEST,
  SMALLEST,
  LONG,
  oddExecution,
  oddFill,
  bareOrder,
  fullOrder,
  bareInstrument,
  option,
  position,
  records,
  journal,
  executionRecord,
} from './odd-rows.ts'

describe('what is committed to a ledger', () => {
  it('is read back to the last digit, byte and nanosecond, also after it was closed', () =>
    inFolder(async (folder) => {
      const plain = aFill()
      const adjustments = [
        anAdjustment({ reason: LONG }),
        anAdjustment({ id: 'r', kind: 'reversal', cost: null, reverses: 'opening-1' }),
        anAdjustment({
          id: 's',
          kind: 'split',
          strategy: EVERY_STRATEGY,
          ratio: { to: new D(3), from: new D(2) },
          command: LONG,
          breakId: LONG,
        }),
        anAdjustment({
          id: 't',
          kind: 'stand-in',
          standsFor: {
            permId: permId(9_007_199_254_740_991),
            filled: quantity(SMALLEST),
            averagePrice: price(FINEST),
          },
        }),
      ]
      const pending = {
        execId: execId('9.9.01'),
        commission: null,
        currency: '',
        realizedPnl: null,
      }
      const orphan = { ...pending, commission: money(FINEST), realizedPnl: money(SMALLEST) }
      const orphans = [
        { report: pending, recordedAt: secondsIn(1), isOrphan: true },
        { report: orphan, recordedAt: secondsIn(2), isOrphan: true },
        {
          report: { ...orphan, execId: plain.execution.execId },
          recordedAt: OPENED_AT,
          isOrphan: true,
        },
      ]
      const quote = { conId: SPY, price: price(FINEST), source: 'delayed-frozen' as const }
      const prices = [{ ...quote, at: utcMillis(1_772_461_800_123) }]
      const cashEntries = [
        aCashEntry({ id: 'a', amount: money(FINEST), evidence: LONG, recordedAt: secondsIn(1) }),
        aCashEntry({
          ...{ id: 'b', amount: money(SMALLEST), strategy: MOMENTUM, conId: SPY, reverses: 'a' },
          recordedAt: secondsIn(2),
        }),
      ]
      const allocations = [
        {
          ...{ id: 'c', strategy: MOMENTUM, baseCurrency: 'USD', amount: money(FINEST) },
          ...{ at: OPENED_AT, author: 'trader', reason: LONG, recordedAt: OPENED_AT },
        },
      ]
      const unknown = { cause: 'unknown', certainty: 'possible', sentence: LONG } as const
      const thought = { recordedAt: secondsIn(1), breakId: LONG, revision: 3, causes: [] }
      const thoughtLater = {
        ...{ ...thought, recordedAt: secondsIn(2) },
        causes: [{ ...unknown, facts: [{ name: LONG, value: FINEST }], proposals: [] }],
      }
      const run = {
        ...{ id: LONG, startedAt: OPENED_AT, endedAt: secondsIn(1), reason: 'demand' as const },
        ...{ outcome: 'agrees' as const, why: null, found: 0, notJudged: 1 },
        worth: {
          ...{ baseCurrency: 'CHF', brokerNav: money(FINEST), accrued: null },
          ...{ ledgerNav: money(SMALLEST), excluded: 2 },
        },
        accruals: new Map([['NetDividend|USD', [money(FINEST), money(SMALLEST)]]]),
      }
      const ledger = await openIn(folder)
      await ledger.commit(
        changes({
          ...{ cashEntries, allocations, breakCauses: [thought, thoughtLater], runs: [run] },
          executions: [
            executionRecord(plain, OPENED_AT),
            executionRecord(oddFill, OPENED_AT, 'flex'),
          ],
          newFills: [plain, oddFill],
          attributions: [
            { fillId: oddFill.fillId, recordedAt: OPENED_AT, strategy: oddFill.strategy, by: LONG },
          ],
          commissions: orphans,
          orders: [bareOrder, fullOrder],
          instruments: [bareInstrument, option],
          positions: records,
          positionChanges: [{ at: OPENED_AT, position: position() }],
          adjustments,
          accountSummaries: [
            {
              at: OPENED_AT,
              baseCurrency: null,
              netLiquidation: money(FINEST),
              totalCash: null,
              unrealizedPnl: money(SMALLEST),
              realizedPnl: null,
            },
          ],
          prices,
          journal,
        }),
      )
      const expected = {
        recentFills: [oddFill, plain],
        recentFillsSince: null,
        recentOrders: [fullOrder, bareOrder],
        orphanCommissions: [pending, orphan],
        prices,
        openingEntries: [journal[0]],
        journalLength: 2,
        fillCount: 2,
        breaks: [],
        ...{ lastRun: run, accruals: run.accruals },
        cashEntries,
        allocations,
        breakCauses: [thoughtLater],
        positions: expect.arrayContaining([...records]) as unknown,
        instruments: expect.arrayContaining([bareInstrument, option]) as unknown,
        adjustments: expect.arrayContaining(adjustments) as unknown,
      }
      expect(await ledger.load()).toEqual(expected)
      await ledger.close()
      const again = await openIn(folder)
      expect(await again.load()).toEqual(expected)
      await again.close()
    }))

  it('is in every table to the last digit', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const summary = { at: OPENED_AT, baseCurrency: 'CHF', totalCash: null, realizedPnl: null }
      await ledger.commit(
        changes({
          executions: [executionRecord(oddFill, secondsIn(9), 'flex')],
          attributions: [
            { fillId: execRoot('a'), recordedAt: OPENED_AT, strategy: MOMENTUM, by: LONG },
          ],
          positionChanges: [{ at: utcNanos(OPENED_AT + 1n), position: position() }],
          accountSummaries: [
            { ...summary, netLiquidation: money(FINEST), unrealizedPnl: money(SMALLEST) },
          ],
          journal,
        }),
      )
      await ledger.close()
      const at = '2026-03-02 14:30:00'
      expect(
        await rowsOf(
          fileIn(folder),
          'SELECT exec_id, price, model_code, source, recorded_at FROM executions',
        ),
      ).toEqual([[oddExecution.execId, FINEST, LONG, 'flex', '2026-03-02 14:30:09']])
      expect(await rowsOf(fileIn(folder), 'SELECT * FROM attributions')).toEqual([
        ['a', at, 'momentum', LONG],
      ])
      expect(await rowsOf(fileIn(folder), 'SELECT * FROM strategy_positions')).toEqual([
        [`${at}.000000001`, 'momentum', '756733', '-0.500000000000000000', FINEST, SMALLEST],
      ])
      expect(await rowsOf(fileIn(folder), 'SELECT * FROM account_summary')).toEqual([
        [at, 'CHF', FINEST, null, SMALLEST, null],
      ])
      expect(
        await rowsOf(fileIn(folder), 'SELECT seq, author, detail FROM journal ORDER BY seq'),
      ).toEqual([
        ['1', 'truebook', LONG],
        ['2', LONG, LONG],
      ])
    }))

  it('refuses a number finer or larger than its columns, and then goes on', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      for (const text of ['0.0000000000000000001', '100000000000000000000']) {
        const fill = aFill({ price: price(text) })
        await expect(ledger.commit(changes({ newFills: [fill] }))).rejects.toThrow(/18/)
      }
      await ledger.commit(changes({ newFills: [aFill()] }))
      expect((await ledger.load()).fillCount).toBe(1)
      await ledger.close()
    }))
})
