import { describe, expect, it } from 'vitest'
import type { Book } from '#app/book.ts'
import {
  confirmOpening,
  openingAdjustments,
  openingState,
  proposeOpening,
  undoOpening,
} from '#app/opening.ts'
import type { BrokerPosition } from '#ports/broker.ts'
import { conId, execId, strategyId, UNATTRIBUTED, type ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, money, price, quantity, text } from '#shared/money.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import { ACCOUNT, anExecution, anInstrument, secondsIn, SPY } from '../fakes/builders.ts'
import { fakeBroker } from '../fakes/broker.ts'
import { handClock } from '../fakes/clock.ts'
import { fakeLedger } from '../fakes/ledger.ts'
import { positionsIn } from './expected-book.ts'
import { differedOnRefold, feed, openedBook } from './opened-book.ts'
import { commissionTold, executionTold, type Told } from './told.ts'

const AAPL = conId(265598)
const ES = conId(495512563)
const future = anInstrument({ conId: ES, symbol: 'ES', secType: 'FUT', multiplier: new D(50) })

const held = (size: string, cost: string | null, instrument: Partial<Instrument> = {}) => {
  const what = anInstrument(instrument)
  return {
    account: ACCOUNT,
    conId: what.conId,
    instrument: what,
    quantity: quantity(size),
    averageCost: cost === null ? null : price(cost),
  }
}

/** A book, its broker, and what the broker holds and executed today. */
async function desk(holds: readonly BrokerPosition[], today: readonly Told[] = []) {
  const clock = handClock()
  clock.advance(3_600_000)
  const broker = fakeBroker(clock)
  for (const position of holds) broker.hold(position)
  for (const told of today)
    if (told.kind === 'execution') broker.execute(told.execution, told.instrument)
  broker.connect()
  const ledger = fakeLedger()
  const book = await openedBook({ clock, ledger })
  await feed(
    book,
    holds.map(({ instrument }) => ({ kind: 'instrument' as const, instrument })),
  )
  await feed(book, today)
  const place = { ledger, clock }
  return {
    ...{ book, ledger, broker, clock },
    propose: async () => {
      const snapshot = await broker.snapshot(ACCOUNT)
      if (!snapshot.ok) throw new Error(snapshot.error)
      await book.command(proposeOpening(snapshot.value, place))
    },
    confirm: () => book.command(confirmOpening(place)),
    undo: () => book.command(undoOpening(place)),
  }
}

const of = (book: Book, strategy: string, id: ConId) => {
  const { position } = book.memory.holding(strategyId(strategy), id, secondsIn(0))
  return [text(position.quantity), position.isCostKnown ? text(position.cost) : 'unknown']
}

/** What the broker holds of an instrument is the sum over strategies. */
const total = (book: Book, id: ConId): string =>
  text(
    [...book.memory.holdings.values()]
      .filter(({ position }) => position.conId === id)
      .reduce((sum, { position }) => sum.plus(position.quantity), new D(0)),
  )

