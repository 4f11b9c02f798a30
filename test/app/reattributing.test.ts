import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { giveFills, previewReattribution, takeFillsBack, type Giving } from '#app/reattributing.ts'
import type { Book } from '#app/book.ts'
import { averageCost } from '#domain/position.ts'
import type { Chosen } from '#domain/reattribution.ts'
import { conId, execId, execRoot, permId, strategyId, UNALLOCATED } from '#shared/ids.ts'
import { money, price, quantity, text, textOrNull } from '#shared/money.ts'
import { openIn, inFolder } from '../adapters/duckdb/folder.ts'
import { anInstrument, MOMENTUM, secondsIn } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'
import { emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { bookIn, positionsIn } from './expected-book.ts'
import { differedOnRefold, feed, openedBook } from './opened-book.ts'
import { arrivals, commissionTold, executionTold } from './told.ts'

const CARRY = strategyId('carry')
const AAPL = anInstrument({ conId: conId(265598), symbol: 'AAPL' })

/** One execution: `size@price`, sold when negative, `second` into the day. */
const traded = (second: number, said: string, over: Parameters<typeof executionTold>[0] = {}) => {
  const [size = '', at = ''] = said.split('@')
  const isSold = size.startsWith('-')
  const instrument = over.conId === AAPL.conId ? AAPL : anInstrument()
  return executionTold(
    {
      execId: execId(`e${second}.01`),
      side: isSold ? 'sell' : 'buy',
      shares: quantity(isSold ? size.slice(1) : size),
      price: price(at),
      executedAt: secondsIn(second),
      permId: permId(second),
      ...over,
    },
    instrument,
  )
}
const charged = (second: number, amount: string, revision = '01') =>
  commissionTold({ execId: execId(`e${second}.${revision}`), commission: money(amount) })

/** What giving and taking back need of a book, and what is looked at. */
function giving(book: Book, clock = handClock()) {
  const place = { ledger: book.ledger, clock }
  const gave = { command: '', plan: null }
  return {
    give: async (chosen: Chosen, to = CARRY, over: Partial<Giving> = {}): Promise<string> => {
      const wanted = { chosen, to, reason: '', expected: null, ...over }
      await book.command(giveFills(place, wanted, gave))
      return gave.command
    },
    back: (command: string) => book.command(takeFillsBack(place, command, gave)),
    preview: (chosen: Chosen, to = CARRY) =>
      previewReattribution(place, { chosen, to }, book.memory),
    held: () =>
      [...book.memory.committed.values()].map(({ position, commissions }) =>
        [
          position.strategy,
          ...[text(position.quantity), textOrNull(averageCost(position)) ?? '-'],
          ...[text(position.realizedPoints), ...[...commissions.values()].map(text)],
        ].join(' '),
      ),
    owner: async (id: string) => (await book.ledger.findFills([execRoot(id)]))[0]?.strategy,
  }
}

const fill = (...seconds: readonly number[]): Chosen => ({
  fillIds: seconds.map((second) => execRoot(`e${second}`)),
})

/** A round trip of momentum, and a purchase of another orderRef. */
const DAY = [
  traded(1, '100@10'),
  traded(2, '-40@12'),
  traded(3, '50@11', { orderRef: 'value:7' }),
  charged(1, '1'),
  charged(2, '2'),
]

async function traders(recentFills = 20_000) {
  const store = emptyStore()
  const clock = handClock()
  const open = () => openedBook({ ledger: fakeLedger(store, { recentFills }), clock })
  const book = await open()
  await feed(book, DAY)
  return { store, clock, book, open, ...giving(book, clock) }
}

describe('giving a fill to another strategy', () => {
  it('moves it with its commission and what it realized, and writes whose it was', async () => {
    const { book, give, held, store, owner } = await traders()
    expect(held()).toEqual(['momentum 60 10 80 3', 'value 50 11 0'])
    const command = await give(fill(2))
    expect(held()).toEqual(['momentum 100 10 0 1', 'value 50 11 0', 'carry -40 12 0 2'])
    expect([await owner('e2'), book.memory.fills.get(execRoot('e2'))?.strategy]).toEqual([
      CARRY,
      CARRY,
    ])
    expect(store.attributions.at(-1)).toMatchObject({ strategy: CARRY, by: `trader: ${command}` })
    expect(store.reattributed).toMatchObject([
      { command, fillId: 'e2', was: MOMENTUM, strategy: CARRY, reason: 'Fill e2', undoes: null },
    ])
    expect(store.journal.at(-1)).toMatchObject({
      ...{ command: 'attribution.apply', outcome: 'given', author: 'trader' },
      detail: `${command}: Fill e2 to carry, 1 moved`,
    })
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('is what its preview shows, which writes nothing', async () => {
    const { preview, give, store, held } = await traders()
    const before = store.commits
    const shown = await preview(fill(2))
    expect(store.commits).toBe(before)
    expect(
      shown.ok && shown.value.effects.map((one) => [one.strategy, text(one.after.quantity)]),
    ).toEqual([
      ['momentum', '100'],
      ['carry', '-40'],
    ])
    await give(fill(2))
    expect(held()).toContain('carry -40 12 0 2')
  })

  it('keeps its strategy when its commission or a correction comes later', async () => {
    const { book, give, held } = await traders()
    await give(fill(2, 3))
    await feed(book, [
      charged(3, '5'),
      traded(2, '-30@12', { execId: execId('e2.02'), executedAt: secondsIn(2) }),
      charged(2, '4', '02'),
    ])
    expect(held()).toEqual(['momentum 100 10 0 1', 'value 0 - 0', 'carry 20 11 30 9'])
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('meets events of the same batch, before it and after it', async () => {
    const { book, clock, held } = await traders()
    const { give } = giving(book, clock)
    for (const event of [traded(4, '10@20'), charged(4, '1')]) book.take(event)
    const gave = give(fill(4, 3))
    for (const event of [charged(4, '2'), traded(5, '-10@21', { orderRef: 'carry:1' })]) {
      book.take(event)
    }
    await gave
    await feed(book, [])
    expect(held()).toEqual(['momentum 60 10 80 3', 'value 0 - 0', 'carry 50 12.5 85 2'])
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('finds fills that memory has let go of', async () => {
    const { book, open } = await traders(1)
    await book.close()
    const again = await open()
    const { give, back, held } = giving(again)
    expect(again.memory.fills.has(execRoot('e1'))).toBe(false)
    const command = await give({ orderRef: 'momentum:1' })
    expect(held().toSorted()).toEqual(['carry 60 10 80 3', 'momentum 0 - 0 0', 'value 50 11 0'])
    await back(command)
    await feed(again, [charged(2, '7')])
    expect(held().toSorted()).toEqual(['carry 0 - 0 0', 'momentum 60 10 80 8', 'value 50 11 0'])
    expect(await differedOnRefold(again)).toBe(0)
  })

  it('gives every fill of an orderRef, in all its instruments', async () => {
    const { book, give, held, store } = await traders()
    await feed(book, [traded(6, '7@100', { conId: AAPL.conId, orderRef: 'value:7' })])
    await give({ orderRef: 'value:7' }, MOMENTUM)
    expect(held()).toEqual([
      ...['momentum 110 10.45454545454545454545454545454545 80 3', 'value 0 - 0'],
      ...['value 0 - 0', 'momentum 7 100 0'],
    ])
    expect(store.reattributed[0]?.reason).toBe('Every fill of orderRef value:7')
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('is refused in a sentence, and then writes nothing', async () => {
    const { give, store, back } = await traders()
    const { commits } = store
    await expect(give(fill(9))).rejects.toThrow('There is no such fill in this book.')
    await expect(give({ orderRef: 'none' })).rejects.toThrow('There is no such fill')
    await expect(give(fill(1), MOMENTUM)).rejects.toThrow('It belongs to that strategy already')
    await expect(give(fill(1), UNALLOCATED)).rejects.toThrow('This name is reserved')
    const more = give({ orderRef: 'momentum:1' }, CARRY, { expected: 1 })
    await expect(more).rejects.toThrow('look at the new preview')
    await expect(back('attribute-1')).rejects.toThrow('There is no such re-attribution')
    expect([store.reattributed, store.journal]).toEqual([[], []])
    expect(store.commits - commits).toBeGreaterThan(0)
  })
})

describe('taking a re-attribution back', () => {
  it('leaves the positions and the fills as they were, once and not again', async () => {
    const { book, give, back, held, store } = await traders()
    const before = positionsIn(book)
    const command = await give({ orderRef: 'momentum:1' })
    await back(command)
    expect(held()).toEqual(['momentum 60 10 80 3', 'value 50 11 0', 'carry 0 - 0 0'])
    expect(positionsIn(book)).toMatchObject(before)
    await expect(back(command)).rejects.toThrow('It has been undone already.')
    const undo = store.reattributed.at(-1)!.command
    await expect(back(undo)).rejects.toThrow('An undo is not undone')
    expect(await book.ledger.history.reattributions(9)).toMatchObject([
      { command: undo, undoes: command, fills: 2, undone: 0, from: ['carry'], to: ['momentum'] },
      { command, undoes: null, fills: 2, undone: 2, from: ['momentum'], to: ['carry'] },
    ])
  })

  it('leaves alone what somebody else was given since, which may be taken back later', async () => {
    const { give, back, owner } = await traders()
    const first = await give(fill(1, 2))
    const second = await give(fill(2), strategyId('third'))
    await back(first)
    expect([await owner('e1'), await owner('e2')]).toEqual([MOMENTUM, 'third'])
    await expect(back(first)).rejects.toThrow('All of it was given to another strategy since')
    await back(second)
    await back(first)
    expect(await owner('e2')).toBe(MOMENTUM)
  })

  it('twice at once takes back once', async () => {
    const { give, back, held } = await traders()
    const command = await give(fill(2))
    const outcomes = await Promise.allSettled([back(command), back(command)])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(held()).toContain('momentum 60 10 80 3')
  })

  it('is possible after a restart, in a real ledger', () =>
    inFolder(async (folder) => {
      const clock = handClock()
      const book = await openedBook({ ledger: await openIn(folder), clock })
      await feed(book, DAY)
      const was = await bookIn(book)
      const command = await giving(book, clock).give({ orderRef: 'momentum:1' })
      await book.close()

      const again = await openedBook({ ledger: await openIn(folder), clock })
      const { back, held, owner } = giving(again, clock)
      expect(held().toSorted()).toEqual(['carry 60 10 80 3', 'momentum 0 - 0 0', 'value 50 11 0'])
      expect([await owner('e1'), await owner('e2')]).toEqual([CARRY, CARRY])
      const summary = { fills: 2, undone: 0, from: [MOMENTUM], to: [CARRY], undoes: null }
      expect(await again.ledger.history.reattributions(9)).toMatchObject([
        { command, reason: 'Every fill of orderRef momentum:1', ...summary },
      ])
      await back(command)
      expect((await bookIn(again)).fills).toEqual(was.fills)
      expect(await differedOnRefold(again)).toBe(0)
      const journal = await again.ledger.history.journal({ before: null, limit: 1 })
      expect(journal).toMatchObject([{ seq: 2, command: 'attribution.undo', outcome: 'undone' }])
      const older = await again.ledger.history.journal({ before: 2, limit: 9 })
      expect(older.map(({ seq }) => seq)).toEqual([1])
      await expect(back(command)).rejects.toThrow('It has been undone already.')
      await again.close()
    }))
})

describe('whatever was traded and whatever is given', () => {
  it('a re-attribution changes no total, and its undo is the identity', async () => {
    const wanted = fc.record({
      arrival: arrivals,
      to: fc.constantFrom('momentum', 'value', 'UNATTRIBUTED', 'carry').map(strategyId),
      orderRef: fc.constantFrom(null, 'momentum:1', 'value:7'),
      upTo: fc.integer({ min: 1, max: 10 }),
    })
    const property = fc.asyncProperty(wanted, async ({ arrival, to, orderRef, upTo }) => {
      const store = emptyStore()
      const book = await openedBook({ ledger: fakeLedger(store, { recentFills: 3 }) })
      for (const batch of arrival.batches) await feed(book, batch)
      const { give, back } = giving(book)
      const was = await bookIn(book)
      const held = totals(book)
      const ids = [...store.fills.keys()].slice(0, upTo)
      const chosen: Chosen = orderRef === null ? { fillIds: ids } : { orderRef }
      const command = await give(chosen, to).catch(() => null)
      if (command === null) return
      expect(totals(book)).toEqual(held)
      expect(await differedOnRefold(book)).toBe(0)
      await back(command)
      expect(await differedOnRefold(book)).toBe(0)
      const is = await bookIn(book)
      expect(is.fills).toEqual(was.fills)
      expect(is.positions).toMatchObject(was.positions)
    })
    await fc.assert(property, { numRuns: 300 })
  })
})

/** Quantity of each instrument, and the commission in each currency, of all strategies. */
function totals(book: Book): ReadonlyMap<string, string> {
  const sums = new Map<string, string>()
  const add = (name: string, value: string): void =>
    void sums.set(name, text(quantity(sums.get(name) ?? '0').plus(value)))
  for (const { position, commissions } of book.memory.committed.values()) {
    add(`${position.conId}`, text(position.quantity))
    for (const [currency, amount] of commissions) add(currency, text(amount))
  }
  return sums
}
