import { describe, expect, it } from 'vitest'
import { causesOfQuantity } from '#domain/cause-quantity.ts'
import type { QuantityEvidence } from '#domain/cause-evidence.ts'
import type { Order } from '#domain/order.ts'
import { permId, strategyId } from '#shared/ids.ts'
import { D, price, quantity } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { anOrder, MOMENTUM } from '../fakes/builders.ts'
import { around, causes, told, UNKNOWN } from './around-quantity.ts'
import { held, traded } from './sides.ts'

const book = { fills: [traded(1, '100@600')] }

describe('a break that orders explain', () => {
  it('is a missing execution when an order filled more than its executions tell', () => {
    const known = { fills: [traded(1, '60@10', { permId: 7 })] }
    const order = anOrder({
      permId: permId(7),
      filled: quantity('100'),
      averageFillPrice: price('10.06'),
    })
    const broker = [held('100', '10.06')]
    const evidence = around(known, broker, { orders: [order] })
    const likely = 'missing execution | likely | stand in | fetch executions'
    expect(told(causesOfQuantity(evidence))).toEqual([likely])
    const [standIn] = causesOfQuantity(evidence)[0]!.proposals
    expect(standIn).toEqual({
      how: 'stand in',
      strategy: MOMENTUM,
      order: { permId: 7, filled: new D(100), averagePrice: new D('10.06') },
    })
    expect(causes(known, [held('99', '10')], { orders: [order] })).toEqual([UNKNOWN])
  })

  it('goes to the strategies of the orders where none tells its price', () => {
    const order = (id: number, filled: string, strategy = MOMENTUM) =>
      anOrder({ permId: permId(id), filled: quantity(filled), strategy })
    const proposed = (orders: readonly Order[], over: Partial<QuantityEvidence> = {}) =>
      causesOfQuantity(around(book, [held('130', '600')], { orders, ...over }))[0]!.proposals
    const [first, last] = proposed([order(7, '10'), order(8, '20')])
    expect(first).toEqual({ how: 'assign', strategy: MOMENTUM, price: null })
    expect(last).toEqual({ how: 'fetch executions' })
    const broken = around(book, [held('130', '600')]).break
    const cashBreak = { ...broken, kind: 'cash' as const, difference: new D('-18015') }
    const paid = { cashBreak, mark: price('600') }
    expect(proposed([order(7, '30')], paid)[0]).toMatchObject({ price: new D('600.5') })
    const carry = strategyId('carry')
    expect(proposed([order(7, '10'), order(8, '20', carry)])[0]).toEqual({
      how: 'share out',
      parts: [
        { strategy: MOMENTUM, quantity: new D(10) },
        { strategy: carry, quantity: new D(20) },
      ],
      price: null,
    })
    const sold = { ...order(8, '20', carry), side: 'sell' as const }
    const kept = [{ how: 'keep unattributed' }, { how: 'fetch executions' }]
    expect(proposed([order(7, '50'), sold])).toEqual(kept)
    // A stand-in for the one that bought would have to be of more than the difference.
    const averageFillPrice = price('600')
    const priced = [order(7, '50'), sold].map((one) => ({ ...one, averageFillPrice }))
    expect(proposed(priced)).toEqual(kept)
  })

  it('says that a statement has what the broker does not tell again', () => {
    const order = anOrder({ permId: permId(7), filled: quantity('30') })
    const away = { from: utcMillis(1_000), to: utcMillis(9_000) }
    const over = { orders: [order], away, replayedFrom: utcMillis(5_000) }
    const [first] = causesOfQuantity(around(book, [held('130', '600')], over))
    expect(first?.sentence).toMatch(/the whole difference\. Nobody listened .* a Flex statement\.$/)
    expect(first?.facts.map(({ name }) => name)).toEqual(['order 7', 'away from', 'away to'])
  })
})
