import { describe, expect, it } from 'vitest'
import { QUEUE_LIMIT } from '#app/book.ts'
import { conId, execId, permId, strategyId } from '#shared/ids.ts'
import { D, money, price, quantity, text, type Decimal } from '#shared/money.ts'
import { anExecution, anInstrument, secondsIn, SPY, MOMENTUM } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'
import { DISK_FULL, emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { positionsIn } from './expected-book.ts'
import { differedOnRefold, feed, openedBook, untilWaiting, written } from './opened-book.ts'
import { commissionTold, executionTold, INSTRUMENTS, type Told } from './told.ts'

const bought = executionTold({ execId: execId('1.01'), shares: quantity('100') })
const charged = (id: string, commission: string | null): Told =>
  commissionTold({ execId: execId(id), commission: commission === null ? null : money(commission) })
const textOrNothing = (value: Decimal | undefined) => (value ? text(value) : null)

async function bookAfter(...batches: readonly (readonly Told[])[]) {
  const ledger = fakeLedger()
  const book = await openedBook({ ledger })
  for (const batch of batches) await feed(book, batch)
  const holding = book.memory.holding(MOMENTUM, SPY, secondsIn(0))
  return { book, ledger, holding, store: ledger.store }
}

describe('a commission', () => {
  it('that came before its execution is kept, also over a restart, and claimed by it', async () => {
    const store = emptyStore()
    const first = await openedBook({ ledger: fakeLedger(store) })
    await feed(first, [charged('1.01', '1.25')])
    expect(store.commissions.map(({ isOrphan }) => isOrphan)).toEqual([true])
    const second = await openedBook({ ledger: fakeLedger(store) })
    expect(second.memory.orphans.size).toBe(1)
    await feed(second, [bought])
    expect(second.memory.orphans.size).toBe(0)
    expect(store.positions.get('momentum|756733')).toMatchObject({
      commissions: new Map([['USD', money('1.25')]]),
      commissionsPending: 0,
    })
    const third = await openedBook({ ledger: fakeLedger(store) })
    expect(third.memory.orphans.size).toBe(0)
  })

  it('that is pending counts as not reported until it is told', async () => {
    const { book, holding } = await bookAfter([bought], [charged('1.01', null)])
    expect([holding.commissionsPending, holding.commissions.size]).toEqual([1, 0])
    await feed(book, [charged('1.01', '0.35')])
    expect(holding.commissionsPending).toBe(0)
    expect(textOrNothing(holding.commissions.get('USD'))).toBe('0.35')
  })

  it('that waits is not forgotten because it is said to be pending again', async () => {
    const { holding } = await bookAfter(
      [charged('1.01', '0.35')],
      [charged('1.01', null)],
      [bought],
    )
    expect(textOrNothing(holding.commissions.get('USD'))).toBe('0.35')
  })

  it('of an older revision does not override that of a newer one', async () => {
    const corrected = executionTold({ execId: execId('1.02') })
    const { book, holding, store } = await bookAfter(
      [bought, charged('1.01', '1')],
      [corrected, charged('1.02', '2')],
      [charged('1.01', '1'), charged('1.01', '9')],
    )
    expect(textOrNothing(holding.commissions.get('USD'))).toBe('2')
    expect(book.memory.fills.get('1' as never)?.charge?.revision).toBe(2)
    expect(store.fills.get('1' as never)?.charge?.revision).toBe(2)
  })

  it('told twice is written once', async () => {
    const { store, book } = await bookAfter([bought, charged('1.01', '1')])
    const commits = store.commissions.length
    await feed(book, [bought, charged('1.01', '1'), charged('1.01', '1.0')])
    expect(store.commissions).toHaveLength(commits)
  })
})

describe('a correction', () => {
  const corrected = executionTold({ execId: execId('1.02'), shares: quantity('60') })

  it('replaces the fill by its highest revision, also when that comes first', async () => {
    for (const batches of [[[bought, corrected]], [[corrected], [bought]], [[corrected, bought]]]) {
      const { holding, store } = await bookAfter(...batches)
      expect(text(holding.position.quantity)).toBe('60')
      expect([...store.executions.keys()].sort()).toEqual(['1.01', '1.02'])
      expect(store.fills.size).toBe(1)
    }
  })

  it('that is told late again and again is kept once', async () => {
    const late = [bought, bought]
    const { store, holding } = await bookAfter([corrected], late, late)
    expect(store.executions.size).toBe(2)
    expect(text(holding.position.quantity)).toBe('60')
  })

  it('keeps the commission until the new revision has its own', async () => {
    const { holding } = await bookAfter([bought, charged('1.01', '1')], [corrected])
    expect(textOrNothing(holding.commissions.get('USD'))).toBe('1')
  })
})

describe('what is no position', () => {
  const bag = INSTRUMENTS.find(({ secType }) => secType === 'BAG')!
  const conversion = INSTRUMENTS.find(({ secType }) => secType === 'CASH')!
  const leg = (id: string, number: number) =>
    executionTold({ execId: execId(id), conId: conId(number) }, option(number))
  const option = (number: number) => anInstrument({ conId: conId(number), secType: 'OPT' })

  it('is a combo: its legs are booked, once', async () => {
    const combo = executionTold({ execId: execId('c.01'), conId: bag.conId }, bag)
    const told = [combo, leg('l1.01', 1), leg('l2.01', 2)]
    const { book, store } = await bookAfter(told, told)
    expect([...store.positions.keys()].sort()).toEqual(['momentum|1', 'momentum|2'])
    expect(store.fills.size).toBe(3)
    expect(book.memory.fills.get('c' as never)?.realizedPoints).toBeNull()
  })

  it('is a conversion: its two legs are kept as cash, with what was charged', async () => {
    const told = executionTold({ execId: execId('x.01'), conId: conversion.conId }, conversion)
    const { store } = await bookAfter([told, charged('x.01', '2')])
    const [kept] = store.positions.values()
    const { shares, price: rate } = anExecution()
    expect(textOrNothing(kept?.position.quantity)).toBe(textOrNothing(shares))
    expect(textOrNothing(kept?.position.cost)).toBe(textOrNothing(shares.times(rate)))
    expect(textOrNothing(kept?.commissions.get('USD'))).toBe('2')
    expect(textOrNothing(store.fills.get('x' as never)?.charge?.amount)).toBe('2')
  })
})

describe('a fill that comes late', () => {
  const number = (index: number, second = index): Told =>
    executionTold({
      execId: execId(`0001.${index}.01`),
      executedAt: secondsIn(second),
      permId: permId(index + 1),
      side: index % 3 === 2 ? 'sell' : 'buy',
      shares: quantity('1'),
      price: price(String(10 + (index % 7))),
    })

  it('before all that is kept in memory is put in its place from the ledger', async () => {
    const inOrder = Array.from({ length: 300 }, (_, index) => number(index))
    const { holding: expected } = await bookAfter(inOrder)
    // The first fill, which decides what every later sale realized, comes last.
    const { book, store, holding } = await bookAfter(inOrder.slice(1), inOrder.slice(0, 1))
    expect(holding.record().position).toEqual(expected.record().position)
    expect(await differedOnRefold(book)).toBe(0)
    const again = await openedBook({ ledger: fakeLedger(store) })
    expect(positionsIn(again)).toEqual(positionsIn(book))
  })

  it('is put in its place together with what comes in the same batch', async () => {
    const inOrder = Array.from({ length: 300 }, (_, index) => number(index))
    const { holding: expected } = await bookAfter(inOrder)
    const { holding } = await bookAfter(inOrder.slice(1, 250), [
      ...inOrder.slice(250),
      ...inOrder.slice(0, 1),
    ])
    expect(holding.record().position).toEqual(expected.record().position)
  })
})

describe('a number finer than the ledger keeps', () => {
  it('is rounded once on the way in, so that memory and ledger agree', async () => {
    const told = executionTold({ price: price('0.1234567890123456785'), shares: quantity('1') })
    const { holding, store } = await bookAfter([
      told,
      commissionTold({ commission: money('0.0000000000000000001') }),
    ])
    expect(text(holding.position.cost)).toBe('0.123456789012345678')
    const [fill] = store.fills.values()
    expect(text(fill!.execution.price)).toBe('0.123456789012345678')
    expect(fill!.charge?.amount).toEqual(new D(0))
  })
})

describe('the queue of a book', () => {
  it('is bounded: beyond the limit nothing is taken', async () => {
    const ledger = fakeLedger()
    const book = await openedBook({ ledger })
    const instrument = { kind: 'instrument', instrument: anInstrument() } as const
    for (let taken = 0; taken < QUEUE_LIMIT; taken += 1) book.take(instrument)
    expect([book.take(instrument), book.depth]).toEqual([false, QUEUE_LIMIT])
    await expect(written(book)).rejects.toThrow('Too much is waiting')
    await book.close()
  })

  it('is written before the ledger is let go of', async () => {
    const ledger = fakeLedger()
    const book = await openedBook({ ledger })
    for (let index = 0; index < 2_000; index += 1) {
      book.take(executionTold({ execId: execId(`${index}.01`) }))
    }
    await book.close()
    expect([ledger.store.fills.size, ledger.isClosed()]).toEqual([2_000, true])
    await expect(written(book)).rejects.toThrow('The book is closed.')
  })

  it('is let go of when the ledger still refuses at the end', async () => {
    const ledger = fakeLedger()
    const clock = handClock()
    const book = await openedBook({ ledger, clock })
    ledger.failures.push(DISK_FULL, DISK_FULL)
    book.take(bought)
    const command = written(book)
    await untilWaiting(clock)
    const closing = book.close()
    clock.advance(2_000)
    await expect(command).rejects.toThrow('closed before it was written')
    await closing
    expect(ledger.isClosed()).toBe(true)
  })
})

describe('the strategy of a fill', () => {
  it('is what the rules say, recorded with the rule that said so', async () => {
    const told = executionTold({ orderRef: 'value/3' })
    const { store } = await bookAfter([told], [told])
    expect(store.attributions).toEqual([
      expect.objectContaining({ strategy: strategyId('value'), by: 'default' }),
    ])
  })
})
