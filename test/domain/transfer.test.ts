import { describe, expect, it } from 'vitest'
import type { Adjustment } from '#domain/adjustment.ts'
import { closedByHand, planTransfer, TRANSFER_REFUSALS, type Transfer } from '#domain/transfer.ts'
import { planUndo, UNDO_REFUSALS } from '#domain/undo.ts'
import { strategyId, UNATTRIBUTED, type StrategyId } from '#shared/ids.ts'
import { D, money, text } from '#shared/money.ts'
import type { CashEntry } from '#domain/cash.ts'
import { anAdjustment, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { positionsOf, traded, type Happened } from './sides.ts'
import { aWriting, effectsAsText, entriesAsText, planned, requestFor } from './settling.ts'
import { held } from './sides.ts'

const REVERSION = strategyId('reversion')
const refusal = (transfer: Transfer, book: Happened): string => {
  const plan = planTransfer(transfer, { positions: positionsOf(book), writing: aWriting() })
  return plan.ok ? 'not refused' : plan.error
}
const move = (size: number, from: StrategyId, to: StrategyId): Transfer => ({
  conId: SPY,
  from,
  to,
  quantity: new D(size),
})
const plan = (transfer: Transfer, book: Happened) => {
  const outcome = planTransfer(transfer, { positions: positionsOf(book), writing: aWriting() })
  if (!outcome.ok) throw new Error(outcome.error)
  return outcome.value
}

describe('a transfer', () => {
  const book = { fills: [traded(1, '90@10'), traded(2, '10@20', { strategy: REVERSION })] }

  it('moves a quantity at what it cost, and realizes nothing', () => {
    const moved = plan(move(30, MOMENTUM, REVERSION), book)
    expect(entriesAsText(moved)).toEqual(['transfer -30@10 momentum', 'transfer +30@10 reversion'])
    expect(effectsAsText(moved)).toEqual([
      'momentum 90@10 -> 60@10 0',
      'reversion 10@20 -> 40@12.5 0',
    ])
  })

  it('gives the taker who stood on the other side its gain', () => {
    const byHand = {
      fills: [traded(1, '100@10'), traded(2, '-100@12', { strategy: UNATTRIBUTED })],
    }
    const [proposed] = closedByHand(positionsOf(byHand), new D(0))
    expect(proposed).toEqual(move(-100, UNATTRIBUTED, MOMENTUM))
    expect(effectsAsText(plan(proposed!, byHand))).toEqual([
      'momentum 100@10 -> 0@? 200',
      'UNATTRIBUTED -100@12 -> 0@? 0',
    ])
  })

  it('is refused for what is not held, of unknown cost, or there already', () => {
    expect(refusal(move(91, MOMENTUM, REVERSION), book)).toBe('not-held')
    expect(refusal(move(-30, MOMENTUM, REVERSION), book)).toBe('not-held')
    expect(refusal(move(0, MOMENTUM, REVERSION), book)).toBe('not-held')
    expect(refusal(move(1, UNATTRIBUTED, REVERSION), book)).toBe('not-held')
    expect(refusal(move(1, MOMENTUM, MOMENTUM), book)).toBe('same-strategy')
    const opening = anAdjustment({ cost: null })
    const unknown = { fills: [], adjustments: [opening] }
    expect(refusal(move(1, UNATTRIBUTED, MOMENTUM), unknown)).toBe('unknown-cost')
  })
})

describe('a closing by hand', () => {
  const book = (hand: string, ...others: readonly [string, StrategyId][]) =>
    positionsOf({
      fills: [
        traded(1, hand, { strategy: UNATTRIBUTED }),
        ...others.map(([what, strategy], index) => traded(index + 2, what, { strategy })),
      ],
    })
  const told = (transfers: readonly Transfer[]): readonly string[] =>
    transfers.map(({ to, quantity }) => `${text(quantity)} to ${to}`)

  it('goes to the strategies that were open, the largest first', () => {
    const positions = book('-100@12', ['30@10', REVERSION], ['70@10', MOMENTUM])
    expect(told(closedByHand(positions, new D(0)))).toEqual(['-70 to momentum', '-30 to reversion'])
  })

  it('is none while the broker holds some, is not known, or nothing is unattributed', () => {
    const positions = book('-100@12', ['100@10', MOMENTUM])
    expect(closedByHand(positions, new D(5))).toEqual([])
    expect(closedByHand(positions, null)).toEqual([])
    expect(closedByHand(book('-90@12', ['100@10', MOMENTUM]), new D(0))).toEqual([])
    const opposite = book('5@1', ['-5@1', UNATTRIBUTED], ['1@1', MOMENTUM], ['-1@1', REVERSION])
    expect(closedByHand(opposite, new D(0))).toEqual([])
  })
})

describe('a refusal', () => {
  it('is one sentence for the trader', () => {
    const sentences = [...Object.values(TRANSFER_REFUSALS), ...Object.values(UNDO_REFUSALS)]
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^.]+\.$/)
    expect(new Set(sentences).size).toBe(sentences.length)
  })
})

describe('an undo', () => {
  const request = requestFor({ fills: [traded(1, '60@52')] }, [held('40', '55')], {
    settlement: { how: 'keep unattributed' },
  })
  const { adjustments } = planned(request)
  const back = aWriting({ command: 'undo-1', reason: 'wrong', recordedAt: secondsIn(20_000) })
  const undo = (command: string, all: readonly Adjustment[], cash: readonly CashEntry[] = []) =>
    planUndo({ command, adjustments: all, cashEntries: cash }, back)
  const written = undo('settle-1', adjustments)

  it('writes the reverse of each entry of the command', () => {
    expect(written).toEqual({
      ok: true,
      value: {
        cashEntries: [],
        adjustments: adjustments.map((one, index) => ({
          ...one,
          id: `undo-1-0000${index + 1}`,
          kind: 'reversal',
          quantity: one.quantity.negated(),
          cost: one.cost?.negated() ?? null,
          command: 'undo-1',
          reason: 'wrong',
          reverses: one.id,
          recordedAt: secondsIn(20_000),
        })),
      },
    })
  })

  it('is refused a second time, for what was never written, and for an undo', () => {
    const all = [...adjustments, ...(written.ok ? written.value.adjustments : [])]
    expect(undo('settle-1', all)).toEqual({ ok: false, error: 'already-undone' })
    expect(undo('undo-1', all)).toEqual({ ok: false, error: 'is-an-undo' })
    expect(undo('settle-2', all)).toEqual({ ok: false, error: 'unknown-command' })
  })

  it('takes cash back with the opposite amount', () => {
    const entry: CashEntry = {
      id: 'cash-1-00001',
      class: 'fee',
      currency: 'USD',
      amount: money('-10'),
      at: secondsIn(1),
      strategy: null,
      conId: null,
      evidence: 'monthly',
      author: 'trader',
      reverses: null,
      recordedAt: secondsIn(2),
    }
    const undone = undo('cash-1', [], [entry, { ...entry, id: 'cash-10-00001' }])
    expect(undone.ok && undone.value.cashEntries).toEqual([
      {
        ...entry,
        id: 'undo-1-00001',
        amount: new D(10),
        reverses: 'cash-1-00001',
        recordedAt: secondsIn(20_000),
      },
    ])
  })
})
