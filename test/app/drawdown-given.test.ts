import { describe, expect, it } from 'vitest'
import { execId } from '#shared/ids.ts'
import { money, price, quantity } from '#shared/money.ts'
import { anExecution } from '../fakes/builders.ts'
import { measured, measuredPair } from './measured-desk.ts'

describe('the drawdown of a strategy', () => {
  it('does not move when fills are given to another, nor when they are given back', async () => {
    const { desk, priced, look, giveFills, near } = await measuredPair()
    const before = near()
    expect(before.map((one) => one?.[0])).toEqual([
      ['7.692307692', '100'],
      ['0.000000000', '0'],
    ])
    await giveFills('momentum:1', 'value')
    await look()
    expect(near()).toEqual(before)
    await giveFills('momentum:1', 'momentum')
    await look()
    expect(near()).toEqual(before)
    // What they make from now on is of who has them.
    await giveFills('momentum:1', 'value')
    await look()
    await priced('11')
    // 100 of the 700 there are with what came.
    expect(near().map((one) => one?.[0])).toEqual([before[0]?.[0], ['14.285714286', '100']])
    await desk.stop()
  })

  /** Value keeps 20 that momentum's execution, told later, turns out to have bought. */
  const handing = async () => {
    const made = await measuredPair()
    const { broker, clock, look } = made
    const executedAt = clock.stamp()
    clock.advance(1_000)
    await made.keep('value', '20', '220')
    await look()
    await made.priced('14')
    await made.priced('13')
    const tell = (revision: string, size: string) => {
      const told = { execId: execId(`7.${revision}`), orderRef: 'momentum:2', executedAt }
      broker.execute(anExecution({ ...told, shares: quantity(size), price: price('11') }))
      const commission = money('2')
      const of = { execId: told.execId, commission, currency: 'USD', realizedPnl: null }
      broker.charge(of)
      return look()
    }
    return { ...made, tell }
  }

  it('does not move when an execution takes the place of another’s residual', async () => {
    const { desk, near, priced, tell } = await handing()
    const before = near()
    expect(before.map((one) => one?.[0]?.[1])).toEqual(['100', '20'])
    await tell('01', '20')
    expect(near()).toEqual(before)
    // Half of it goes back to value.
    await tell('02', '10')
    expect(near()).toEqual(before)
    await priced('12')
    expect(near().map((one) => one?.[0]?.[1])).toEqual(['210', '30'])
    await desk.stop()
  })

  it('does not move by what took a residual’s place just before a restart', async () => {
    const before = await handing()
    const then = ['momentum', 'value'].map((name) => before.fallen(`strategy:${name}`))
    const { broker, clock, account } = before
    const told = { execId: execId('7.01'), orderRef: 'momentum:2', executedAt: clock.stamp() }
    const [kept] = account.book!.memory.adjustments.filter(({ kind }) => kind === 'residual')
    broker.execute(
      anExecution({
        ...told,
        executedAt: kept!.effectiveAt,
        shares: quantity('20'),
        price: price('11'),
      }),
    )
    await account.command(() => Promise.resolve())
    await before.desk.stop()
    const after = await measured({ store: before.store, hours: 1 })
    await after.worth('5000')
    await after.priced('13')
    expect(['momentum', 'value'].map((name) => after.fallen(`strategy:${name}`))).toEqual(then)
    await after.desk.stop()
  })

  it('does not move by fills that were given just before a restart', async () => {
    const before = await measuredPair()
    const fallen = (of: Pick<typeof before, 'fallen'>) =>
      ['momentum', 'value'].map((n) => of.fallen(`strategy:${n}`))
    const then = fallen(before)
    await before.giveFills('momentum:1', 'value')
    await before.desk.stop()
    const after = await measured({ store: before.store, hours: 1 })
    await after.worth('5000')
    await after.priced('12')
    expect(fallen(after)).toEqual(then)
    await after.desk.stop()
  })
})
