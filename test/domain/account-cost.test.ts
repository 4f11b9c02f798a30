import { describe, expect, it } from 'vitest'
import { costAtBroker, foldAccountCost } from '#domain/account-cost.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import type { Fill } from '#domain/fill.ts'
import { strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, money, quantity, text, textOrNull } from '#shared/money.ts'
import { anAdjustment, anInstrument, MOMENTUM, secondsIn } from '../fakes/builders.ts'
import { traded } from './sides.ts'

const REVERSION = strategyId('reversion')
const cost = (fills: readonly Fill[], adjustments: readonly Adjustment[] = []) =>
  foldAccountCost(anInstrument(), { fills, adjustments })
const atBroker = (fills: readonly Fill[], over: Parameters<typeof anInstrument>[0] = {}) =>
  textOrNull(costAtBroker(cost(fills), anInstrument(over)))

describe('what the broker counts as cost', () => {
  it('has the commission of what was opened in it, and the multiplier', () => {
    const bought = traded(1, '1@5000', { commission: '2.25' })
    expect(atBroker([bought], { secType: 'FUT', multiplier: new D(50) })).toBe('250002.25')
  })

  it('is less for a short by its commission', () => {
    expect(atBroker([traded(1, '-100@10', { commission: '1' })])).toBe('-999')
  })

  it('keeps its share of the commission when a part is closed, whatever closing costs', () => {
    const bought = traded(1, '100@10', { commission: '1' })
    expect(atBroker([bought, traded(2, '-40@12', { commission: '5' })])).toBe('600.6')
  })

  it('has only the opening part of the commission of a fill that turns it over', () => {
    const fills = [
      traded(1, '100@10', { commission: '1' }),
      traded(2, '-150@12', { commission: '3' }),
    ]
    expect(atBroker(fills)).toBe('-599')
  })

  it('folds strategies together: what one sells the other’s purchase is closed by', () => {
    const fills = [traded(1, '100@10'), traded(2, '-100@12', { strategy: REVERSION })]
    expect(text(cost(fills).position.quantity)).toBe('0')
    expect(atBroker([...fills, traded(3, '10@11')])).toBe('110')
  })

  it('is unknown until the commission of the open quantity and the magnifier are known', () => {
    const open = { ...traded(1, '100@10'), charge: null }
    expect(atBroker([open])).toBeNull()
    expect(atBroker([open, traded(2, '-100@10')])).toBe('0')
    expect(atBroker([traded(1, '1@10')], { priceMagnifier: null })).toBeNull()
  })

  it('is unknown with a commission in another currency, unless that is nothing', () => {
    const bought = traded(1, '100@10', { commission: '1' })
    const charge = { ...bought.charge!, currency: 'EUR' }
    expect(atBroker([{ ...bought, charge }])).toBeNull()
    const nothing = { ...charge, amount: money('0') }
    expect(atBroker([{ ...bought, charge: nothing }])).toBe('1000')
  })

  it('does not move by a transfer between strategies, and is split once', () => {
    const leg = (sign: 1 | -1): Adjustment =>
      anAdjustment({
        id: `leg ${sign}`,
        kind: 'transfer',
        strategy: sign === 1 ? UNATTRIBUTED : MOMENTUM,
        effectiveAt: secondsIn(2),
        quantity: quantity(String(sign * 50)),
        cost: new D(sign * 500),
      })
    const split = anAdjustment({
      id: 'split',
      kind: 'split',
      effectiveAt: secondsIn(3),
      quantity: quantity('0'),
      ratio: { to: new D(2), from: new D(1) },
    })
    const folded = cost([traded(1, '100@10', { commission: '1' })], [leg(1), leg(-1), split])
    expect([text(folded.position.quantity), text(folded.position.cost)]).toEqual(['200', '1000'])
    expect(text(folded.openingCommission)).toBe('1')
  })
})
