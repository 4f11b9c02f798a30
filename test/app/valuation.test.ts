import { describe, expect, it } from 'vitest'
import { positionRows } from '#app/screen.ts'
import { accountView } from '#app/valuation.ts'
import type { Instrument } from '#shared/instrument.ts'
import { conId } from '#shared/ids.ts'
import { D, price, quantity } from '#shared/money.ts'
import { ACCOUNT, anInstrument } from '../fakes/builders.ts'
import { newDesk } from './new-desk.ts'

const SAP = anInstrument({ conId: conId(14204), symbol: 'SAP', currency: 'EUR' })
const ES = anInstrument({
  ...{ conId: conId(495512563), symbol: 'ES', secType: 'FUT' },
  multiplier: new D(50),
})

const held = (instrument: Instrument, size: string, cost: string) => ({
  ...{ account: ACCOUNT, conId: instrument.conId, instrument },
  ...{ quantity: quantity(size), averageCost: price(cost) },
})

/** 10 SPY at 500 and 20 SAP at 200 EUR behind an account of 20,000 USD. */
async function heldAccount(...others: readonly ReturnType<typeof held>[]) {
  const opened = newDesk()
  const { desk, broker, clock, settle } = opened
  broker.hold(held(anInstrument(), '10', '480'))
  broker.hold(held(SAP, '20', '210'))
  for (const other of others) broker.hold(other)
  await desk.start()
  broker.connect()
  await settle()
  const tell = (key: string, currency: string, value: string) =>
    broker.tell({
      kind: 'account-value',
      value: { account: ACCOUNT, key, currency, value },
      at: clock.now(),
    })
  const quote = (of: Instrument, at: string) =>
    desk.pricing.take({ conId: of.conId, price: price(at), source: 'live', at: clock.now() })
  const account = desk.find(undefined)!
  return {
    ...opened,
    tell,
    quote,
    rowOf: (symbol: string) => positionRows(desk, account).find((row) => row.symbol === symbol),
    worth: () => accountView({ account, prices: desk.prices }).worth,
  }
}

const missing = (reason: string, { symbol, currency, conId: id }: Instrument) => ({
  ...{ reason, strategy: 'UNATTRIBUTED', conId: id, symbol, currency },
})

describe('a position in the base currency', () => {
  it('is worth its market value at the rate the broker told, and its part of NAV', async () => {
    const { desk, tell, quote, rowOf } = await heldAccount()
    // The rate may come before the base currency it is in.
    tell('ExchangeRate', 'EUR', '1.1')
    tell('NetLiquidation', 'USD', '20000')
    quote(SAP, '200')
    expect(rowOf('SAP')).toMatchObject({
      ...{ marketValue: '4000', unrealized: '-200', fxRate: '1.1' },
      ...{ marketValueBase: '4400', unrealizedBase: '-220', realizedBase: '0' },
      ...{ navPercent: '22', exposurePercent: '22' },
    })
    await desk.stop()
  })

  it('is unknown, not zero, without a price, a rate or NAV', async () => {
    const { desk, tell, quote, rowOf } = await heldAccount()
    const unknown = { marketValueBase: null, unrealizedBase: null, navPercent: null }
    quote(SAP, '200')
    expect(rowOf('SAP')).toMatchObject({ ...unknown, marketValue: '4000', fxRate: null })
    tell('NetLiquidation', 'USD', '20000')
    expect(rowOf('SAP')).toMatchObject({ ...unknown, marketValue: '4000', fxRate: null })
    expect(rowOf('SPY')).toMatchObject({ ...unknown, fxRate: '1' })
    await desk.stop()
  })

  it('is sent again when NAV or a rate changes', async () => {
    const { desk, tell, quote, clock } = await heldAccount()
    tell('NetLiquidation', 'USD', '20000')
    quote(SAP, '200')
    const messages = desk.live.subscribe(undefined, undefined)
    await messages.next()
    tell('ExchangeRate', 'EUR', '1.2')
    const said = messages.next()
    await clock.turn()
    clock.advance(1_000)
    const { value } = await said
    expect(value).toMatchObject({ positions: [{ fxRate: '1' }, { marketValueBase: '4800' }] })
    await messages.return(undefined)
    await desk.stop()
  })
})

describe('all positions in the base currency', () => {
  it('say what they leave out, by name, and why', async () => {
    const { desk, tell, quote, worth } = await heldAccount()
    tell('NetLiquidation', 'USD', '20000')
    quote(anInstrument(), '500')
    quote(SAP, '200')
    const excluded = [missing('rate', SAP)]
    expect(worth()).toEqual({
      marketValue: { amount: '5000', excluded },
      gross: { amount: '5000', excluded },
      unrealized: { amount: '200', excluded },
      realized: { amount: '0', excluded: [] },
      daily: {
        amount: null,
        excluded: [missing('opening-value', anInstrument()), missing('opening-value', SAP)],
      },
      dailySince: null,
      ...{ netPercent: '25', grossPercent: '25' },
    })
    await desk.stop()
  })

  it('come to nothing that could be said while no part is known', async () => {
    const { desk, worth } = await heldAccount()
    const excluded = [missing('price', anInstrument()), missing('price', SAP)]
    expect(worth()).toMatchObject({
      marketValue: { amount: null, excluded },
      netPercent: null,
      grossPercent: null,
    })
    await desk.stop()
  })

  it('count a future by its notional, and a short against the longs', async () => {
    const short = held(ES, '-1', '250000')
    const { desk, tell, quote, worth } = await heldAccount(short)
    tell('NetLiquidation', 'USD', '20000')
    tell('ExchangeRate', 'EUR', '1')
    quote(anInstrument(), '500')
    quote(SAP, '200')
    quote(ES, '4990')
    expect(worth()).toMatchObject({
      marketValue: { amount: '-240500', excluded: [] },
      gross: { amount: '258500', excluded: [] },
      unrealized: { amount: '500', excluded: [] },
      ...{ netPercent: '-1202.5', grossPercent: '1292.5' },
    })
    await desk.stop()
  })
})
