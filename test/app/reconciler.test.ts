import { describe, expect, it } from 'vitest'
import { openingState } from '#app/opening.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import { conId, execId } from '#shared/ids.ts'
import { money, price, quantity } from '#shared/money.ts'
import { err } from '#shared/result.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import { fileIn, inFolder, MIGRATIONS, rowsOf } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, anExecution, SPY } from '../fakes/builders.ts'
import { heldAt, openedDesk } from './opened-desk.ts'

const said = ({ id, kind, ledger, broker, difference, status }: Shown) =>
  [id, kind, String(ledger), String(broker), String(difference), status] as const
type Shown = ReturnType<Awaited<ReturnType<typeof openedDesk>>['breaks']>[number]

describe('reconciling with the broker', () => {
  it('agrees with the holdings the book was just opened on, by itself', () =>
    inFolder(async (folder) => {
      const { account, lastRun, breaks, close } = await openedDesk(folder)
      expect(openingState(account().book!.memory)).toBe('proposed')
      expect(lastRun()).toMatchObject({ reason: 'connect', outcome: 'agrees', found: 0 })
      expect(breaks()).toEqual([])
      await close()
    }))

  it('finds an execution that never came as a break, and gone once it comes', () =>
    inFolder(async (folder) => {
      const { broker, run, breaks, close, statuses } = await openedDesk(folder)
      broker.hold(heldAt('130', '10.5'))
      expect(await run()).toMatchObject({ outcome: 'differs', found: 1, why: null })
      const id = `${ACCOUNT}/quantity/${SPY}`
      expect(breaks().map(said)).toEqual([[id, 'quantity', '100', '130', '30', 'opened']])
      await run()
      expect(breaks()).toMatchObject([{ status: 'seen again', timesSeen: 2, revision: 1 }])
      // 30 at 12.1, with a commission of 2: the broker's average becomes (1000 + 365) / 130.
      broker.execute(
        anExecution({ execId: execId('1.01'), shares: quantity('30'), price: price('12.1') }),
      )
      broker.charge({
        ...{ execId: execId('1.01'), commission: money('2'), currency: 'USD', realizedPnl: null },
      })
      broker.hold(heldAt('130', '10.5'))
      expect(await run()).toMatchObject({ outcome: 'agrees', found: 0, notJudged: 0 })
      expect(statuses()).toEqual(['gone'])
      await close()
    }))

  it('compares the cost of the whole account with the opening commission in it', () =>
    inFolder(async (folder) => {
      const { broker, run, breaks, close } = await openedDesk(folder)
      broker.hold(heldAt('100', '10.25'))
      await run()
      const id = `${ACCOUNT}/cost/${SPY}`
      expect(breaks().map(said)).toEqual([[id, 'cost', '1000', '1025', '25', 'opened']])
      await close()
    }))

  it('judges nothing when the broker does not answer, and says why', () =>
    inFolder(async (folder) => {
      const { broker, run, breaks, lastRun, close } = await openedDesk(folder)
      broker.hold(heldAt('90'))
      await run()
      const before = breaks()
      const answering = broker.snapshot
      Object.assign(broker, { snapshot: () => Promise.resolve(err('timeout' as const)) })
      broker.hold(heldAt('0'))
      const why = 'The broker did not answer in time: nothing was compared. Try again.'
      expect(await run()).toMatchObject({ outcome: 'failed', why, found: 0 })
      expect([breaks(), lastRun()?.why]).toEqual([before, why])
      Object.assign(broker, { snapshot: answering })
      await close()
    }))

  it('leaves what trades alone and judges the rest', () =>
    inFolder(async (folder) => {
      const other = conId(4711)
      const { broker, run, breaks, close } = await openedDesk(folder)
      broker.hold(heldAt('90'))
      broker.hold(heldAt('7', '5', other))
      await run()
      broker.busy.add(SPY)
      broker.hold(heldAt('80'))
      expect(await run()).toMatchObject({ outcome: 'differs', found: 1, notJudged: 3 })
      const shown = new Map(breaks().map((one) => [one.conId, [one.status, String(one.broker)]]))
      expect([shown.get(SPY), shown.get(other)]).toEqual([
        ['in flight', '90'],
        ['seen again', '7'],
      ])
      await close()
    }))

  it('judges what was executed just before the broker’s day ended, though its clock is ahead', () =>
    inFolder(async (folder) => {
      const { broker, run, breaks, clock, close } = await openedDesk(folder)
      const executedAt = nanosOf(utcMillis(clock.now() + 3_600_000))
      const buys = { side: 'buy', shares: quantity('30'), price: price('10') } as const
      broker.execute(anExecution({ execId: execId('1.01'), executedAt, ...buys }))
      const charge = { commission: money('0'), currency: 'USD', realizedPnl: null }
      broker.charge({ execId: execId('1.01'), ...charge })
      broker.hold(heldAt('130'))
      expect(await run()).toMatchObject({ outcome: 'agrees', notJudged: 0 })
      clock.advance(1_000)
      broker.endDay()
      expect(await run()).toMatchObject({ outcome: 'agrees', notJudged: 0 })
      broker.hold(heldAt('140'))
      expect(await run()).toMatchObject({ outcome: 'differs', found: 1 })
      expect(breaks()).toMatchObject([{ kind: 'quantity', status: 'opened' }])
      await close()
    }))

  it('writes the run, its breaks and the priced book, each row at its own instant', () =>
    inFolder(async (folder) => {
      const { broker, run, close, desk, clock } = await openedDesk(folder)
      const quote = { conId: SPY, price: price('12'), source: 'live' as const, at: clock.now() }
      desk.pricing.take(quote)
      broker.hold(heldAt('130'))
      const { id } = await run()
      await close()
      const file = fileIn(folder)
      expect(
        await rowsOf(
          file,
          `SELECT strategy, quantity::VARCHAR, market_value::VARCHAR, held_by, state
           FROM portfolio WHERE run = '${id}' ORDER BY ts`,
        ),
      ).toEqual([
        ['UNATTRIBUTED', '100.000000000000000000', '1200.000000000000000000', 'both', 'differs'],
        [null, '30.000000000000000000', '360.000000000000000000', 'both', 'differs'],
      ])
      expect(
        await rowsOf(
          file,
          `SELECT (SELECT count(*) - count(DISTINCT ts) FROM portfolio)::VARCHAR,
                  (SELECT string_agg(outcome, ' ' ORDER BY ended_at) FROM reconciliation_runs),
                  (SELECT string_agg(status || ' ' || run, ',') FROM breaks) = 'opened ${id}'`,
        ),
      ).toEqual([['0', 'agrees differs', true]])
    }))

  it('remembers breaks and the last run when the ledger is opened again', () =>
    inFolder(async (folder) => {
      const first = await openedDesk(folder)
      first.broker.hold(heldAt('130'))
      await first.run()
      const before = [first.breaks(), first.lastRun()]
      await first.close()
      const opened = await ledgerIn({ folder, migrations: MIGRATIONS })(ACCOUNT)
      if (!opened.ok) throw new Error(opened.error.sentence)
      const { breaks, lastRun } = await opened.value.load()
      expect([breaks, lastRun]).toEqual(before)
      await opened.value.close()
    }))

  it('runs on its timer, from then on at another pace, and not at all at 0', () =>
    inFolder(async (folder) => {
      const { desk, clock, lastRun, until, isAtRest, close } = await openedDesk(folder, 60_000)
      const ran = async (afterMs: number): Promise<string | undefined> => {
        const before = lastRun()
        clock.advance(afterMs)
        await until(() => lastRun() !== before && isAtRest())
        return lastRun()?.reason
      }
      expect(await ran(60_000)).toBe('timer')
      desk.reconciliations.follow({ ...WHEN_ASKED, everyMs: 5_000 })
      expect(await ran(5_000)).toBe('timer')
      desk.reconciliations.follow(WHEN_ASKED)
      const last = lastRun()
      clock.advance(3_600_000)
      for (let turn = 0; turn < 50; turn += 1) await clock.turn()
      expect([lastRun(), desk.reconciliations.isRunning(ACCOUNT)]).toEqual([last, false])
      await close()
    }))
})
