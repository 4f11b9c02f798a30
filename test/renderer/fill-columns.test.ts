import { describe, expect, it } from 'vitest'
import { FILL_COLUMNS } from '#renderer/panels/fill-columns.ts'
import type { FillRow } from '#shared/api/views.ts'
import { aFill } from './fake-book.ts'

const context = { now: 0, isFresh: true, daySince: null }
const symbol = FILL_COLUMNS.find(({ id }) => id === 'symbol')!
const commission = FILL_COLUMNS.find(({ id }) => id === 'commission')!
const badge = (change: Partial<FillRow>) => symbol.cell(aFill(change), context).badge
const tips = (change: Partial<FillRow>) => symbol.tip(aFill(change), context)

describe('a fill that is in no position', () => {
  const informational = { isInformational: true }

  it('says why: a combo, a conversion, or what the opening covers', () => {
    expect(badge({})).toBe(undefined)
    expect(badge({ ...informational, secType: 'BAG' })).toBe('combo')
    expect(badge({ ...informational, secType: 'CASH' })).toBe('conversion')
    expect(badge({ ...informational, secType: 'STK' })).toBe('opening')
    expect(tips({ ...informational, secType: 'CASH' })).toContain('it moves cash, and no position')
    expect(tips({ ...informational, secType: 'BAG' })).toContain('its legs are booked')
  })

  it('is a correction before anything else', () => {
    expect(badge({ ...informational, secType: 'CASH', revision: 2 })).toBe('rev 2')
  })

  it('has the commission of a conversion, and none of a combo', () => {
    const tip = (secType: string) => commission.tip(aFill({ ...informational, secType }), context)
    expect(tip('CASH')).toContain('1.05 USD')
    expect(tip('BAG')).toBe('None: the legs carry the commissions.')
  })
})
