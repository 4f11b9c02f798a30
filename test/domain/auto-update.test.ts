import { describe, expect, it } from 'vitest'
import { autoUpdate, type AutoUpdateCandidate } from '#domain/auto-update.ts'
import type { Break } from '#shared/break.ts'
import { D } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { held, traded } from './sides.ts'
import { breaksOf, NOW } from './settling.ts'

const [first] = breaksOf({ fills: [traded(1, '60@10')] }, [held('65', '10')])
const settings = {
  isOn: true,
  secTypes: ['STK'] as const,
  quantityMax: new D(10),
  notionalMax: new D(100),
}
const candidate = (
  broken: Partial<Break> = {},
  over: Partial<AutoUpdateCandidate> = {},
): AutoUpdateCandidate => ({
  break: { ...first!, timesSeen: 2, status: 'seen again', ...broken },
  secType: 'STK',
  symbol: 'SPY',
  notional: new D(50),
  brokerBefore: new D(65),
  ...over,
})
const outcome = (...candidates: AutoUpdateCandidate[]) => autoUpdate(candidates, settings, NOW)
const whyNot = (one: AutoUpdateCandidate): string => {
  const [action] = outcome(one).actions
  return action?.settlement === null ? action.why : 'settled'
}

describe('auto-update', () => {
  it('settles into UNATTRIBUTED what is within every limit and stood the same twice', () => {
    expect(outcome(candidate())).toEqual({
      actions: [
        {
          break: candidate().break,
          settlement: { how: 'keep unattributed' },
          why: 'Within every limit, and the same in two settled snapshots.',
        },
      ],
      stops: null,
      sentence: 'It settles 1 of 1.',
    })
  })

  it('leaves alone what is beyond a limit, unknown, in flight or not a quantity', () => {
    expect([
      whyNot(candidate({ kind: 'cash' })),
      whyNot(candidate({ status: 'in flight' })),
      whyNot(candidate({}, { secType: 'OPT' })),
      whyNot(candidate({ difference: new D(-11) })),
      whyNot(candidate({}, { notional: new D(-101) })),
      whyNot(candidate({}, { notional: null })),
    ]).toEqual([
      'Only quantities are settled by itself.',
      'It is in flight.',
      'Its class is not one of those allowed.',
      'It is more than the quantity allowed.',
      'It is worth more than is allowed.',
      'What it is worth is not known.',
    ])
  })

  it('waits for two settled snapshots that agree', () => {
    const waits = 'Two settled snapshots must agree on it first.'
    expect(whyNot(candidate({ timesSeen: 1 }))).toBe(waits)
    expect(whyNot(candidate({}, { brokerBefore: null }))).toBe(waits)
    expect(whyNot(candidate({}, { brokerBefore: new D(64) }))).toBe(waits)
  })

  it('has nothing to do with what is settled, gone or acknowledged', () => {
    for (const status of ['settled', 'gone', 'acknowledged'] as const) {
      expect(outcome(candidate({ status })).actions).toEqual([])
    }
  })

  it('stops, and settles nothing, when what it settled is back within a day', () => {
    const settledAt = utcMillis(NOW - 3_600_000)
    const back = candidate({ settledAt, firstSeenAt: NOW })
    const { actions, stops } = outcome(candidate(), back)
    expect(actions.map(({ settlement }) => settlement)).toEqual([null, null])
    expect(stops).toBe(
      'SPY was settled at 2026-03-02T15:13:20.000Z and is back: auto-update has stopped, ' +
        'look at the break and turn it on again.',
    )
    const longAgo = candidate({ settledAt: utcMillis(NOW - 86_400_001), firstSeenAt: NOW })
    expect(outcome(longAgo).stops).toBeNull()
    // Undone, not back.
    expect(outcome(candidate({ settledAt: NOW, status: 'undone' })).stops).toBeNull()
  })

  it('tells as a dry run what it would have done', () => {
    const { sentence } = autoUpdate(
      [candidate(), candidate({ kind: 'cash' }), candidate()],
      { ...settings, isOn: false },
      NOW,
    )
    expect(sentence).toBe('It would have settled 2 of 3.')
  })
})
