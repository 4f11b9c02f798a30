import { describe, expect, it } from 'vitest'
import type { CashEntry } from '#domain/cash.ts'
import { causesOfCash } from '#domain/cause-cash.ts'
import type { Accrual, CashEvidence } from '#domain/cause-cash-evidence.ts'
import { D, money } from '#shared/money.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import { aCashEntry, anInstrument, SPY } from '../fakes/builders.ts'
import { aroundCash, causesIn, told } from './around-cash.ts'

const UNKNOWN = 'unknown | possible | other'
const at = (iso: string) => utcMillis(Date.parse(iso))
const accrual = (now: string, ...before: readonly string[]): Accrual => ({
  told: [...before, now].map((one) => new D(one)),
  now: new D(now),
})

describe('interest', () => {
  const inTime = (accruedInterest: Accrual): Partial<CashEvidence> => ({
    ...{ accruedInterest, now: at('2026-03-04T12:00:00Z') },
  })

  it('is what the broker had accrued at any time since the two sides agreed', () => {
    const posted = accrual('1.20', '31.00', '32.50')
    expect(causesIn({ USD: '31.30' }, { accruedInterest: posted })).toEqual([
      'interest | likely | interest',
    ])
    // What is owed falls towards nothing, too.
    const owed = accrual('-0.40', '-20.40')
    expect(causesIn({ USD: '-20' }, { accruedInterest: owed })).toEqual([
      'interest | likely | interest',
    ])
    expect(causesIn({ USD: '20' }, { accruedInterest: owed })).toEqual([UNKNOWN])
  })

  it('is likely when little has accrued anew, in the days a month’s interest is posted', () => {
    const fell = accrual('3.00', '33.00')
    const [first] = causesOfCash(aroundCash({ USD: '31.5' }, inTime(fell)))
    expect(first).toMatchObject({
      cause: 'interest',
      certainty: 'likely',
      sentence:
        'What the broker had accrued of interest in USD fell by most of it, in the days a ' +
        'month’s interest is posted.',
      facts: [
        { name: 'accrued before', value: '33' },
        { name: 'accrued now', value: '3' },
        { name: 'accrued anew', value: '1.5' },
        { name: 'day', value: '2026-03-04' },
      ],
    })
  })

  it('is possible late in a month or when much has accrued anew, and unknown beyond', () => {
    const fell = accrual('3.00', '33.00')
    const late = { accruedInterest: fell, now: at('2026-03-20T12:00:00Z') }
    expect(causesIn({ USD: '31.5' }, late)).toEqual(['interest | possible | interest'])
    expect(causesIn({ USD: '50' }, inTime(fell))).toEqual(['interest | possible | interest'])
    expect(causesIn({ USD: '61' }, inTime(fell))).toEqual([UNKNOWN])
    // It fell by more than was paid.
    expect(causesIn({ USD: '20' }, inTime(fell))).toEqual([UNKNOWN])
    expect(causesIn({ USD: '31.5' }, inTime(accrual('33.00', '3.00')))).toEqual([UNKNOWN])
  })

  it('may be what it was in the first days of an earlier month', () => {
    const history = [booked('interest', '12.1', '2026-02-04')]
    const early = { history, now: at('2026-03-05T12:00:00Z') }
    const possible = ['interest | possible | interest']
    expect(causesIn({ USD: '14.02' }, early)).toEqual(possible)
    expect(causesIn({ USD: '37' }, early)).toEqual([UNKNOWN])
    expect(causesIn({ USD: '-14.02' }, early)).toEqual([UNKNOWN])
    const late = { ...early, now: at('2026-03-20T12:00:00Z') }
    expect(causesIn({ USD: '14.02' }, late)).toEqual([UNKNOWN])
    // The broker says that nothing of what is accrued was paid.
    expect(causesIn({ USD: '14.02' }, { ...early, accruedInterest: accrual('40.00') })).toEqual([
      UNKNOWN,
    ])
  })
})

describe('a dividend that was accrued', () => {
  const share = (symbol: string, size: string, mark: string) => ({
    instrument: anInstrument({ symbol }),
    quantity: new D(size),
    mark: new D(mark),
  })

  it('is paid by who is short, and to who is long, of the one share that fits', () => {
    const shares = [share('KO', '700', '60'), share('JNJ', '300', '150')]
    const accruedDividend = accrual('0', '190.40')
    const [first] = causesOfCash(aroundCash({ USD: '190.4' }, { shares, accruedDividend }))
    expect(first).toMatchObject({ cause: 'dividend', certainty: 'likely' })
    expect(first?.facts.at(-1)).toEqual({ name: 'KO', value: '0.32 a share on 700' })
    expect(first?.proposals.map((one) => 'conId' in one && one.conId)).toEqual([SPY])
    const short = { shares: [share('KO', '-700', '60')], accruedDividend: accrual('0', '-224') }
    expect(causesIn({ USD: '-224' }, short)).toEqual(['dividend | likely | dividend'])
  })

  it('is nobody’s where several shares fit, or none does', () => {
    const of = (amount: string, ...shares: readonly ReturnType<typeof share>[]) => {
      const around = aroundCash({ USD: amount }, { shares, accruedDividend: accrual('0', amount) })
      return causesOfCash(around)[0]?.proposals.map((one) => 'conId' in one && one.conId)
    }
    const two = [share('KO', '100', '60'), share('JNJ', '200', '150')]
    expect(of('42', ...two)).toEqual([null, SPY, SPY])
    expect(of('42.01', ...two)).toEqual([null])
  })
})

