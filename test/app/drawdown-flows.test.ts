import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACCOUNT } from '../fakes/builders.ts'
import { emptyStore } from '../fakes/ledger.ts'
import { measured, percentLimits, measuredPair } from './measured-desk.ts'

const thrice = <Value>(value: Value): readonly Value[] => [value, value, value]

describe('the drawdown of a strategy', () => {
  it('is of its capital and what it made; before it has any there is only money', async () => {
    const { desk, worth, priced, give, look, fallen } = await measured()
    await worth('5000')
    await priced('12')
    await priced('11')
    expect(fallen('strategy:momentum')).toEqual(thrice([null, '100']))
    await give('momentum', '900')
    await look()
    expect(fallen('strategy:momentum')).toEqual(thrice(['0', '100']))
    await priced('9')
    expect(fallen('strategy:momentum')).toEqual(thrice(['20', '300']))
    expect(fallen('strategy:UNATTRIBUTED')).toEqual(thrice([null, '0']))
    await desk.stop()
  })

  it('does not move when capital is given or taken, at whatever price', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            amount: fc.integer({ min: -90_000, max: 500_000 }),
            at: fc.integer({ min: 900, max: 1100 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        async (turns) => {
          const { desk, worth, priced, give, look, fallen } = await measured()
          await worth('5000')
          await give('momentum', '1000')
          await look()
          let given = 100_000
          for (const { amount, at } of turns) {
            await priced((at / 100).toFixed(2))
            const before = fallen('strategy:momentum')
            // Capital stays: what is left after everything was taken is another rule.
            if (given + amount < 50_000 || amount === 0) continue
            given += amount
            await give('momentum', (amount / 100).toFixed(2))
            await look()
            const near = (gauges: typeof before) =>
              gauges?.map(([percent, lost]) => [Number(percent).toFixed(9), lost])
            expect(near(fallen('strategy:momentum'))).toEqual(near(before))
          }
          await desk.stop()
        },
      ),
      { numRuns: 10 },
    ))

  it('does not move when a holding is moved to it at its cost, or away', async () => {
    const { desk, priced, look, move, near } = await measuredPair()
    const before = near()
    expect(before[0]?.[0]).toEqual(['7.692307692', '100'])
    await move('momentum', 'value', '40')
    await look()
    expect(near()).toEqual(before)
    await priced('11')
    expect(near()).not.toEqual(before)
    await desk.stop()
  })

  it('goes on after a restart, with capital that was given just before it', async () => {
    const before = await measured()
    await before.worth('5000')
    await before.give('momentum', '1000')
    await before.priced('11')
    await before.priced('10.45')
    expect(before.fallen('strategy:momentum')).toEqual(thrice(['5', '55']))
    await before.give('momentum', '1045')
    await before.desk.stop()
    const after = await measured({ store: before.store, hours: 1 })
    await after.worth('5000')
    await after.priced('10.45')
    expect(after.fallen('strategy:momentum')).toEqual(thrice(['5', '55']))
    await after.desk.stop()
  })
})

describe('a deposit', () => {
  it('booked after it came removes the gain it looked like', async () => {
    const { desk, worth, book, look, fallen } = await measured({ everyMs: 5_000 })
    for (const net of ['1000', '950', '1950', '1940']) await worth(net, 60_000)
    // The thousand looks like the highest peak there ever was.
    expect(fallen()?.[0]).toEqual(['0.512820512820512821', '10'])
    await book('1000')
    await look()
    // 5 % before it, and 10 of 1,950 after it.
    const [percent, lost] = fallen()![0]!
    expect([Number(percent).toFixed(6), lost]).toEqual(['5.487179', '60'])
    await desk.stop()
  })

  it('counts as a gain again once it is taken back', async () => {
    const { desk, worth, book, look, fallen, clock } = await measured({ everyMs: 5_000 })
    for (const net of ['1000', '950', '1950', '1940']) await worth(net, 60_000)
    const before = fallen()
    const entry = await book('1000')
    await look()
    const recordedAt = clock.stamp()
    const undo = { ...entry, id: 'undo', reverses: entry.id, recordedAt }
    await book('-1000', undo)
    await look()
    expect(fallen()).toEqual(before)
    await desk.stop()
  })

  it('moves nothing when no series from before it is kept', async () => {
    const store = emptyStore()
    const before = await measured({ store })
    for (const net of ['1000', '1950', '1852.5']) await before.worth(net)
    const fallen = before.fallen()
    await before.desk.stop()
    const after = await measured({ store, hours: 1 })
    await after.worth('1852.5')
    await after.book('950')
    await after.look()
    expect(after.fallen()).toEqual(fallen)
    expect(fallen?.[0]).toEqual(['5', '97.5'])
    await after.desk.stop()
  })

  it('never moves percent, whenever it comes and however late it is booked', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 900, max: 1100 }), { minLength: 3, maxLength: 8 }),
        fc.nat(),
        fc.integer({ min: 500, max: 5000 }),
        async (returns, seed, deposit) => {
          const when = 1 + (seed % (returns.length - 1))
          const plain = await measured({ everyMs: 5_000 })
          for (const each of returns) await plain.worth(String(each), 60_000)
          const other = await measured({ everyMs: 5_000 })
          // The same returns on more money: the deposit is made just after a value was seen.
          for (const [index, each] of returns.entries()) {
            const at = returns[when - 1]!
            const net = index < when ? each : ((at + deposit) * each) / at
            if (index === when) await other.worth(String(at + deposit), 60_000)
            await other.worth(net.toFixed(12), 60_000)
          }
          await other.book(String(deposit))
          await other.look()
          const near = (gauges = plain.fallen()) =>
            gauges?.map(([percent]) => Number(percent).toFixed(6))
          expect(near(other.fallen())).toEqual(near())
          await plain.desk.stop()
          await other.desk.stop()
        },
      ),
      { numRuns: 10 },
    ))
})

