import { describe, expect, it } from 'vitest'
import { ledgerCash, movementsOfFill, standingEntries, type CashHistory } from '#domain/cash.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import type { Fill } from '#domain/fill.ts'
import { CASH_CLASSES, isFlow } from '#shared/cash.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, money, price, quantity, text } from '#shared/money.ts'
import { aCashEntry, aFill, anAdjustment, anInstrument, secondsIn } from '../fakes/builders.ts'

const charged = (amount: string, currency = 'USD'): Fill['charge'] => ({
  amount: money(amount),
  currency,
  revision: 1,
})

/** `kind currency amount` of what buying 10 at 4, charged 1 dollar, moves. */
function moved(over: Partial<Instrument>): readonly string[] | null {
  const fill = aFill({ shares: quantity('10'), price: price('4') }, { charge: charged('1') })
  const movements = movementsOfFill(fill, anInstrument(over))
  return (
    movements?.map(({ kind, currency, amount }) => `${kind} ${currency} ${text(amount)}`) ?? null
  )
}

describe('the cash a fill moves', () => {
  it('is its notional and its commission', () => {
    expect(moved({})).toEqual(['trade USD -40', 'commission USD -1'])
  })

  it.each([
    ['an option, times its multiplier', { secType: 'OPT', multiplier: new D(100) }, '-4000'],
    ['a future option likewise', { secType: 'FOP', multiplier: new D(50) }, '-2000'],
    ['a bond, in percent of par', { secType: 'BOND', multiplier: new D(1000) }, '-400'],
    ['a share quoted in pence', { secType: 'STK', priceMagnifier: 100 }, '-0.4'],
    ['a coin', { secType: 'CRYPTO' }, '-40'],
  ] as const)('of %s', (_name, over, amount) => {
    expect(moved(over)).toEqual([`trade USD ${amount}`, 'commission USD -1'])
  })

  it.each(['FUT', 'CFD', 'BAG'] as const)('of a %s is its commission alone', (secType) => {
    expect(moved({ secType, priceMagnifier: null })).toEqual(['commission USD -1'])
  })

  it('of a conversion is two balances', () => {
    const pair = { secType: 'CASH', symbol: 'EUR', currency: 'USD' } as const
    expect(moved(pair)).toEqual(['conversion EUR 10', 'conversion USD -40', 'commission USD -1'])
  })

  it('is unknown while the price magnifier is', () => {
    expect(moved({ priceMagnifier: null })).toBeNull()
  })
})

/** Balances and reasons of exclusion, as text. */
function balancesOf(history: CashHistory, second: number) {
  const { balances, excluded } = ledgerCash(history, secondsIn(second))
  return {
    balances: Object.fromEntries([...balances].map(([currency, sum]) => [currency, text(sum)])),
    excluded: excluded.map(({ reason }) => reason),
  }
}

const sold = (second: number, charge: Fill['charge']) =>
  aFill({ side: 'sell', executedAt: secondsIn(second) }, { charge })

describe('the cash of the ledger', () => {
  const opening = aCashEntry({ id: 'opening', class: 'opening', amount: money('500') })
  const history: CashHistory = {
    adjustments: [],
    entries: [
      opening,
      aCashEntry({ id: 'dividend', class: 'dividend', currency: 'EUR', at: secondsIn(3) }),
    ],
    fills: [{ fill: sold(2, charged('1.5')), instrument: anInstrument() }],
  }

  it('at any instant is the opening and all that moved until then', () => {
    expect([1, 2, 3].map((second) => balancesOf(history, second).balances)).toEqual([
      { USD: '500' },
      { USD: '1498.5' },
      { USD: '1498.5', EUR: '100' },
    ])
  })

  it('counts adjustments that stand for a trade or a delivery, until they are taken back', () => {
    const instrument = anInstrument({ priceMagnifier: 100 })
    const at = secondsIn(2)
    const settled = (over: Partial<Adjustment>) => ({
      adjustment: anAdjustment({ effectiveAt: at, cost: new D(500), ...over }),
      instrument,
    })
    const sums = (...adjustments: CashHistory['adjustments']) =>
      balancesOf({ ...history, entries: [], fills: [], adjustments }, 3)
    const kinds = [
      'opening',
      'residual',
      'stand-in',
      'transfer',
      'expiry',
      'assignment',
      'exercise',
      'cash-in-lieu',
      'cost',
      'split',
    ] as const
    const moving = kinds.filter((kind) => 'USD' in sums(settled({ kind })).balances)
    expect(moving).toEqual([
      'residual',
      'stand-in',
      'expiry',
      'assignment',
      'exercise',
      'cash-in-lieu',
    ])
    const delivery = settled({ id: 'a', kind: 'assignment' })
    expect(sums(delivery).balances).toEqual({ USD: '-5' })
    const back = settled({ id: 'b', kind: 'reversal', reverses: 'a' })
    expect(sums(delivery, back).balances).toEqual({})
    expect(sums(settled({ kind: 'stand-in', cost: null }))).toEqual({
      balances: {},
      excluded: ['cost'],
    })
    expect(sums({ ...delivery, instrument: anInstrument({ secType: 'FUT' }) }).balances).toEqual({})
  })

  it('names the fills whose notional or commission it does not know', () => {
    const unknown = { ...history.fills[0]!, instrument: anInstrument({ priceMagnifier: null }) }
    const pending = { fill: sold(2, null), instrument: anInstrument() }
    expect(balancesOf({ ...history, fills: [unknown, pending] }, 2)).toEqual({
      balances: { USD: '1500' },
      excluded: ['magnifier', 'commission'],
    })
  })

  it('forgets an entry that was taken back', () => {
    const back = aCashEntry({ id: 'back', amount: money('-500'), reverses: 'opening' })
    expect(standingEntries([opening, back])).toEqual([])
    expect(
      balancesOf({ entries: [opening, back], fills: [], adjustments: [] }, 1).balances,
    ).toEqual({})
  })

  it('knows deposits and withdrawals as flows, nothing else', () => {
    expect(CASH_CLASSES.filter(isFlow)).toEqual(['deposit', 'withdrawal'])
  })
})