describe('what was accrued in all, and fell while nobody looked', () => {
  const fell = (before: string, now: string, over: Partial<CashEvidence> = {}) => ({
    accruedInAll: { baseCurrency: 'USD', before: new D(before), now: new D(now) },
    now: at('2026-03-20T12:00:00Z'),
    ...over,
  })
  const [dividend, interest] = [
    'dividend | possible | dividend',
    'interest | possible | interest',
  ] as const

  it('may be a dividend or interest, which of the two the day and the holdings suggest', () => {
    expect(causesIn({ USD: '31.37' }, fell('40', '8.63'))).toEqual([dividend, interest])
    const early = { now: at('2026-03-04T12:00:00Z') }
    expect(causesIn({ USD: '31.37' }, fell('40', '8.63', early))).toEqual([interest, dividend])
    const shares = [{ instrument: anInstrument(), quantity: new D(100), mark: new D(60) }]
    const around = aroundCash({ USD: '31' }, fell('40', '9', { ...early, shares }))
    const [first] = causesOfCash(around)
    expect(first?.sentence).toBe(
      'What the broker had accrued in all fell by 31 USD since the cash agreed: a dividend ' +
        'that was paid, perhaps.',
    )
    expect(first?.proposals).toMatchObject([{ class: 'dividend', conId: SPY }])
  })

  it('says nothing of another amount or another currency, nor where more is known', () => {
    expect(causesIn({ USD: '31.37' }, fell('40', '9.63'))).toEqual([UNKNOWN])
    expect(causesIn({ EUR: '31.37' }, fell('40', '8.63'))).toEqual([UNKNOWN])
    const accruedInterest = accrual('0', '31.37')
    expect(causesIn({ USD: '31.37' }, fell('40', '8.63', { accruedInterest }))).toEqual([
      'interest | likely | interest',
    ])
  })
})

describe('what was booked before', () => {
  it('is likely of a fee, and of anything else from the second time on', () => {
    const once = [booked('deposit', '250', '2026-01-15')]
    const now = at('2026-03-16T12:00:00Z')
    expect(causesIn({ USD: '250' }, { history: once, now })).toEqual([
      'deposit | possible | deposit',
    ])
    const twice = [...once, booked('deposit', '250', '2026-02-16')]
    const [first] = causesOfCash(aroundCash({ USD: '250' }, { history: twice, now }))
    expect(first).toMatchObject({
      certainty: 'likely',
      sentence: 'The same deposit was booked on 2026-02-16.',
      facts: [
        { name: 'times before', value: '2' },
        { name: 'evidence then', value: 'statement' },
      ],
    })
  })

  it('is one amount even where it was shared out among strategies', () => {
    const part = (id: string, amount: string) => ({
      ...booked('dividend', amount, '2025-12-10'),
      ...{ id, conId: SPY },
    })
    const history = [part('a', '6.51'), part('b', '6.5')]
    const [first] = causesOfCash(aroundCash({ USD: '13.01' }, { history }))
    expect(told([first!])).toEqual(['dividend | possible | dividend'])
    expect(first?.proposals).toMatchObject([{ conId: SPY }])
  })

  it('may be a fee of about as much, on about the day of two earlier months', () => {
    const fees = [booked('fee', '-10', '2026-01-05'), booked('fee', '-10.5', '2026-02-03')]
    const now = at('2026-03-04T12:00:00Z')
    const [first] = causesOfCash(aroundCash({ USD: '-11' }, { history: fees, now }))
    expect(told([first!])).toEqual(['fee | possible | fee'])
    expect(first?.sentence).toBe('Fees of about this much were booked on 2026-02-03.')
    const once = { history: fees.slice(1), now }
    expect(causesIn({ USD: '-11' }, once)).toEqual([UNKNOWN])
    expect(causesIn({ USD: '-15' }, { history: fees, now })).toEqual([UNKNOWN])
    const late = { history: fees, now: at('2026-03-20T12:00:00Z') }
    expect(causesIn({ USD: '-11' }, late)).toEqual([UNKNOWN])
  })

  it('stands beside what else it may be, the more telling first', () => {
    const history = [booked('interest', '-900', '2026-02-05')]
    const now = at('2026-03-20T12:00:00Z')
    expect(causesIn({ USD: '-900' }, { history, now })).toEqual([
      'interest | possible | interest',
      'withdrawal | possible | withdrawal',
    ])
  })
})

const booked = (cashClass: CashEntry['class'], amount: string, day: string): CashEntry =>
  aCashEntry({
    ...{ id: `${cashClass}-${day}`, class: cashClass, amount: money(amount) },
    ...{ at: nanosOf(at(`${day}T12:00:00Z`)), evidence: 'statement' },
  })
