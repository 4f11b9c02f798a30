import { afterEach, describe, expect, it } from 'vitest'
import { D } from '#shared/money.ts'
import { instrumentOf } from '#gateway/market/catalogue.ts'
import type { WantedFill } from '#gateway/scenario/traders.ts'
import {
  AAPL,
  aGateway,
  endAll,
  greeting,
  openRaw,
  rawClient,
  request,
  settle,
  type RawClient,
} from './support.ts'

afterEach(endAll)

const aFill = (over: Partial<WantedFill> = {}): WantedFill => ({
  instrument: instrumentOf(AAPL)!,
  side: 'buy',
  quantity: new D(10),
  price: new D('271.5'),
  orderRef: 'MEANREV/xyz',
  isManual: false,
  ...over,
})

const heard = (client: RawClient): Readonly<Record<string, number>> => ({
  executions: client.of(11).length,
  commissions: client.of(59).length,
  statuses: client.of(3).length,
  orders: client.of(5).length,
})
const EVERYTHING = { executions: 1, commissions: 1, statuses: 2, orders: 2 }
const NOTHING = { executions: 0, commissions: 0, statuses: 0, orders: 0 }

describe('what happens is told as it happens', () => {
  it('to the owner of the order and to nobody else', async () => {
    const { port, fill } = await aGateway()
    const [owner, other, zero] = [
      await openRaw(port, 12),
      await openRaw(port, 11),
      await openRaw(port, 0),
    ]
    fill(aFill())
    await settle()
    expect(heard(owner)).toEqual(EVERYTHING)
    expect(heard(other)).toEqual(NOTHING)
    expect(heard(zero)).toEqual(NOTHING)
  })

  it('to the Master Client ID whoever owns the order', async () => {
    const { port, fill } = await aGateway({ masterClientId: 77 })
    const master = await openRaw(port, 77)
    fill(aFill())
    fill(aFill({ isManual: true, orderRef: '' }))
    await settle()
    expect(master.of(11)).toHaveLength(2)
    expect(master.of(59)).toHaveLength(2)
  })

  it('to client 0 when the order was entered by hand, with the order id that says so', async () => {
    const { port, fill } = await aGateway()
    const [zero, other] = [await openRaw(port, 0), await openRaw(port, 12)]
    fill(aFill({ isManual: true, orderRef: '' }))
    await settle()
    expect(heard(zero)).toEqual(EVERYTHING)
    expect(heard(other)).toEqual(NOTHING)
    const [execution] = zero.of(11)
    expect(execution?.[2]).toBe('2147483647')
    expect(execution?.slice(21, 23)).toEqual([expect.stringMatching(/^1\d{9}$/), '0'])
  })

  it('to nobody while IB is lost, and then only on request', async () => {
    const { port, fill, news } = await aGateway()
    const owner = await openRaw(port, 12)
    news(1100, 'lost')
    fill(aFill())
    owner.send(7, 3, 900, '', '', '', '', '', '', '')
    owner.send(49, 1)
    await owner.message(49)
    expect(owner.of(11)).toEqual([])
    news(1102, 'restored')
    expect((await owner.message(11))[1]).toBe('900')
    await owner.message(55)
  })
})

describe('a client id', () => {
  it('that is in use is refused with 326 and id -1, and the socket closes', async () => {
    const { port } = await aGateway()
    await openRaw(port, 9)
    const second = rawClient(port)
    second.write(Buffer.concat([greeting(), request(71, 2, 9, '')]))
    await second.closed
    expect(second.messages.at(-1)?.slice(0, 4)).toEqual(['4', '2', '-1', '326'])
  })

  it('is free again once its socket is gone', async () => {
    const { port } = await aGateway()
    const first = await openRaw(port, 9)
    first.socket.destroy()
    await settle()
    await expect(openRaw(port, 9)).resolves.toBeDefined()
  })
})

describe('orders entered by hand', () => {
  it('are bound to a negative id when client 0 asks for its open orders', async () => {
    const { port, time } = await aGateway({ scenario: 'manual-trades' })
    time.advance(5000)
    const zero = await openRaw(port, 0)
    zero.send(5, 1)
    await zero.message(53)
    const manual = zero.of(5).filter((tokens) => Number(tokens[1]) < 0)
    expect(manual.length).toBeGreaterThan(0)
    expect(zero.of(100).length).toBe(new Set(manual.map((tokens) => tokens[1])).size)
  })

  it('cannot be bound by any other client', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 4)
    client.send(15, 1, 1)
    const refusal = await client.until((tokens) => tokens[3] === '321')
    expect(refusal[2]).toBe('-1')
  })
})
