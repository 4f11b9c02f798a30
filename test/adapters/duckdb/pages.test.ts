import { describe, expect, it } from 'vitest'
import type { Fill } from '#domain/fill.ts'
import type { Order } from '#domain/order.ts'
import type { Ledger } from '#ports/ledger.ts'
import { execId, permId } from '#shared/ids.ts'
import { millisOf, utcNanos } from '#shared/time.ts'
import { aFill, anOrder, OPENED_AT, secondsIn } from '../../fakes/builders.ts'
import { changes, inFolder, openIn } from './folder.ts'

const fillAt = (id: string, second: number): Fill =>
  aFill({ execId: execId(`${id}.01`), executedAt: secondsIn(second) })

const orderAt = (number: number, over: Partial<Order>): Order =>
  anOrder({
    key: `p${number}`,
    permId: permId(number),
    firstSeenAt: secondsIn(number),
    ...over,
  })

/** Every page, each asked for with the time and the key of the last row of the one before. */
async function allFills(ledger: Ledger, limit: number): Promise<readonly string[]> {
  const ids: string[] = []
  let page = await ledger.pageOfFills({ limit, before: null })
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    ids.push(...page.map(({ fillId }) => fillId))
    const before = { at: millisOf(last.execution.executedAt), key: last.fillId }
    page = await ledger.pageOfFills({ limit, before })
  }
  return ids
}

async function allOrders(ledger: Ledger, limit: number): Promise<readonly string[]> {
  const keys: string[] = []
  let page = await ledger.pageOfOrders({ limit, before: null })
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    keys.push(...page.map(({ key }) => key))
    const before = { at: millisOf(last.updatedAt), key: last.key }
    page = await ledger.pageOfOrders({ limit, before })
  }
  return keys
}

describe('pages of fills', () => {
  it('come by execution time, newest first, however they arrived', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const fills = [5, 1, 4, 2, 3, 0].map((second) => fillAt(`f${second}`, second))
      await ledger.commit(changes({ newFills: fills }))
      expect(await allFills(ledger, 4)).toEqual(['f5', 'f4', 'f3', 'f2', 'f1', 'f0'])
      await ledger.close()
    }))

  it.each([1, 2, 3, 7])('hold every fill once, also of one second, %i at a time', (limit) =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const burst = ['c', 'a', 'e', 'b', 'd'].map((id) => fillAt(id, 1))
      await ledger.commit(changes({ newFills: [fillAt('old', 0), ...burst, fillAt('new', 2)] }))
      expect(await allFills(ledger, limit)).toEqual(['new', 'e', 'd', 'c', 'b', 'a', 'old'])
      await ledger.close()
    }),
  )

  it('begin before an instant when no row of it is named', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(changes({ newFills: [fillAt('a', 0), fillAt('b', 1), fillAt('c', 1)] }))
      const page = await ledger.pageOfFills({
        limit: 9,
        before: { at: millisOf(secondsIn(1)), key: null },
      })
      expect(page.map(({ fillId }) => fillId)).toEqual(['a'])
      await ledger.close()
    }))
})

describe('pages of orders', () => {
  it.each([1, 2, 3, 6])('hold every order once, also of one millisecond, %i at a time', (limit) =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      // Stamps differ by nanoseconds, which no row of the contract carries.
      const orders = [3, 1, 4, 2].map((number, index) =>
        orderAt(number, { updatedAt: utcNanos(OPENED_AT + BigInt(index)) }),
      )
      const later = orderAt(5, { updatedAt: secondsIn(9) })
      await ledger.commit(changes({ orders: [...orders, later] }))
      expect(await allOrders(ledger, limit)).toEqual(['p5', 'p4', 'p3', 'p2', 'p1'])
      await ledger.close()
    }),
  )

  it('never show an order again as it was before', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const changed = (number: number, second: number): Order =>
        orderAt(number, { updatedAt: secondsIn(second), reason: `at ${second}` })
      await ledger.commit(
        changes({ orders: [changed(1, 1), changed(2, 2), changed(3, 3), changed(1, 4)] }),
      )
      const first = await ledger.pageOfOrders({ limit: 2, before: null })
      expect(first.map(({ reason }) => reason)).toEqual(['at 4', 'at 3'])
      const { updatedAt, key } = first.at(-1)!
      const second = await ledger.pageOfOrders({
        limit: 2,
        before: { at: millisOf(updatedAt), key },
      })
      expect(second.map(({ reason }) => reason)).toEqual(['at 2'])
      await ledger.close()
    }))
})
