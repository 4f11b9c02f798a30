import {
  OptionExerciseAction,
  OrderAction,
  OrderType,
  PriceCondition,
  SecType,
  TriggerMethod,
  type Contract,
  type Order,
} from '@stoqey/ib'
import { Encoder } from '@stoqey/ib/dist/core/io/encoder.js'
import { describe, expect, it } from 'vitest'
import { readRequest } from '#gateway/answers/reception.ts'
import { AAPL } from './support.ts'

const SPREAD: Contract = {
  symbol: 'AAPL',
  secType: SecType.BAG,
  exchange: 'SMART',
  currency: 'USD',
  comboLegs: [
    { conId: 801200101, ratio: 1, action: OrderAction.BUY, exchange: 'SMART' },
    { conId: 801200103, ratio: 1, action: OrderAction.SELL, exchange: 'SMART' },
  ],
}

const ORDER: Order = {
  action: OrderAction.BUY,
  totalQuantity: 10,
  orderType: OrderType.LMT,
  lmtPrice: 1.5,
  transmit: true,
  orderRef: 'CARRY:1',
}

const VERSIONS = Array.from({ length: 16 }, (_, index) => 178 + index)

/** What the client's own encoder makes of a call at a server version, as tokens. */
function encoded(serverVersion: number, call: (encoder: Encoder) => void): readonly string[] {
  const told: unknown[] = []
  const sendMsg = (...tokens: unknown[]): void => void told.push(...tokens.flat(4))
  call(new Encoder({ serverVersion, sendMsg, emitError: fail }))
  return told.map((token) => {
    if (typeof token === 'boolean') return token ? '1' : '0'
    return typeof token === 'string' || typeof token === 'number' ? `${token}` : ''
  })
}

const fail = (sentence: string): never => {
  throw new Error(sentence)
}

/** Orders with parts most orders lack. */
const ORDERS: readonly (readonly [string, Order, Contract])[] = [
  ['plain', ORDER, { conId: AAPL }],
  ['a combination', { ...ORDER, smartComboRoutingParams: [{ tag: 'a', value: 'b' }] }, SPREAD],
  ['an algorithm', { ...ORDER, algoStrategy: 'Vwap', algoParams: [{ tag: 'a', value: '1' }] }, {}],
  ['a scale', { ...ORDER, scalePriceIncrement: 0.5, hedgeType: 'B', hedgeParam: '1' }, {}],
  ['delta neutral', { ...ORDER, deltaNeutralOrderType: 'MKT' }, {}],
  ['pegged to a benchmark', { ...ORDER, orderType: OrderType.PEG_BENCH }, {}],
  ['pegged to the middle', { ...ORDER, orderType: OrderType.PEG_MID }, { exchange: 'IBKRATS' }],
  ['pegged to the best', { ...ORDER, orderType: OrderType.PEG_BEST }, {}],
  [
    'conditions',
    {
      ...ORDER,
      conditions: [new PriceCondition(1, TriggerMethod.Default, AAPL, 'SMART', true, 'a' as never)],
    },
    {},
  ],
]

describe.each(VERSIONS)('at server version %i', (version) => {
  it.each(ORDERS)('an order with %s is read to its last token', (_, order, contract) => {
    const tokens = encoded(version, (encoder) => {
      encoder.placeOrder(5, contract, order)
    })
    expect(readRequest(tokens, version)).toMatchObject({ name: 'placeOrder' })
  })

  it('so is the exercise of an option', () => {
    const tokens = encoded(version, (encoder) => {
      encoder.exerciseOptions(
        5,
        { conId: 801200101 },
        OptionExerciseAction.EXERCISE,
        2,
        'DEMO1000001',
        0,
      )
    })
    expect(readRequest(tokens, version)).toMatchObject({ name: 'exerciseOptions' })
  })

  it('so are cancels', () => {
    const one = encoded(version, (encoder) => {
      encoder.cancelOrder(5, {})
    })
    expect(readRequest(one, version)).toMatchObject({ name: 'cancelOrder' })
    const all = encoded(version, (encoder) => {
      encoder.reqGlobalCancel({})
    })
    expect(readRequest(all, version)).toMatchObject({ name: 'globalCancel' })
  })
})
