import { describe, expect, it } from 'vitest'
import { causesOfQuantity } from '#domain/cause-quantity.ts'
import { wrongStrategy } from '#domain/cause-strategy.ts'
import { planSettlement } from '#domain/settle.ts'
import { closedByHand } from '#domain/transfer.ts'
import { CAUSES } from '#shared/break.ts'
import { execId, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, price, quantity } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { anExecution, anInstrument, SPY } from '../fakes/builders.ts'
import { around, causes, put, PUT, told, UNKNOWN } from './around-quantity.ts'
import { held, positionsOf, traded } from './sides.ts'
import { leftAfter, requestFor } from './settling.ts'

const book = { fills: [traded(1, '100@600')] }

describe('a break of quantity', () => {
  it('is unknown when nothing speaks for a cause', () => {
    expect(causes(book, [held('130', '600')])).toEqual([UNKNOWN])
  })

  it('is in flight until it has been at rest', () => {
    const evidence = around(book, [held('130', '600')])
    const broken = { ...evidence.break, status: 'in flight' as const }
    expect(told(causesOfQuantity({ ...evidence, break: broken }))).toEqual(['in flight | certain'])
  })

  it('is a missing execution when the broker lists one that the book has not', () => {
    const missing = anExecution({ execId: execId('77.01'), shares: quantity('30') })
    const known = book.fills[0]!.execution
    const over = { brokerExecutions: [known, missing] }
    const [first] = causesOfQuantity(around(book, [held('130', '600')], over))
    expect(first).toEqual({
      cause: 'missing execution',
      certainty: 'certain',
      sentence: 'The broker lists executions that the book has not: they are the whole difference.',
      facts: [{ name: '77.01', value: '30 at 10' }],
      proposals: [{ how: 'fetch executions' }],
    })
    expect(causes(book, [held('140', '600')], over)[0]).toBe(
      'missing execution | possible | fetch executions',
    )
  })

  it('is a correction when the broker has an execution at a later revision', () => {
    const { execution } = book.fills[0]!
    const corrected = { ...execution, execId: execId('0001.02'), shares: quantity('130') }
    expect(causes(book, [held('130', '600')], { brokerExecutions: [corrected] })).toEqual([
      'correction | certain | fetch executions',
    ])
    expect(causes(book, [held('130', '600')], { brokerExecutions: [execution] })).toEqual([UNKNOWN])
  })
})

describe('a split', () => {
  it('is a multiple in small whole numbers for the same cost, and settles the break', () => {
    for (const [size, average, ratio] of [
      ['400', '150', '4 for 1'],
      ['50', '1200', '1 for 2'],
      ['150', '400', '3 for 2'],
      ['33', '1818', '1 for 3'],
    ] as const) {
      const broker = [held(size, average)]
      const evidence = around(book, broker, { mark: price('1900') })
      const [first] = causesOfQuantity(evidence)
      expect([first?.cause, first?.facts[0]?.value]).toEqual(['split', ratio])
      const [proposal] = first!.proposals
      if (proposal === undefined || proposal.how === 'transfer') throw new Error('not a settlement')
      const plan = planSettlement(requestFor(book, broker, { settlement: proposal }))
      const left = plan.ok ? leftAfter(book, broker, plan.value) : [plan.error]
      expect(left.filter((one) => !one.startsWith('cost'))).toEqual([])
    }
  })

  it('takes the share of the fraction out of the cost, and pays what the cash says', () => {
    const odd = { fills: [traded(1, '91@600')] }
    const broker = [held('4', '12000')]
    const broken = around(odd, broker).break
    const cashBreak = { ...broken, kind: 'cash' as const, difference: new D('6543.46') }
    const over = { mark: price('11900'), cashBreak }
    const [first] = causesOfQuantity(around(odd, broker, over))
    expect(first?.facts[0]?.value).toBe('1 for 20')
    expect(first?.proposals).toEqual([
      {
        how: 'split',
        ratio: { to: new D(1), from: new D(20) },
        cashInLieuPrice: new D('11897.2'),
        before: null,
      },
    ])
  })

  it('is not a purchase that doubled what is held: the cost tells', () => {
    expect(causes(book, [held('200', '610')])).toEqual([UNKNOWN])
    expect(causes(book, [held('-100', '600')])).toEqual([UNKNOWN])
  })

  it('is only possible while the cost is not known', () => {
    expect(causes(book, [held('200', null)])).toEqual(['split | possible | split'])
    expect(causes(book, [held('150', null)])).toEqual([UNKNOWN])
  })
})

