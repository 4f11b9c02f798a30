import { describe, expect, it } from 'vitest'
import { isFinal, mergeOrder, ORDER_STATUSES, orderKey } from '#domain/order.ts'
import type { Order, OrderReport, OrderStatus } from '#domain/order.ts'
import { clientId, orderId, permId } from '#shared/ids.ts'
import { price, quantity, textOrNull } from '#shared/money.ts'
import { anOrder, anOrderReport, secondsIn } from '../fakes/builders.ts'

const LATER = secondsIn(5)
const after = (known: Order, over: Partial<OrderReport>): Order =>
  mergeOrder(known, anOrderReport(over), LATER)

const filledTo = (filled: string, remaining: string) => ({
  filled: quantity(filled),
  remaining: quantity(remaining),
})

describe('an order told of again', () => {
  it('keeps what the report does not say', () => {
    const known = anOrder({ reason: 'held', limitPrice: price('9.5') })
    expect(after(known, { status: 'PreSubmitted' })).toEqual({
      ...known,
      status: 'PreSubmitted',
      updatedAt: LATER,
    })
  })

  it('is the very same when the report says nothing new, however numbers are written', () => {
    const known = anOrder({ ...filledTo('60', '40') })
    const same = { status: 'Submitted' as const, ...filledTo('60.0', '40.00') }
    expect(after(known, same)).toBe(known)
    expect(after(known, {})).toBe(known)
  })

  it('takes over what the report says', () => {
    const news = { status: 'Submitted' as const, ...filledTo('60', '40'), reason: 'partial' }
    const known = anOrder()
    expect(after(known, news)).toEqual({ ...known, ...news, updatedAt: LATER })
  })

  it('keeps its permId when a report of its client has none', () => {
    expect(after(anOrder(), { permId: permId(0), status: 'Filled' }).permId).toBe(1001)
  })

  it('learns its permId and keeps the key it was first known by', () => {
    const known = anOrder({ key: 'c7o1', permId: permId(0) })
    const { key, permId: learnt } = after(known, {})
    expect([key, learnt]).toEqual(['c7o1', 1001])
  })

  it('keeps when it was first seen', () => {
    const known = anOrder()
    expect(after(known, { status: 'Filled' }).firstSeenAt).toBe(known.firstSeenAt)
  })
})

describe('the status of an order', () => {
  const final: readonly OrderStatus[] = ['Filled', 'Cancelled', 'ApiCancelled']

  it('is final when nothing more is expected', () => {
    expect(ORDER_STATUSES.filter(isFinal)).toEqual(expect.arrayContaining([...final]))
    expect(ORDER_STATUSES.filter(isFinal)).toHaveLength(final.length)
  })

  it.each(['Filled', 'Cancelled', 'ApiCancelled'] as const)(
    'does not go back from %s when an older one trails in',
    (status) => {
      const known = anOrder({ status })
      for (const trailing of ORDER_STATUSES.filter((one) => !isFinal(one))) {
        expect(after(known, { status: trailing })).toBe(known)
      }
    },
  )

  it('becomes final from every working status', () => {
    for (const status of ORDER_STATUSES.filter((one) => !isFinal(one))) {
      for (const end of final) expect(after(anOrder({ status }), { status: end }).status).toBe(end)
    }
  })

  it('is never lost to one that is unknown', () => {
    const known = anOrder({ status: 'PreSubmitted' })
    expect(after(known, { status: 'Unknown' })).toBe(known)
    expect(after(known, { status: null })).toBe(known)
  })

  it('tells a cancellation after which one more execution was reported as filled', () => {
    const known = anOrder({ status: 'Cancelled', ...filledTo('50', '50') })
    const { status, filled } = after(known, { status: 'Submitted', ...filledTo('60', '40') })
    expect([status, filled]).toEqual(['Cancelled', quantity('60')])
  })
})

describe('what is filled of an order', () => {
  it('never shrinks when an older report trails in', () => {
    const known = anOrder({
      status: 'Filled',
      ...filledTo('100', '0'),
      averageFillPrice: price('10.2'),
    })
    const older = { ...filledTo('60', '40'), averageFillPrice: price('10.1') }
    expect(after(known, { status: 'Submitted', ...older })).toBe(known)
    expect(after(known, { status: 'Filled', ...older })).toBe(known)
  })

  it('grows with every execution', () => {
    const { filled, remaining } = after(anOrder(filledTo('60', '40')), filledTo('80', '20'))
    expect([filled, remaining]).toEqual([quantity('80'), quantity('20')])
  })
})

describe('what remains of an order', () => {
  const rest = ({ remaining }: Order) => textOrNull(remaining)
  const untold = anOrder({ totalQuantity: null, filled: null, remaining: null })

  it('is its total less what is filled, whatever else was said', () => {
    expect(rest(after(anOrder(), { filled: quantity('30') }))).toBe('70')
    expect(rest(after(anOrder(), filledTo('30', '100')))).toBe('70')
    expect(rest(after(anOrder(), { totalQuantity: quantity('80') }))).toBe('80')
  })

  it('is nothing of an order that was made smaller than what is filled', () => {
    const known = anOrder(filledTo('60', '40'))
    expect(rest(after(known, { totalQuantity: quantity('50') }))).toBe('0')
  })

  it('is what was said to remain, less what was filled since, where no total was told', () => {
    const said = after(untold, filledTo('20', '80'))
    expect(rest(said)).toBe('80')
    expect(rest(mergeOrder(said, anOrderReport({ filled: quantity('50') }), LATER))).toBe('50')
  })

  it('is unknown while nothing was said of it', () => {
    expect(rest(after(untold, { filled: quantity('20') }))).toBeNull()
  })
})

describe('the key of an order', () => {
  it('is its permId once the broker gave one', () => {
    expect(orderKey(anOrderReport())).toBe('p1001')
  })

  it('is client and order id until then', () => {
    const fresh = { permId: permId(0), clientId: clientId(0), orderId: orderId(-3) }
    expect(orderKey(fresh)).toBe('c0o-3')
  })

  it('is unknown when neither was said', () => {
    expect(orderKey({ permId: permId(0), clientId: null, orderId: orderId(3) })).toBeNull()
    expect(orderKey({ permId: permId(0), clientId: clientId(1), orderId: null })).toBeNull()
  })
})
