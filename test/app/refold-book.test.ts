import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Book } from '#app/book.ts'
import { refoldBook } from '#app/refold-book.ts'
import { refoldHolding } from '#app/refold.ts'
import { isFolded } from '#domain/fill.ts'
import type { Position } from '#domain/position.ts'
import { D, type Money, type Quantity } from '#shared/money.ts'
import { fileIn, inFolder, openIn, rowsOf, runIn } from '../adapters/duckdb/folder.ts'
import { anExecution, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'
import { emptyStore, fakeLedger, type Store } from '../fakes/ledger.ts'
import { feed, openedBook } from './opened-book.ts'
import { doStep, lives } from './past.ts'
import { commissionTold, executionTold } from './told.ts'

const refolded = (book: Book) =>
  refoldBook({ book, clock: handClock(), command: (run) => book.command(run) })

/** Folds each position by itself, those of which there is nothing but a row too. */
async function refoldedEach(book: Book): Promise<void> {
  const { ledger } = book
  await book.command(async (memory, batch) => {
    const held = [...memory.holdings.values()].map(({ position }) => position)
    for (const { strategy, conId } of [...held, ...(await ledger.positionKeys())]) {
      await refoldHolding({ ledger, clock: handClock(), memory, batch }, { strategy, conId })
    }
  })
}

const copyOf = (store: Store): Store => ({
  ...store,
  ...{ fills: new Map(store.fills), positions: new Map(store.positions) },
  ...{ positionChanges: [], journal: [...store.journal] },
})

const any: (position: Position) => boolean = () => true

/** What the ledger says of positions and fills; an amount of nothing is as good as none. */
function projectionOf({ positions, fills }: Store, isShown = any) {
  const shown = [...positions.values()].filter(({ position }) => isShown(position))
  const rows = shown.map(({ position, commissions, commissionsPending }) => ({
    ...{ ...position, lastSlot: { ...position.lastSlot, cumulative: null }, commissionsPending },
    commissions: [...commissions].filter(([, amount]) => !amount.isZero()).sort(),
  }))
  const realized = [...fills.values()].map((fill) => [fill.fillId, fill.realizedPoints] as const)
  return [...rows, ...realized].map(textOf).sort()
}

/** A split is folded into all there is in an instrument: nothing, split, is still nothing. */
const isNothingSplit = ({ lastSlot, quantity, cost, realizedPoints }: Position): boolean =>
  lastSlot?.root.startsWith('split-') === true &&
  [quantity, cost, realizedPoints].every((amount) => amount.isZero())

const hasEntries = (position: Position): boolean =>
  position.lastSlot !== null && !isNothingSplit(position)

const textOf = (row: unknown): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

const wrongs = fc.record({
  /** Every so manieth fill and position is wrong; the first always. */
  every: fc.integer({ min: 1, max: 3 }),
  by: fc.integer({ min: 1, max: 9 }),
})

function spoil(store: Store, { every, by }: { readonly every: number; readonly by: number }): void {
  for (const [index, [id, fill]] of [...store.fills].entries()) {
    // A combo is in no position.
    if (index % every === 0 && isFolded(fill.secType))
      store.fills.set(id, { ...fill, realizedPoints: new D(by) })
  }
  for (const [index, [key, record]] of [...store.positions].entries()) {
    if (index % every !== 0) continue
    const { position } = record
    const cost = position.cost.plus(by)
    const quantity = position.quantity.plus(by) as Quantity
    const commissions = new Map([['USD', new D(by) as Money]])
    store.positions.set(key, {
      ...{ ...record, commissions, commissionsPending: by },
      position: { ...position, cost, quantity, isCostKnown: false },
    })
  }
}

/** A book that was told of some trades, corrected, charged and given away at random. */
async function livedStore(steps: Parameters<typeof doStep>[1][]): Promise<Store> {
  const clock = handClock()
  const store = emptyStore()
  const book = await openedBook({ ledger: fakeLedger(store), clock })
  for (const step of steps) {
    await doStep(book, step, clock)
    clock.advance(10)
  }
  return store
}

describe('the whole book folded anew', () => {
  it('is what each position folded by itself gives, whatever was wrong', async () => {
    const property = fc.asyncProperty(lives, wrongs, async (life, wrong) => {
      const lived = await livedStore(life.filter((step) => step.does !== 'restarts'))
      const right = projectionOf(lived, hasEntries)
      spoil(lived, wrong)
      const stores = [copyOf(lived), copyOf(lived)] as const
      // Few fills are in memory: the others are looked up.
      const [whole, each] = await Promise.all(
        stores.map((store) => openedBook({ ledger: fakeLedger(store, { recentFills: 2 }) })),
      )
      const found = await refolded(whole!)
      await refoldedEach(each!)

      expect(projectionOf(stores[0])).toEqual(projectionOf(stores[1]))
      // Of what is not booked there may be a row that says so, or none.
      expect(projectionOf(stores[0], hasEntries)).toEqual(right)
      expect(await refolded(whole!)).toEqual({ ...found, differed: 0, repaired: 0 })
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it('writes nothing but its entry in the journal when nothing differs', async () => {
    const store = emptyStore()
    const book = await openedBook({ ledger: fakeLedger(store) })
    await feed(book, [executionTold(), commissionTold()])
    const positions = store.positions.get(`${MOMENTUM}|${SPY}`)
    const changes = store.positionChanges.length

    expect(await refolded(book)).toEqual({ positions: 1, differed: 0, fills: 1, repaired: 0 })
    expect(store.positions.get(`${MOMENTUM}|${SPY}`)).toBe(positions)
    expect(store.positionChanges).toHaveLength(changes)
    expect(store.journal.at(-1)).toMatchObject({
      ...{ author: 'trader', command: 'book.refold', outcome: 'same' },
      detail: '1 positions, 0 differed; 1 fills, 0 differed',
    })
  })

  it('says in the journal why it failed', async () => {
    const store = emptyStore()
    const ledger = fakeLedger(store)
    const book = await openedBook({ ledger })
    await feed(book, [executionTold()])
    const between = () => Promise.reject(new Error('The disk is gone.'))
    const folds = { ...ledger.folds, between }
    const place = { ledger: { ...ledger, folds }, memory: book.memory }
    const command = (run: Parameters<Book['command']>[0]) => book.command(run)
    const refolding = refoldBook({ book: place, clock: handClock(), command })

    await expect(refolding).rejects.toThrow('The disk is gone.')
    expect(store.journal.at(-1)).toMatchObject({
      ...{ command: 'book.refold', outcome: 'failed' },
      detail: '0 positions, 0 differed; 0 fills, 0 differed: The disk is gone.',
    })
  })

  it('puts a spoilt projection right in a real ledger file', async () => {
    await inFolder(async (folder) => {
      const told = Array.from({ length: 40 }, (_, index) => [
        executionTold({
          execId: `0001.${String(index).padStart(4, '0')}.01` as never,
          conId: (SPY + (index % 3)) as never,
          side: index % 4 === 3 ? 'sell' : 'buy',
          executedAt: secondsIn(index % 7),
          price: anExecution().price.plus(index) as never,
        }),
        commissionTold({ execId: `0001.${String(index).padStart(4, '0')}.01` as never }),
      ]).flat()
      const book = await openedBook({ ledger: await openIn(folder) })
      await feed(book, told)
      await book.close()
      const path = fileIn(folder)
      const shown = async () => [
        await rowsOf(path, 'SELECT fill_id, realized_points FROM fills ORDER BY ALL'),
        await rowsOf(path, 'SELECT * EXCLUDE (changed_at) FROM positions ORDER BY ALL'),
        await rowsOf(path, 'SELECT * FROM position_commissions ORDER BY ALL'),
      ]
      const right = await shown()
      await runIn(path, 'UPDATE fills SET realized_points = 7 WHERE con_id % 2 = 0')
      await runIn(path, 'UPDATE positions SET quantity = quantity + 1, cost = 5')
      await runIn(path, 'UPDATE position_commissions SET commission = 3')
      expect(await shown()).not.toEqual(right)

      const again = await openedBook({ ledger: await openIn(folder) })
      const found = await refolded(again)
      expect(found).toMatchObject({ positions: 3, differed: 3, fills: 40 })
      expect(found.repaired).toBeGreaterThan(9)
      await again.close()

      expect(await shown()).toEqual(right)
      const said = await rowsOf(path, `SELECT outcome FROM journal WHERE command = 'book.refold'`)
      expect(said).toEqual([['repaired']])
    })
  })
})