describe('an option that ended', () => {
  const short = { fills: [traded(1, '-2@3', { conId: PUT })] }

  it('was assigned when its underlying came by the multiplier, told of both', () => {
    const broker = [held('200', '50')]
    expect(causes(short, broker, { instrument: put })).toEqual(['assignment | likely | deliver'])
    expect(causes(short, broker)).toEqual(['assignment | likely'])
  })

  it('was exercised when it was held', () => {
    const long = { fills: [traded(1, '2@3', { conId: PUT })] }
    const broker = [held('-200', '50')]
    expect(causes(long, broker, { instrument: put })).toEqual(['exercise | likely | deliver'])
  })

  it('expired when its day has come and the underlying did not move with it', () => {
    const expired = { instrument: put, today: '20260320' }
    expect(causes(short, [], expired)).toEqual(['expiry | likely | expire'])
    expect(causes(short, [], { instrument: put, today: '20260319' })).toEqual([UNKNOWN])
    expect(causes(short, [held('100', '50')], expired)).toEqual(['expiry | likely | expire'])
    expect(causes(short, [held('200', '50')], expired)).toEqual(['assignment | likely | deliver'])
  })

  it('ended before its day, perhaps, when no cash tells of a trade', () => {
    const early = { instrument: put, today: '20260301', mark: price('3') }
    const possible = 'expiry | possible | expire'
    const broken = around(short, [], early).break
    const cash = (amount: string) => ({
      cashBreak: { ...broken, kind: 'cash' as const, difference: new D(amount) },
    })
    expect(causes(short, [], { ...early, doesCashAgree: true })).toEqual([possible])
    expect(causes(short, [], { ...early, ...cash('-5') })).toEqual([possible])
    expect(causes(short, [], { ...early, ...cash('-590') })[0]).toContain('traded outside')
    const future = anInstrument({ secType: 'FUT', expiry: '20260601' })
    const of = { instruments: [future], fills: book.fills }
    const over = { instrument: future, mark: price('610'), ...cash('5') }
    const [first] = causesOfQuantity(around(of, [], over))
    expect(first?.proposals).toEqual([{ how: 'expire', price: new D('610.05') }])
  })

  it('is a future that expired at its last price, if that is known', () => {
    const future = anInstrument({ secType: 'FUT', expiry: '20260301' })
    const of = { instruments: [future], fills: book.fills }
    const at = (mark: string | null) =>
      causes(of, [], { instrument: future, mark: mark === null ? null : price(mark) })
    expect(at('610')).toEqual(['expiry | likely | expire'])
    expect(at(null)).toEqual(['expiry | likely'])
  })
})

describe('a trade where nobody listened', () => {
  const away = { from: utcMillis(1_000), to: utcMillis(9_000) }

  it('is likely when the cash moved by what it costs', () => {
    const broken = around(book, [held('130', '600')]).break
    const cash = (amount: string) => ({
      mark: price('600'),
      cashBreak: { ...broken, kind: 'cash' as const, difference: new D(amount) },
    })
    const likely = 'traded outside | likely | assign | keep unattributed | fetch executions'
    expect(causes(book, [held('130', '600')], cash('-18010'))).toEqual([likely])
    expect(causes(book, [held('130', '600')], cash('18010'))).toEqual([UNKNOWN])
    // Another holding of the currency differs: nobody can tell whose cash it is.
    const two = [held('130', '600'), held('5', '600', PUT)]
    expect(causes(book, two, cash('-18010'))).toEqual([UNKNOWN])
    expect(causes(book, [held('130', '600')], cash('-25000'))).toEqual([UNKNOWN])
  })

  it('is possible when that was for longer than the broker tells executions again', () => {
    const possible = 'traded outside | possible | keep unattributed | fetch executions'
    const over = { away, replayedFrom: utcMillis(5_000) }
    expect(causes(book, [held('130', '600')], over)).toEqual([possible])
    const short = { away, replayedFrom: utcMillis(500) }
    expect(causes(book, [held('130', '600')], short)).toEqual([UNKNOWN])
  })
})

describe('a closing by hand', () => {
  it('is the wrong strategy, and the transfer is proposed', () => {
    const fills = [traded(1, '100@10'), traded(2, '-100@12', { strategy: UNATTRIBUTED })]
    const [transfer] = closedByHand(positionsOf({ fills }), new D(0))
    expect(wrongStrategy(transfer!, 'SPY')).toEqual({
      cause: 'wrong strategy',
      certainty: 'likely',
      sentence: 'momentum is open in SPY, UNATTRIBUTED stands against it, and the broker is flat.',
      facts: [{ name: 'UNATTRIBUTED holds', value: '-100' }],
      proposals: [
        {
          how: 'transfer',
          transfer: {
            conId: SPY,
            from: UNATTRIBUTED,
            to: strategyId('momentum'),
            quantity: new D(-100),
          },
        },
      ],
    })
    expect(CAUSES).toContain('wrong strategy')
  })
})
