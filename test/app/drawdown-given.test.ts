import { describe, expect, it } from 'vitest'
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
