import { describe, expect, it } from 'vitest'
import { drawdownLimits } from '#shared/limit-setting.ts'

type Said = Readonly<Record<string, unknown>>

const ofDay: Said = { scope: 'account', period: 'daily', measure: 'percent' }
const read = (...limits: readonly Said[]) =>
  drawdownLimits.safeParse(limits.map((limit) => ({ ...ofDay, ...limit })))

/** Why they are refused, each with the place it is about. */
function refusals(...limits: readonly Said[]): readonly string[] {
  const issues = read(...limits).error?.issues ?? []
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('a drawdown limit of the settings', () => {
  it('is kept as said, with no hysteresis unless one is said', () => {
    const money = { scope: ' momentum ', measure: 'money', warning: '5000', hysteresis: '0.5' }
    expect(read({ warning: '2', breach: 3.5 }, money, { period: 'total', breach: '100' })).toEqual({
      success: true,
      data: [
        { ...ofDay, warning: '2', breach: '3.5', hysteresis: '0' },
        { ...ofDay, ...money, scope: 'momentum' },
        { ...ofDay, period: 'total', breach: '100', hysteresis: '0' },
      ],
    })
  })

  it('may be set for each scope, period and measure, once', () => {
    const others = [{ period: 'weekly' }, { scope: 'momentum' }, { measure: 'money' }, {}]
    expect(refusals(...others.map((of) => ({ ...of, breach: '3' })))).toEqual([])
    expect(refusals({ breach: '3' }, { scope: 'account ', warning: '2' })).toEqual([
      ': sets two limits for account daily in percent: keep one of them',
    ])
  })

  it.each([
    [{}, '0: needs a warning, a breach, or both'],
    [{ hysteresis: '1' }, '0: needs a warning, a breach, or both'],
    [{ warning: '3', breach: '3' }, '0: the breach must be beyond the warning'],
    [{ warning: '10', breach: '9.5' }, '0: the breach must be beyond the warning'],
    [{ warning: '0' }, '0: a mark must be above 0'],
    [{ warning: '1', breach: '0.00' }, '0: a mark must be above 0'],
    [{ breach: '100.01' }, '0: a mark in percent must not be above 100'],
    [{ warning: '-1' }, '0.warning: must be a plain decimal, such as 0.01'],
    [{ breach: 'five' }, '0.breach: must be a plain decimal, such as 0.01'],
    [{ breach: '1e2' }, '0.breach: must be a plain decimal, such as 0.01'],
    [{ breach: 1e-7 }, '0.breach: must be a plain decimal, such as 0.01'],
    [{ breach: '' }, '0.breach: must be a plain decimal, such as 0.01'],
    [{ breach: '3', hysteresis: '-1' }, '0.hysteresis: must be a plain decimal, such as 0.01'],
    [{ scope: ' ', breach: '3' }, '0.scope: must not be empty'],
    [{ period: 'monthly', breach: '3' }, '0.period: must be total, weekly or daily'],
    [{ measure: 'points', breach: '3' }, '0.measure: must be percent or money'],
    [{ breach: '3', warn: '2' }, '0: Unrecognized key: "warn"'],
  ])('%j is refused in a sentence', (limit, refusal) => {
    expect(refusals(limit)).toEqual([refusal])
  })

  it('in money may be above 100, and its breach is beyond its warning by number', () => {
    expect(refusals({ measure: 'money', warning: '900', breach: '5000' })).toEqual([])
    expect(refusals({ measure: 'money', warning: '900', breach: '1000' })).toEqual([])
    expect(refusals({ measure: 'money', warning: '1000', breach: '900' })).toHaveLength(1)
  })

  it('is refused when its hysteresis reaches down to nothing', () => {
    const sentence =
      '0: the hysteresis must be smaller than the marks, or one that is reached is never left'
    expect(refusals({ warning: '2', breach: '5', hysteresis: '1.99' })).toEqual([])
    expect(refusals({ warning: '2', breach: '5', hysteresis: '2' })).toEqual([sentence])
    expect(refusals({ breach: '5', hysteresis: '5.01' })).toEqual([sentence])
  })
})
