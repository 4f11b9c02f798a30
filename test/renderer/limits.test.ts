import { describe, expect, it } from 'vitest'
import {
  limitsTyped,
  shownLimit,
  typeLimit,
  type LimitOf,
  type TypedLimit,
  type TypedLimits,
} from '#renderer/stores/limits.ts'
import { drawdownLimits } from '#shared/limit-setting.ts'
import type { DrawdownLimitSetting } from '#shared/settings.ts'

const ACCOUNT_DAY: LimitOf = { scope: 'account', period: 'daily', measure: 'percent' }
const MOMENTUM_TOTAL: LimitOf = { scope: 'momentum', period: 'total', measure: 'percent' }
const IN_MONEY: DrawdownLimitSetting = {
  ...{ ...MOMENTUM_TOTAL, measure: 'money' },
  ...{ breach: '8000', hysteresis: '500' },
}
const SET: readonly DrawdownLimitSetting[] = [
  { ...ACCOUNT_DAY, warning: '2', breach: '3', hysteresis: '0' },
  IN_MONEY,
]
const NOTHING: TypedLimits = new Map()

const mark = (change: Partial<TypedLimit>): TypedLimit => ({
  ...{ warning: '', breach: '', hysteresis: '' },
  ...change,
})
const typed = (...each: readonly (readonly [LimitOf, Partial<TypedLimit>])[]): TypedLimits =>
  each.reduce((before, [of, change]) => typeLimit(before, of, mark(change)), NOTHING)

const named = ({ scope, period }: LimitOf): string => `${period} of ${scope}`
const sent = (...each: readonly (readonly [LimitOf, Partial<TypedLimit>])[]) =>
  limitsTyped(SET, typed(...each), named)

describe('the form of drawdown limits', () => {
  it('begins with what is set, and no hysteresis where it is none', () => {
    expect(shownLimit(SET, NOTHING, ACCOUNT_DAY)).toEqual(mark({ warning: '2', breach: '3' }))
    expect(shownLimit(SET, NOTHING, MOMENTUM_TOTAL)).toEqual(mark({}))
    expect(shownLimit(SET, NOTHING, IN_MONEY)).toEqual(mark({ breach: '8000', hysteresis: '500' }))
  })

  it('shows what is typed, of whom it was typed', () => {
    const some = typed([MOMENTUM_TOTAL, { breach: '15' }])
    expect(shownLimit(SET, some, MOMENTUM_TOTAL)).toEqual(mark({ breach: '15' }))
    expect(shownLimit(SET, some, { ...MOMENTUM_TOTAL, scope: 'value' })).toEqual(mark({}))
    expect(shownLimit(SET, some, IN_MONEY).breach).toBe('8000')
  })

  it('sends nothing but what was set while nothing is typed', () => {
    expect(sent()).toEqual({ ok: true, value: SET })
  })

  it('changes, adds and takes away what was typed, and leaves the others in place', () => {
    const value = [
      { ...ACCOUNT_DAY, breach: '4', hysteresis: '0.5' },
      IN_MONEY,
      { ...MOMENTUM_TOTAL, warning: '10', hysteresis: '0' },
    ]
    const read = sent(
      [MOMENTUM_TOTAL, { warning: ' 10 ' }],
      [ACCOUNT_DAY, { breach: '4', hysteresis: '0.5' }],
    )
    expect(read).toEqual({ ok: true, value })
    expect(drawdownLimits.parse(value)).toEqual(value)
    expect(sent([ACCOUNT_DAY, { warning: ' ' }])).toEqual({ ok: true, value: [IN_MONEY] })
  })

  it.each([
    [{ warning: '5', breach: '5' }, 'the breach must be beyond the warning'],
    [{ warning: '6', breach: '5' }, 'the breach must be beyond the warning'],
    [{ warning: '0' }, 'a mark must be above 0'],
    [{ breach: '100.5' }, 'a mark in percent must not be above 100'],
    [{ warning: 'two' }, 'the warning must be a plain number, such as 2.5'],
    [{ breach: '-3' }, 'the breach must be a plain number, such as 2.5'],
    [{ breach: '3', hysteresis: '1,5' }, 'the hysteresis must be a plain number, such as 2.5'],
    [{ hysteresis: '1' }, 'needs a warning, a breach, or both'],
    [
      { breach: '3', hysteresis: '3' },
      'the hysteresis must be smaller than the marks, or one that is reached is never left',
    ],
  ])('refuses %j in a sentence that names the limit', (change, fault) => {
    const read = sent([ACCOUNT_DAY, { breach: '4' }], [MOMENTUM_TOTAL, change])
    expect(read).toEqual({ ok: false, error: `total of momentum: ${fault}.` })
  })

  it('takes money above 100', () => {
    expect(sent([IN_MONEY, { warning: '5000', breach: '9000' }]).ok).toBe(true)
  })
})
