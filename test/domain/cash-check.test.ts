import { describe, expect, it } from 'vitest'
import { compareCash, ledgerFutures, openingCash, sweptOf } from '#domain/cash-check.ts'
import type { CashClaims, CashSide } from '#domain/cash-check.ts'
import type { Priced } from '#domain/holding-value.ts'
import { flat } from '#domain/position.ts'
import { D, money, quantity, text, textOrNull } from '#shared/money.ts'
import { aCashEntry, anInstrument, MOMENTUM, SPY } from '../fakes/builders.ts'

/** One future of 50 a point, bought at 5000. */
const future = (quoted: string | null, over: Partial<Priced['instrument']> = {}): Priced => ({
  position: { ...flat(MOMENTUM, SPY), quantity: quantity('1'), cost: new D(5000) },
  instrument: anInstrument({ secType: 'FUT', multiplier: new D(50), ...over }),
  quoted: quoted === null ? null : new D(quoted),
})
const sweep = aCashEntry({ class: 'futures-sweep', amount: money('300') })

const side = (cash: string | null, unswept: string | null): CashSide => ({
  cash: cash === null ? null : new D(cash),
  unsweptFutures: unswept === null ? null : new D(unswept),
})

/** `currency difference` of every currency compared. */
function differences(claims: CashClaims): readonly string[] {
  return compareCash(claims).map(
    ({ currency, difference }) => `${currency} ${textOrNull(difference) ?? '?'}`,
  )
}
const claims = (broker: CashSide, over: Partial<CashClaims['ledger']> = {}): CashClaims => ({
  ledger: {
    balances: new Map([['USD', new D(1000)]]),
    futures: ledgerFutures([future('5010')], []),
    excluded: [],
    ...over,
  },
  broker: new Map([['USD', broker]]),
})

describe('futures in the cash of the ledger', () => {
  it('are what they gained, less what was swept', () => {
    const { unswept } = ledgerFutures([future('5010')], [sweep])
    expect(text(unswept.get('USD')!)).toBe('200')
    expect([...sweptOf([sweep, aCashEntry()])].map(([name, sum]) => name + text(sum))).toEqual([
      'USD300',
    ])
  })

  it('are unknown in a currency in which one has no price', () => {
    const { unswept, excluded } = ledgerFutures([future('5010'), future(null)], [sweep])
    expect([unswept.size, excluded.map(({ reason }) => reason)]).toEqual([0, ['price']])
    const unknown = ledgerFutures([future('5010', { priceMagnifier: null })], [])
    expect(unknown.excluded.map(({ reason }) => reason)).toEqual(['magnifier'])
  })

  it('are futures and CFDs only', () => {
    expect(ledgerFutures([future('5010', { secType: 'STK' })], []).unswept.size).toBe(0)
  })
})

describe('the cash of broker and ledger', () => {
  it('agrees whether the futures were swept or not', () => {
    expect(differences(claims(side('1000', '500')))).toEqual(['USD 0'])
    expect(differences(claims(side('1500', '0')))).toEqual(['USD 0'])
    const told = {
      balances: new Map([['USD', new D(1300)]]),
      futures: ledgerFutures([future('5010')], [sweep]),
    }
    expect(differences(claims(side('1500', '0'), told))).toEqual(['USD 0'])
  })

  it('differs by what only the broker has', () => {
    expect(differences(claims(side('1012.5', '500')))).toEqual(['USD 12.5'])
  })

  it('is not compared where one side is unknown', () => {
    expect(differences(claims(side(null, '0')))).toEqual(['USD ?'])
    expect(differences({ ...claims(side('1', '0')), broker: new Map() })).toEqual(['USD ?'])
    const unpriced = { futures: ledgerFutures([future(null)], []) }
    expect(differences(claims(side('1500', '0'), unpriced))).toEqual(['USD ?'])
    const of = { strategy: MOMENTUM, conId: SPY, currency: 'USD' } as const
    const said = (reason: 'magnifier' | 'commission') =>
      differences(claims(side('1500', '0'), { excluded: [{ ...of, reason }] }))
    expect([said('magnifier'), said('commission')]).toEqual([['USD ?'], ['USD 0']])
  })

  it('is compared in every currency either side has', () => {
    const broker = new Map([
      ['USD', side('1500', '0')],
      ['JPY', side('7', '0')],
    ])
    expect(differences({ ...claims(side('0', '0')), broker })).toEqual(['JPY 7', 'USD 0'])
  })

  it('meets at the opening, whatever the broker had swept by then', () => {
    const broker = side('900', '250')
    const opening = openingCash(broker, { movedSince: new D(-40), futures: new D(500) })
    expect(textOrNull(opening)).toBe('690')
    const balances = new Map([['USD', new D(690 - 40)]])
    expect(differences(claims(broker, { balances }))).toEqual(['USD 0'])
    expect(openingCash(broker, { movedSince: new D(0), futures: null })).toBeNull()
    expect(openingCash(side('1', null), { movedSince: new D(0), futures: new D(0) })).toBeNull()
  })
})
