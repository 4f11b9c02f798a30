import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { costAtBroker, foldAccountCost, nothingHeld } from '#domain/account-cost.ts'
import type { BrokerHolding } from '#domain/broker-side.ts'
import { causesOfQuantity } from '#domain/cause-quantity.ts'
import { datedSplitCause } from '#domain/cause-dated-split.ts'
import type { QuantityEvidence, TradedLately } from '#domain/cause-evidence.ts'
import type { Fill } from '#domain/fill.ts'
import { signedQuantity } from '#domain/fill.ts'
import { inSlotOrder } from '#domain/fold.ts'
import { planSettlement } from '#domain/settle.ts'
import { present } from '#shared/assert.ts'
import { strategyId, type StrategyId } from '#shared/ids.ts'
import { D, price, quantity, text, type Decimal } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'
import { anAdjustment, anInstrument, secondsIn, SPY } from '../fakes/builders.ts'
import { held, traded, type Happened } from './sides.ts'
import { aWriting, breaksOf, leftAfter, requestFor } from './settling.ts'

const CARRY = strategyId('carry')
const stock = anInstrument()

/** Bought before the split, of which the book knows nothing; then traded at the new prices. */
const BEFORE = [traded(1, '100@600'), traded(2, '50@612', { strategy: CARRY })]
const SINCE = [traded(10, '-40@151'), traded(11, '20@152', { strategy: CARRY })]
const book: Happened = { fills: [...BEFORE, ...SINCE] }

/** What the broker holds when every `from` became `to` in the fifth second. */
function brokerAfter(fills: readonly Fill[], to: number, from: number): BrokerHolding {
  const ratio = { to: new D(to), from: new D(from) }
  const split = anAdjustment({
    ...{ kind: 'split', effectiveAt: secondsIn(5), quantity: quantity('0'), cost: new D(0), ratio },
  })
  const cost = foldAccountCost(stock, { fills, adjustments: [split] })
  const size = cost.position.quantity
  const average = present(costAtBroker(cost, stock), 'a cost').dividedBy(size)
  return held(text(size), text(average))
}

const evidence = (
  { fills }: Happened,
  broker: BrokerHolding,
  lately: Partial<TradedLately> = {},
): QuantityEvidence => ({
  break: present(breaksOf({ fills }, [broker])[0], 'a break'),
  ...{ instrument: stock, cost: null, brokerAverage: broker.averageCost, mark: price('151') },
  ...{ brokerExecutions: [], fills, orders: [], quantityBreaks: [], cashBreak: null },
  ...{ doesCashAgree: false, today: '20260302', away: null, replayedFrom: null, adjustments: [] },
  lately: {
    ...{ before: nothingHeld(SPY), fills: inSlotOrder(fills), adjustments: [], priceBefore: null },
    ...lately,
  },
})

const cause = (...of: Parameters<typeof evidence>) => datedSplitCause(evidence(...of))
const facts = (found: ReturnType<typeof cause>) =>
  Object.fromEntries((found?.facts ?? []).map(({ name, value }) => [name, value]))

/** What is left of the breaks once the first proposal is written. */
function leftOnceSettled(happened: Happened, broker: BrokerHolding): readonly string[] {
  const [proposal] = present(cause(happened, broker), 'a split').proposals
  if (proposal?.how !== 'split' || proposal.before === null) throw new Error('no dated split')
  const moment = proposal.before
  const tradedSince = new Map<StrategyId, Decimal>()
  for (const { strategy, execution } of happened.fills) {
    if (execution.executedAt < moment) continue
    const before = tradedSince.get(strategy) ?? new D(0)
    tradedSince.set(strategy, before.plus(signedQuantity(execution)))
  }
  const writing = aWriting({ effectiveAt: utcNanos(moment - 1n) })
  const request = requestFor(happened, [broker], { settlement: proposal, tradedSince, writing })
  const plan = planSettlement(request, (position) => position)
  if (!plan.ok) throw new Error(plan.error)
  return leftAfter(happened, [broker], plan.value)
}