describe('a limit', () => {
  const FALL = `The drawdown of the account ${ACCOUNT} since its peak`
  const limits = [{ scope: 'account', warning: '3', breach: '5', hysteresis: '1' }]

  it('is told once at each mark, over a restart, and again only beyond hysteresis', async () => {
    const store = emptyStore()
    const first = await measured({ store, limits })
    await first.worth('1000')
    await first.worth('969')
    await first.worth('945')
    await first.worth('949')
    expect(first.messages().filter((message) => message.includes('drawdown'))).toEqual([
      `${FALL} is 5.50 %: the limit of 5.00 % is reached.`,
      `${FALL} is 3.10 %: the warning mark of 3.00 % is reached.`,
    ])
    expect(first.notifier.titles).toEqual(['Drawdown limit'])
    await first.desk.stop()
    const again = await measured({ store, limits, hours: 1 })
    await again.worth('949')
    await again.worth('940')
    expect(again.notifier.titles).toEqual([])
    await again.worth('985')
    await again.worth('940')
    expect(again.notifier.titles).toEqual(['Drawdown limit'])
    const { gauges } = again.view().scopes[0]!
    expect(gauges[0]?.limits).toEqual([
      {
        ...{ measure: 'percent', warning: '3', breach: '5', level: 'breach' },
        ...{ leftToWarning: '0', leftToBreach: '0' },
      },
    ])
    await again.desk.stop()
  })

  it('of every strategy gives way to one that names it, and is changed while running', async () => {
    const set = [
      { scope: 'every strategy', breach: '1' },
      { scope: 'momentum', breach: '50' },
    ]
    const { desk, worth, priced, give, look, notifier, view } = await measured({ limits: set })
    await worth('5000')
    await give('momentum', '1000')
    await look()
    await priced('9')
    expect(notifier.titles).toEqual([])
    const momentum = view().scopes.find(({ name }) => name === 'momentum')!
    expect(momentum.gauges[0]?.limits[0]).toMatchObject({ breach: '50', leftToBreach: '400' })
    desk.drawdown.limitBy(percentLimits(set.slice(0, 1)))
    await look()
    expect(notifier.messages).toEqual([
      `The drawdown of momentum (${ACCOUNT}) since its peak is 10.00 %: ` +
        'the limit of 1.00 % is reached.',
    ])
    await desk.stop()
  })
})

describe('the total drawdown', () => {
  it('starts over when it is reset, which is journalled and outlives a restart', async () => {
    const store = emptyStore()
    const first = await measured({ store })
    await first.worth('1000')
    await first.worth('900')
    await first.desk.drawdown.reset(first.account, 'account')
    expect(first.fallen()).toEqual([
      ['0', '0'],
      ['10', '100'],
      ['10', '100'],
    ])
    expect(store.journal.at(-1)).toMatchObject({ command: 'drawdown.reset', detail: 'account' })
    const unknown = first.desk.drawdown.reset(first.account, 'strategy:nobody')
    await expect(unknown).rejects.toThrow('No drawdown is measured under that name')
    await first.desk.stop()
    const after = await measured({ store, hours: 1 })
    await after.worth('855')
    expect(after.fallen()?.[0]).toEqual(['5', '45'])
    await after.desk.stop()
  })
})

it('goes on by the ledger while the broker cannot be heard, and says so', async () => {
  const { desk, broker, worth, priced, look, fallen, view } = await measured()
  await priced('10')
  await worth('5000')
  broker.cut()
  await look()
  await priced('9.5')
  expect([view().scopes[0]?.source, fallen()?.[0]]).toEqual(['ledger', ['1', '50']])
  broker.connect()
  await worth('5000')
  expect([view().scopes[0]?.source, fallen()?.[0]]).toEqual(['broker', ['0', '0']])
  await desk.stop()
})
