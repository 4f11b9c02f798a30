import fc from 'fast-check'
import type { CommissionReport, Execution } from '#domain/execution.ts'
import type { BookEvent } from '#app/book-event.ts'
import { conId, execId, orderId, permId } from '#shared/ids.ts'
import type { Instrument, SecType } from '#shared/instrument.ts'
import { D, money, type Quantity } from '#shared/money.ts'
import { anExecution, anInstrument, secondsIn, SPY } from '../fakes/builders.ts'
import { prices, shares } from '../domain/arbitraries.ts'

/** What a broker tells of executions: drawn at random, in any order, any number of times. */

export type Told = Extract<BookEvent, { kind: 'execution' | 'commission' }>

/** Two stocks, a future of multiplier 50, a conversion and a combo. */
export const INSTRUMENTS: readonly Instrument[] = [
  anInstrument(),
  anInstrument({ conId: conId(265598), symbol: 'AAPL' }),
  instrumentOf('FUT', { conId: conId(495512563), symbol: 'ES', multiplier: new D(50) }),
  instrumentOf('CASH', { conId: conId(12087792), symbol: 'EUR' }),
  instrumentOf('BAG', { conId: conId(28812380), symbol: 'SPY' }),
]

function instrumentOf(secType: SecType, over: Partial<Instrument>): Instrument {
  return anInstrument({ secType, ...over })
}

export const executionTold = (
  execution: Partial<Execution> = {},
  instrument: Instrument = anInstrument({ conId: execution.conId ?? SPY }),
): Told => ({ kind: 'execution', execution: anExecution(execution), instrument })

export const commissionTold = (report: Partial<CommissionReport> = {}): Told => ({
  kind: 'commission',
  report: {
    execId: anExecution().execId,
    commission: money('1'),
    currency: 'USD',
    realizedPnl: null,
    ...report,
  },
})

const REFS = ['momentum:1', 'value:7', '']

type Charge = Pick<CommissionReport, 'commission' | 'currency'>

/** A charge is pending, told once, or pending and then told: never two different amounts. */
const charges: fc.Arbitrary<readonly Charge[]> = fc
  .record({
    amount: fc.integer({ min: -50, max: 500 }),
    currency: fc.constantFrom('USD', 'EUR'),
    isPending: fc.boolean(),
    isFinal: fc.boolean(),
  })
  .map(({ amount, currency, isPending, isFinal }) => {
    const final = { commission: money(new D(amount).dividedBy(100).toFixed()), currency }
    return [...(isPending ? [{ commission: null, currency: '' }] : []), ...(isFinal ? [final] : [])]
  })

const revision = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  shares,
  price: prices,
  second: fc.integer({ min: 0, max: 5 }),
  cumulative: fc.integer({ min: 1, max: 4 }),
  charges,
})

/** One execution with one to three revisions, and what was charged for some of them. */
const life = (index: number): fc.Arbitrary<readonly Told[]> =>
  fc
    .record({
      // The last two are rare: most of a day is stocks and futures.
      instrument: fc.constantFrom(...INSTRUMENTS, ...INSTRUMENTS.slice(0, 3)),
      orderRef: fc.constantFrom(...REFS),
      permId: fc.integer({ min: 1, max: 3 }),
      revisions: fc.array(revision, { minLength: 1, maxLength: 3 }),
    })
    .map(({ instrument, orderRef, permId: order, revisions }) =>
      revisions.flatMap((drawn, before) => {
        const id = execId(`0001.${String(index).padStart(4, '0')}.0${before + 1}`)
        const execution = executionTold(
          {
            execId: id,
            conId: instrument.conId,
            orderRef,
            side: drawn.side,
            shares: drawn.shares,
            price: drawn.price,
            executedAt: secondsIn(drawn.second),
            permId: permId(order),
            orderId: orderId(order),
            cumulativeQuantity: new D(drawn.cumulative) as Quantity,
          },
          instrument,
        )
        return [execution, ...drawn.charges.map((report) => chargeTold(id, report))]
      }),
    )

const chargeTold = (id: string, report: Partial<CommissionReport>): Told =>
  commissionTold({ execId: execId(id), ...report })

/** All there is to tell of up to ten executions, in the order it happened. */
export const history: fc.Arbitrary<readonly Told[]> = fc
  .integer({ min: 1, max: 10 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => life(index))))
  .map((lives) => lives.flat())

/** The same things in any order, some of them more than once, in batches of any size. */
const arrivalOf = (things: readonly Told[]): fc.Arbitrary<readonly (readonly Told[])[]> =>
  fc
    .array(fc.constantFrom(...things), { maxLength: 8 })
    .chain((again) => fc.shuffledSubarray([...things, ...again], { minLength: things.length }))
    .chain((shuffled) => {
      // A shuffled part may lack things: they come at the end, as a catch-up would bring them.
      const all = [...shuffled, ...things.filter((one) => !shuffled.includes(one))]
      return fc
        .array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 12 })
        .map((sizes) => split(all, sizes))
    })

function split(things: readonly Told[], sizes: readonly number[]): readonly (readonly Told[])[] {
  const batches: Told[][] = []
  let start = 0
  for (let turn = 0; start < things.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    batches.push(things.slice(start, start + size))
    start += size
  }
  return batches
}

export type Arrival = {
  readonly history: readonly Told[]
  readonly batches: readonly (readonly Told[])[]
  /** Before which batches the program is started anew. */
  readonly restarts: readonly number[]
}

export const arrivals: fc.Arbitrary<Arrival> = history.chain((told) =>
  fc.record({
    history: fc.constant(told),
    batches: arrivalOf(told),
    restarts: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 3 }),
  }),
)