describe('a split that was traded after before anybody looked', () => {
  it('is told by quantity, price and cost, and proposed before those trades', () => {
    const broker = brokerAfter(book.fills, 4, 1)
    const found = cause(book, broker)
    expect(found).toMatchObject({ cause: 'split', certainty: 'likely' })
    expect(found?.sentence).toBe('A split, 4 for every 1, before the last 2 trades in it.')
    expect(facts(found)).toMatchObject({
      ...{ ratio: '4 for 1', 'held before it': '150', 'traded since': '-20' },
      ...{ 'price before': '612', 'price after': '151' },
    })
    expect(found?.proposals).toEqual([
      {
        ...{ how: 'split', ratio: { to: new D(4), from: new D(1) }, cashInLieuPrice: null },
        before: secondsIn(10),
      },
    ])
    expect(leftOnceSettled(book, broker)).toEqual([])
  })

  it('pays out a fraction it left before those trades', () => {
    const since = [traded(10, '-4@12240')]
    const fills = [...BEFORE, traded(3, '1@612'), ...since]
    // 151 at 1 for 20 are 7.55: 0.55 are paid out.
    const average = brokerAfter(fills, 1, 20).averageCost
    const broker = held('3', text(average!))
    const found = cause({ fills }, broker, { priceBefore: null })
    expect(found?.proposals[0]).toMatchObject({ how: 'split', before: secondsIn(10) })
    expect(leftOnceSettled({ fills }, broker)).toEqual([])
  })

  it('is known by the last price a snapshot kept, where nothing was traded before it', () => {
    const before = foldAccountCost(stock, { fills: BEFORE, adjustments: [] })
    const broker = brokerAfter(book.fills, 4, 1)
    const since = { before, fills: SINCE }
    const told = (priceBefore: string | null) =>
      cause(book, broker, {
        ...since,
        priceBefore: priceBefore === null ? null : new D(priceBefore),
      })?.certainty ?? null
    expect([told('604'), told(null), told('150'), told('300')]).toEqual([
      ...['likely', 'likely', null, null],
    ])
  })

  it('is only possible while no cost is known, and not at all without a price', () => {
    const { quantity: size } = brokerAfter(book.fills, 4, 1)
    const broker = held(text(size), null)
    expect(cause(book, broker)?.certainty).toBe('possible')
    const before = foldAccountCost(stock, { fills: BEFORE, adjustments: [] })
    expect(cause(book, broker, { before, fills: SINCE })).toBeNull()
  })

  it('is not believed where the cost is another, or the price did not move', () => {
    const { quantity: size } = brokerAfter(book.fills, 4, 1)
    expect(cause(book, held(text(size), '160'))).toBeNull()
    const flat = { fills: [...BEFORE, traded(10, '-40@605'), traded(11, '20@608')] }
    const broker = brokerAfter(flat.fills, 4, 1)
    expect(cause(flat, broker)).toBeNull()
  })

  it('is of shares, and of what was traded lately', () => {
    const broker = brokerAfter(book.fills, 4, 1)
    const option = anInstrument({ secType: 'OPT' })
    expect(datedSplitCause({ ...evidence(book, broker), instrument: option })).toBeNull()
    expect(datedSplitCause({ ...evidence(book, broker), lately: null })).toBeNull()
  })
})

describe('any split followed by any trades', () => {
  const ratios = fc.constantFrom([2, 1], [3, 1], [4, 1], [10, 1], [3, 2], [1, 5], [1, 10])
  const moves = fc.array(
    fc.record({ size: fc.integer({ min: 1, max: 9 }), isSold: fc.boolean(), cents: fc.nat(400) }),
    { minLength: 1, maxLength: 6 },
  )

  it('settles as proposed, and leaves no break of quantity or cost', () =>
    fc.assert(
      fc.property(ratios, moves, fc.boolean(), ([to, from], since, isShort) => {
        const sign = isShort ? '-' : ''
        const start = [
          traded(1, `${sign}300@600`),
          traded(2, `${sign}600@603`, { strategy: CARRY }),
        ]
        const later = since.map(({ size, isSold, cents }, index) => {
          const at = new D(602).times(from).dividedBy(to).plus(new D(cents).dividedBy(1000))
          const what = `${isSold ? '-' : ''}${size}@${at.toFixed(4)}`
          return traded(10 + index, what, index % 2 === 0 ? {} : { strategy: CARRY })
        })
        const happened = { fills: [...start, ...later] }
        const broker = brokerAfter(happened.fills, to, from)
        const first = breaksOf(happened, [broker])[0]
        fc.pre(first?.kind === 'quantity')
        expect(leftOnceSettled(happened, broker)).toEqual([])
      }),
    ))
})

describe('several splits before anybody looked', () => {
  /** 2 for 1, then 3 for 1. */
  const two = [...BEFORE, traded(10, '-10@302'), traded(20, '-6@101')]

  it('are one, by the product of their ratios, where nothing was traded between them', () => {
    const fills = [...BEFORE, traded(20, '-6@101')]
    const found = cause({ fills }, brokerAfter(fills, 6, 1))
    expect([found?.certainty, facts(found)['ratio']]).toEqual(['likely', '6 for 1'])
  })

  it('are told as what would explain it, where something was', () => {
    const broker = held('864', '100')
    const [found] = causesOfQuantity(evidence({ fills: two }, broker))
    expect(found).toMatchObject({
      ...{ cause: 'unknown', certainty: 'possible' },
      facts: [
        { name: '2 for 1 before the trade of', value: '2026-03-02T14:30:10.000Z' },
        { name: '3 for 1 before the trade of', value: '2026-03-02T14:30:20.000Z' },
      ],
      proposals: [{ how: 'keep unattributed' }, { how: 'fetch executions' }],
    })
    expect(found?.sentence).toMatch(/^2 splits with trades between them would explain it/)
    const [other] = causesOfQuantity(evidence({ fills: two }, held('863', '100')))
    expect(other?.sentence).toBe('Nothing that is known explains it.')
  })
})
