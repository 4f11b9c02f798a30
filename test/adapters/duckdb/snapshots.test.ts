import { describe, expect, it } from 'vitest'
import { bucketStarts } from '#domain/bucket.ts'
import { UNMEASURED } from '#domain/drawdown.ts'
import { saveDrawdown } from '#domain/drawdown-series.ts'
import { DEFAULT_CALENDAR } from '#domain/period.ts'
import type { PortfolioSnapshot } from '#ports/snapshot.ts'
import { D, quantity } from '#shared/money.ts'
import { nanosOf, utcMillis, utcNanos, type UtcMillis } from '#shared/time.ts'
import { MOMENTUM, SPY } from '../../fakes/builders.ts'
import { snapshotsIn } from '../../fakes/snapshots.ts'
import { changes, fileIn, inFolder, openIn, rowsOf } from './folder.ts'

const MINUTE = 60_000
/** A Monday, 00:00 UTC. */
const MIDNIGHT = utcMillis(Date.UTC(2026, 2, 2))
const at = (minutes: number): UtcMillis => utcMillis(MIDNIGHT + minutes * MINUTE)

const worth = (minutes: number, equity: string): PortfolioSnapshot => ({
  at: utcNanos(nanosOf(at(minutes)) + 7n),
  baseCurrency: 'USD',
  equity: new D(equity),
  ...{
    cash: null,
    investmentValue: new D('0.000000000000000001'),
    accrued: new D('7.5'),
    currencies: [{ currency: 'EUR', cash: new D('12.5'), futuresPnl: null, fxRate: new D('1.1') }],
    excluded: 2,
  },
  positions: [
    {
      ...{ strategy: MOMENTUM, conId: SPY, quantity: quantity('-3'), currency: 'USD' },
      ...{ price: new D('500.25'), fxRate: null, marketValue: new D('-1500.75'), gain: null },
    },
  ],
  strategies: [
    {
      ...{ strategy: MOMENTUM, equity: new D('9'), gain: new D('10') },
      ...{ commission: new D('-1'), excluded: 0 },
    },
  ],
})

const TAKEN = [worth(-3, '90'), worth(1, '100'), worth(4, '101'), worth(12, '99'), worth(27, '103')]

const FIVE_MINUTES = { from: at(0), to: at(30) }
const starts = bucketStarts(FIVE_MINUTES, 5 * MINUTE, DEFAULT_CALENDAR)

describe('snapshots in the ledger', () => {
  it('are read as the last of each bucket, after the last before the beginning', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(changes({ snapshots: TAKEN }))
      const { snapshots } = ledger
      expect(await snapshots.curve({ from: at(0), starts })).toEqual([
        { at: at(-3), equity: new D('90') },
        { at: at(4), equity: new D('101') },
        { at: at(12), equity: new D('99') },
        { at: at(27), equity: new D('103') },
      ])
      const early = { from: at(-60), starts: [at(-60), ...starts] }
      expect(await snapshots.curve(early)).toEqual([
        { at: at(-3), equity: new D('90') },
        { at: at(4), equity: new D('101') },
        { at: at(12), equity: new D('99') },
        { at: at(27), equity: new D('103') },
      ])
      // The ledger in memory, which other tests use, reads them alike.
      const inMemory = snapshotsIn(TAKEN)
      for (const wanted of [{ from: at(0), starts }, early, { from: null, starts }])
        expect(await inMemory.curve(wanted)).toEqual(await snapshots.curve(wanted))
      expect(await snapshots.first()).toBe(at(-3))
      await ledger.close()
    }))

  it('are nothing where none was taken', () =>
    inFolder(async (folder) => {
      const { snapshots, close } = await openIn(folder)
      expect(await snapshots.curve({ from: at(0), starts })).toEqual([])
      expect([await snapshots.first(), await snapshots.times()]).toEqual([null, []])
      await close()
    }))

  it('are read back as of an instant: the last one at or before it', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(changes({ snapshots: TAKEN }))
      const [first, second] = TAKEN
      const { strategies: left, ...whole } = first!
      expect(left).toHaveLength(1)
      expect(await ledger.snapshots.at(utcNanos(second!.at - 1n))).toEqual(whole)
      expect(await ledger.snapshots.at(utcNanos(first!.at - 1n))).toBeNull()
      await ledger.close()
    }))

  it('are deleted by their instant in every table, and only they', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(changes({ snapshots: TAKEN }))
      const dropped = TAKEN.slice(0, 4).map((taken) => taken.at)
      await ledger.commit(changes({ snapshotsDropped: dropped }))
      expect(await ledger.snapshots.times()).toEqual([TAKEN[4]!.at])
      await ledger.close()
      const path = fileIn(folder)
      const ts = '2026-03-02 00:27:00.000000007'
      const zeros = (text: string) => text.padEnd(text.indexOf('.') + 19, '0')
      expect(await rowsOf(path, 'SELECT * FROM portfolio_snapshots')).toEqual([
        [ts, 'USD', '103.000000000000000000', null, '0.000000000000000001', 2, zeros('7.5')],
      ])
      expect(await rowsOf(path, 'SELECT * FROM currency_snapshots')).toEqual([
        [ts, 'EUR', zeros('12.5'), null, zeros('1.1')],
      ])
      expect(await rowsOf(path, 'SELECT * FROM position_snapshots')).toEqual([
        [
          ...[ts, 'momentum', String(SPY), zeros('-3.'), zeros('500.25'), 'USD', null],
          ...[zeros('-1500.75'), null],
        ],
      ])
      expect(await rowsOf(path, 'SELECT * FROM strategy_equity')).toEqual([
        [ts, 'momentum', zeros('9.'), zeros('10.'), zeros('-1.'), 0],
      ])
    }))
})

describe('what drawdown remembers', () => {
  it('is replaced and read back with all of its 34 digits', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const equity = '1.123456789012345678901234567890123'
      const state = { ...saveDrawdown(UNMEASURED), equity, at: at(1) }
      const record = { scope: 'account', measuredAt: nanosOf(at(1)), state }
      await ledger.commit(changes({ drawdowns: [{ ...record, state: saveDrawdown(UNMEASURED) }] }))
      await ledger.commit(changes({ drawdowns: [record] }))
      expect(await ledger.drawdowns()).toEqual([record])
      await ledger.close()
      const again = await openIn(folder)
      expect(await again.drawdowns()).toEqual([record])
      await again.close()
    }))
})
