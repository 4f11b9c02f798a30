import { describe, expect, it } from 'vitest'
import { standing, type Adjustment } from '#domain/adjustment.ts'
import { causesOfQuantity } from '#domain/cause-quantity.ts'
import { supersedingCommand, type LateExecution } from '#domain/late-execution.ts'
import { supersede } from '#domain/superseding.ts'
import { execRoot, strategyId } from '#shared/ids.ts'
import { D, price, quantity, text } from '#shared/money.ts'
import { anAdjustment, secondsIn, SPY } from '../fakes/builders.ts'
import { around, causes, UNKNOWN } from './around-quantity.ts'
import { held, traded } from './sides.ts'
import { planned, requestFor } from './settling.ts'

const VALUE = strategyId('value')
const ROOT = execRoot('0009')

/** 100 bought at 10; 30 more kept for value at 12, whose execution has told these sizes since. */
function corrected(...sizes: readonly string[]) {
  const kept = anAdjustment({
    ...{ id: 'settle-1-00001', kind: 'residual', command: 'settle-1', strategy: VALUE },
    ...{ quantity: quantity('30'), cost: new D(360), effectiveAt: secondsIn(100) },
    recordedAt: secondsIn(200),
  })
  const late = (size: string): LateExecution => ({
    ...{ root: ROOT, conId: SPY, strategy: VALUE, quantity: quantity(size), price: price('11') },
    ...{ charge: new D(0), knownAt: secondsIn(400) },
    slot: { at: secondsIn(90), permId: 1090, cumulative: quantity('1'), root: ROOT },
  })
  const adjustments = sizes.reduce<readonly Adjustment[]>(
    (all, size, index) => [
      ...all,
      ...supersede(
        all,
        { conId: SPY, executions: [late(size)] },
        {
          ...{ command: supersedingCommand(ROOT), author: 'truebook', reason: '' },
          ...{ effectiveAt: secondsIn(90), recordedAt: secondsIn(500 + index) },
        },
      ),
    ],
    [kept],
  )
  const now = sizes.at(-1)!
  const fill = traded(90, `${now}@11`, { strategy: VALUE })
  return { fills: [traded(1, '100@10'), fill], adjustments }
}

describe('an execution that was corrected to less', () => {
  it('lets a settlement come back that the broker does not hold, to be taken back', () => {
    const happened = corrected('30', '24')
    const broker = [held('124', '10.2')]
    const [first] = causesOfQuantity(around(happened, broker))
    expect(first).toMatchObject({
      ...{ cause: 'correction', certainty: 'likely' },
      facts: [
        { name: 'settlement', value: 'settle-1' },
        { name: 'came back', value: '6' },
        { name: 'execution', value: '0009' },
      ],
      proposals: [{ how: 'take back', command: 'settle-1' }],
    })
    const writtenBefore = { adjustments: happened.adjustments, cashEntries: [] }
    const settlement = { how: 'take back', command: 'settle-1' } as const
    const plan = planned(requestFor(happened, broker, { settlement, writtenBefore }))
    const after = standing([...happened.adjustments, ...plan.adjustments])
    expect(after).toEqual([])
  })

  it('in several corrections that no run came between', () => {
    expect(causes(corrected('30', '28', '24'), [held('124', '10.2')])[0]).toBe(
      'correction | likely | take back',
    )
  })

  it('is closed at its own value, where more of the settlement stands', () => {
    const [first] = causesOfQuantity(around(corrected('20', '15'), [held('125', '10.2')]))
    const [proposal] = first!.proposals
    if (proposal?.how !== 'assign') throw new Error('assign is proposed')
    expect([proposal.strategy, text(proposal.price!)]).toEqual(['value', '11'])
  })

  it('is no cause of any other difference', () => {
    for (const size of ['123', '125', '136'])
      expect(causes(corrected('30', '24'), [held(size, '10.2')])).toEqual([UNKNOWN])
    expect(causes(corrected('24'), [held('124', '10.2')])).toEqual([UNKNOWN])
  })
})

describe('taking a settlement back', () => {
  const happened = corrected('30', '24')
  const refused = (size: string, command: string) => () =>
    planned(
      requestFor(happened, [held(size, '10.2')], {
        settlement: { how: 'take back', command },
        writtenBefore: { adjustments: happened.adjustments, cashEntries: [] },
      }),
    )

  it('is refused where it is not the whole difference, or nothing of it stands', () => {
    expect(refused('123', 'settle-1')).toThrow('not-solvable')
    expect(refused('124', 'settle-2')).toThrow('nothing-stands')
  })
})