describe('the opening of a book', () => {
  const today = [
    executionTold({ execId: execId('1.01'), shares: quantity('40'), price: price('20') }),
    commissionTold({ execId: execId('1.01'), commission: money('4') }),
    executionTold({
      execId: execId('2.01'),
      executedAt: secondsIn(60),
      side: 'sell',
      shares: quantity('10'),
      price: price('30'),
      orderRef: 'value:1',
    }),
  ]

  it('is what the broker holds less what today moved, all of it unattributed', async () => {
    const { book, propose, ledger } = await desk(
      [held('130', '12', {}), held('-5', '40', { conId: AAPL }), held('2', '250000', future)],
      today,
    )
    await propose()
    expect(openingState(book.memory)).toBe('proposed')
    expect(of(book, UNATTRIBUTED, SPY)[0]).toBe('100')
    expect(of(book, UNATTRIBUTED, AAPL)).toEqual(['-5', '-200'])
    expect(of(book, UNATTRIBUTED, ES)).toEqual(['2', '10000'])
    expect(of(book, 'momentum', SPY)).toEqual(['40', '800'])
    expect(of(book, 'value', SPY)).toEqual(['-10', '-300'])
    expect([SPY, AAPL, ES].map((id) => total(book, id))).toEqual(['130', '-5', '2'])
    expect([...ledger.store.adjustments.keys()]).toHaveLength(3)
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('takes a bond at percent of its face value, as its price is', async () => {
    const bond = anInstrument({ conId: AAPL, secType: 'BOND', multiplier: new D(1000) })
    const { book, propose } = await desk(
      [held('5', '1012.5', bond)],
      [
        executionTold({ conId: AAPL, shares: quantity('2'), price: price('101.25') }, bond),
        commissionTold({ commission: money('0') }),
      ],
    )
    await propose()
    expect(of(book, UNATTRIBUTED, AAPL)).toEqual(['3', '303.75'])
    expect(of(book, 'momentum', AAPL)).toEqual(['2', '202.5'])
  })

  it('knows the fills of the day that memory has let go of', async () => {
    const bought = Array.from({ length: 4_100 }, (_, index) =>
      executionTold({ execId: execId(`${index}.01`), shares: quantity('1') }),
    )
    const { book, propose } = await desk([held('4150', '10')], bought)
    expect(book.memory.fills.size).toBeLessThan(bought.length)
    await propose()
    expect(of(book, UNATTRIBUTED, SPY)).toEqual(['50', 'unknown'])
    expect(total(book, SPY)).toBe('4150')
  })

  it('survives a restart, and is confirmed once', async () => {
    const { book, propose, confirm, ledger } = await desk([held('130', '12')], today)
    await propose()
    await expect(propose()).rejects.toThrow('The book is open already.')
    const again = await openedBook({ ledger })
    expect(positionsIn(again)).toEqual(positionsIn(book))
    expect(openingState(again.memory)).toBe('proposed')
    await confirm()
    await expect(confirm()).rejects.toThrow('No opening position is proposed.')
    expect(ledger.store.journal.map(({ seq, author, command }) => [seq, author, command])).toEqual([
      [1, 'truebook', 'opening.proposed'],
      [2, 'trader', 'opening.confirmed'],
    ])
  })

  it('can be undone, which restores every position exactly, and proposed again', async () => {
    const { book, propose, confirm, undo, ledger } = await desk(
      [held('130', '12'), held('7', '3', { conId: AAPL })],
      today,
    )
    await expect(undo()).rejects.toThrow('No opening position is booked.')
    const before = positionsIn(book)
    const fillsBefore = [...ledger.store.fills.values()]
    await propose()
    const proposed = positionsIn(book)
    await confirm()
    await undo()
    expect(withoutFlat(positionsIn(book))).toEqual(before)
    expect([...ledger.store.fills.values()]).toEqual(fillsBefore)
    expect([openingState(book.memory), openingAdjustments(book.memory)]).toEqual(['undone', []])
    await propose()
    expect(quantities(positionsIn(book))).toEqual(quantities(proposed))
    expect(ledger.store.adjustments.size).toBe(6)
    const again = await openedBook({ ledger })
    expect(positionsIn(again)).toEqual(positionsIn(book))
    expect(await differedOnRefold(again)).toBe(0)
  })

  it('leaves a cost open that nobody can tell', async () => {
    const crossed = executionTold({ side: 'sell', shares: quantity('120'), price: price('9') })
    const pence = { conId: AAPL, priceMagnifier: null }
    const { book, propose } = await desk(
      [held('-20', '9'), held('7', '3', pence), held('8', null, { conId: ES })],
      [crossed],
    )
    await propose()
    expect(of(book, UNATTRIBUTED, SPY)).toEqual(['100', 'unknown'])
    expect(of(book, UNATTRIBUTED, AAPL)).toEqual(['7', 'unknown'])
    expect(of(book, UNATTRIBUTED, ES)).toEqual(['8', 'unknown'])
    expect(openingAdjustments(book.memory).filter(({ cost }) => cost === null)).toHaveLength(3)
  })

  it('covers what was executed before it: recorded, but booked by nobody', async () => {
    const { book, propose, ledger } = await desk([held('130', '12')], today)
    await propose()
    const old = executionTold({ execId: execId('0.01'), executedAt: secondsIn(-86_400) })
    const before = positionsIn(book)
    await feed(book, [old, commissionTold({ execId: execId('0.01') })])
    expect(positionsIn(book)).toEqual(before)
    expect(ledger.store.fills.get('0' as never)).toMatchObject({ realizedPoints: null })
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('gives back, undone, what it covered of strategies that held nothing else', async () => {
    const { book, propose, undo } = await desk([held('130', '12')], today)
    await propose()
    const old = { execId: execId('0.01'), executedAt: secondsIn(-86_400), orderRef: 'carry' }
    await feed(book, [executionTold(old)])
    await undo()
    expect(of(book, 'carry', SPY)).toEqual(['100', '1000'])
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('takes back what older fills realized, for they are part of it', async () => {
    const old = [
      executionTold({ execId: execId('8.01'), executedAt: secondsIn(-90_000) }),
      executionTold({ execId: execId('9.01'), executedAt: secondsIn(-86_400), side: 'sell' }),
    ]
    const { book, propose, ledger } = await desk([held('130', '12')])
    await feed(book, old)
    expect(ledger.store.fills.get('9' as never)?.realizedPoints).toEqual(new D(0))
    await propose()
    expect(ledger.store.fills.get('9' as never)?.realizedPoints).toBeNull()
    expect(total(book, SPY)).toBe('130')
  })

  it('is moved by no correction: one that lands before it is taken out of the book', async () => {
    const { book, propose } = await desk([held('130', '12')], today)
    await propose()
    const moved = anExecution({ execId: execId('2.02'), executedAt: secondsIn(-86_400) })
    await feed(book, [{ kind: 'execution', execution: moved, instrument: anInstrument() }])
    expect(of(book, 'value', SPY)).toEqual(['0', '0'])
    expect(await differedOnRefold(book)).toBe(0)
    const back = anExecution({ execId: execId('2.03'), executedAt: secondsIn(60) })
    await feed(book, [{ kind: 'execution', execution: back, instrument: anInstrument() }])
    expect(of(book, 'value', SPY)).toEqual(['100', '1000'])
    expect(await differedOnRefold(book)).toBe(0)
  })

  it('covers nothing executed after it by a clock that is minutes behind', async () => {
    const { book, propose, broker, clock, ledger } = await desk([held('130', '12')])
    const behindMs = 300_000
    broker.brokerClock.aheadMs = -behindMs
    await propose()
    const executedAt = nanosOf(utcMillis(clock.now() + 1_000 - behindMs))
    await feed(book, [executionTold({ execId: execId('9.01'), executedAt })])
    expect(total(book, SPY)).toBe('230')
    expect(ledger.store.journal.at(-1)?.detail).toBe('1 holdings')
  })

  it('says that it takes the clock for ours of a broker that does not tell its time', async () => {
    const { propose, broker, ledger } = await desk([held('130', '12')])
    broker.brokerClock.aheadMs = null
    await propose()
    expect(ledger.store.journal.at(-1)?.detail).toBe(
      '1 holdings; the broker has not told its time, which is taken for ours',
    )
  })

  it('waits until the book has seen every execution of the snapshot', async () => {
    const { propose, broker, book } = await desk([held('130', '12')])
    broker.execute(anExecution())
    await expect(propose()).rejects.toThrow('an execution the book has not seen')
    expect(book.memory.adjustments).toEqual([])
  })

  it('is nothing when the broker holds nothing, and the book is open', async () => {
    const { book, propose } = await desk([])
    await propose()
    expect([openingState(book.memory), book.memory.holdings.size]).toEqual(['proposed', 0])
  })
})

type Texts = Record<string, unknown>

/** A position that came with the opening stays, flat, when it is undone. */
const withoutFlat = (positions: Texts): Texts =>
  Object.fromEntries(
    Object.entries(positions).filter(([, one]) => (one as { quantity: string }).quantity !== '0'),
  )

const quantities = (positions: Texts): Texts =>
  Object.fromEntries(
    Object.entries(positions).map(([key, one]) => {
      const { quantity: size, cost } = one as { quantity: string; cost: string }
      return [key, [size, cost]]
    }),
  )
