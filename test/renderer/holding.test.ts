import { describe, expect, it } from 'vitest'
import { commonCost, holdingOf, symbolHolding, symbolHoldings } from '#renderer/stores/holding.ts'
import { aPosition } from './fake-book.ts'

const long = aPosition({ quantity: '100', averageCost: '210', last: '214.37' })
const short = aPosition({ strategy: 'pairs', quantity: '-40', averageCost: '215', last: '214.37' })
const costless = aPosition({ strategy: 'UNATTRIBUTED', quantity: '7', averageCost: null })
const flat = aPosition({
  ...{ strategy: 'flat', quantity: '0', averageCost: null, last: null, realized: '12.34' },
})

describe('the line of a symbol', () => {
  it('sums quantity, value and profit of its strategies exactly', () => {
    const holding = symbolHolding([long, short])
    expect(holding.quantity).toBe('60')
    expect(holding.marketValue.value).toBe('12862.2')
    expect(holding.unrealized.value).toBe('462.2')
  })

  it('adds decimals no double could add', () => {
    const tiny = aPosition({ strategy: 'a', quantity: '0.1' })
    const more = aPosition({ strategy: 'b', quantity: '0.2' })
    expect(symbolHolding([tiny, more]).quantity).toBe('0.3')
  })

  it('has no average cost when strategies stand opposite', () => {
    expect(symbolHolding([long, short]).averageCost).toBe(null)
    expect(symbolHolding([long, short]).unrealizedPercent).toBe(null)
  })

  it('weighs the costs of strategies on one side by quantity', () => {
    const other = aPosition({ strategy: 'pairs', quantity: '300', averageCost: '214' })
    expect(commonCost([long, other])).toBe('213')
    expect(commonCost([long, flat])).toBe('210')
    expect(commonCost([long, costless])).toBe(null)
  })

  it('is unknown when a part is, and says what the known parts come to', () => {
    const { unrealized, marketValue } = symbolHolding([long, costless])
    expect(unrealized).toEqual({ value: null, known: '437', unknown: 1 })
    expect(marketValue.unknown).toBe(0)
  })

  it('takes a flat strategy as nothing, not as unknown', () => {
    const holding = symbolHolding([long, flat])
    expect(holding.marketValue.value).toBe('21437')
    expect(holding.realized.value).toBe('12.34')
    expect(holdingOf(flat).marketValue.value).toBe('0')
  })

  it('sums commissions by currency', () => {
    const yen = { currency: 'JPY', amount: '240' }
    const other = aPosition({ strategy: 'x', commissions: [yen], commissionsPending: 2 })
    const holding = symbolHolding([long, short, other])
    expect(holding.commissions).toEqual([{ currency: 'USD', amount: '2.1' }, yen])
    expect(holding.commissionsPending).toBe(2)
  })

  it('is the same object until a row of it changes', () => {
    const read = symbolHoldings()
    const first = read('symbol:1', [long, short])
    expect(read('symbol:1', [long, short])).toBe(first)
    expect(read('symbol:1', [long, { ...short, quantity: '-41' }])).not.toBe(first)
  })
})

describe('the change since bought', () => {
  it('is a gain for a short when the price falls', () => {
    expect(holdingOf(short).unrealizedPercent?.toFixed(2)).toBe('0.29')
    expect(holdingOf(long).unrealizedPercent?.toFixed(2)).toBe('2.08')
    expect(holdingOf(costless).unrealizedPercent).toBe(null)
  })
})
