import { describe, expect, it } from 'vitest'
import { whyAsked } from '#renderer/panels/settling/confirmation.ts'
import { beginningOf, dayIn, exDateZone } from '#renderer/panels/settling/ex-date.ts'
import { emptyForm, formOf, settlementOf, type Form } from '#renderer/panels/settling/form.ts'
import { bestProposal, commonWays, waysOf, type Way } from '#renderer/panels/settling/ways.ts'
import { proposalTitle } from '#renderer/panels/settling/words.ts'
import { settlement, type SettlementInput, type SettleOutcome } from '#shared/api/settle-views.ts'

const NEW_YORK = 'America/New_York'

const typed = (how: Way, change: Partial<Form> = {}) =>
  settlementOf({ ...emptyForm(how), ...change }, NEW_YORK)

const fault = (how: Way, change: Partial<Form> = {}): string => {
  const read = typed(how, change)
  return read.ok ? `sent as ${JSON.stringify(read.value)}` : read.error
}

const EVERY_WAY: readonly SettlementInput[] = [
  { how: 'fetch executions' },
  {
    how: 'stand in',
    order: { permId: 1_482_003_117, filled: '40', averagePrice: '201.25' },
    strategy: 'CARRY',
  },
  {
    ...{ how: 'book cash', class: 'dividend', strategy: null, conId: 265598 },
    ...{ heldAt: Date.UTC(2026, 10, 20, 5), evidence: 'AAPL paid 0.26 on 100 held.' },
  },
  { how: 'deliver', kind: 'exercise', premium: 'in cost' },
  { how: 'assign', strategy: 'UNATTRIBUTED', price: '201.25' },
  {
    how: 'share out',
    parts: [
      { strategy: 'CARRY', quantity: '-10' },
      { strategy: 'TREND', quantity: '-0.000000000000000001' },
    ],
    price: null,
  },
  { how: 'keep unattributed' },
  { how: 'adopt cost' },
  { how: 'split', to: 4, from: 1, cashInLieuPrice: '50.5', before: null },
  { how: 'split', to: 4, from: 1, cashInLieuPrice: null, before: Date.UTC(2026, 10, 20, 14, 30) },
  { how: 'expire', price: '0' },
  { how: 'take back', command: 'settle-1772461800000000000' },
  { how: 'acknowledge', note: 'The broker mends it tomorrow.' },
]

describe('the form of a settlement', () => {
  it.each(EVERY_WAY)('sends a proposal to $how as it came', (proposal) => {
    const read = settlementOf(formOf(proposal, NEW_YORK), NEW_YORK)
    expect(read).toEqual({ ok: true, value: proposal })
    expect(settlement.parse(proposal)).toEqual(proposal)
  })

  it('takes numbers as the screen writes them, without ever rounding', () => {
    const price = (text: string) => typed('assign', { strategy: 'CARRY', price: text })
    const sent = (value: string | null) => ({
      ok: true,
      value: { how: 'assign', strategy: 'CARRY', price: value },
    })
    expect(price(' 1,234,567.000000000000000001 ')).toEqual(sent('1234567.000000000000000001'))
    expect(price('')).toEqual(sent(null))
    const { parts } = { parts: [{ strategy: 'CARRY', quantity: '\u22121,200.5' }] }
    expect(typed('share out', { parts })).toMatchObject({
      value: { parts: [{ strategy: 'CARRY', quantity: '-1200.5' }] },
    })
  })

  it('says in a sentence what cannot be sent', () => {
    expect(fault('assign')).toBe('Name the strategy.')
    expect(fault('assign', { strategy: 'UNALLOCATED' })).toMatch(/reserved name/)
    const price = (text: string) => fault('assign', { strategy: 'CARRY', price: text })
    for (const text of ['abc', '1e3', '1,23', '12.', '+1', '1.2.3', 'NaN', 'Infinity', '0x1f']) {
      expect(price(text)).toBe('The price must be a number such as 201.25.')
    }
    for (const text of ['0', '0.00', '-3']) expect(price(text)).toMatch(/above zero/)
    expect(price(`0.${'1'.repeat(19)}`)).toMatch(/18 decimals/)
    expect(fault('share out')).toMatch(/^Name the strategies/)
    expect(fault('share out', { parts: [{ strategy: 'CARRY', quantity: '' }] })).toMatch(
      /^Enter the part of CARRY/,
    )
    expect(fault('stand in', { permId: '0', filled: '1' })).toMatch(/Perm ID must be a whole/)
    expect(fault('book cash', { class: 'fee' })).toMatch(/^Write the evidence/)
    expect(fault('book cash', { evidence: 'x', exDate: '2026-02-30' })).toMatch(/must be a day/)
    expect(fault('split', { to: '1.5' })).toMatch(/new units must be a whole number/)
    expect(fault('split')).toMatch(/^Enter the number of new units/)
    expect(fault('expire')).toMatch(/0 is worthless/)
    expect(fault('expire', { price: '-1' })).toMatch(/zero or above/)
    expect(fault('take back')).toMatch(/^Name the settlement/)
    expect(fault('acknowledge', { note: '  ' })).toMatch(/^Write a note/)
    expect(fault('acknowledge', { note: 'x'.repeat(1001) })).toMatch(/at most 1000/)
  })

  it('gives a dividend to who held it when the ex-date began', () => {
    const booked = { evidence: 'the statement', conId: 265598, exDate: '2026-11-20' }
    const form = { ...emptyForm('book cash'), ...booked }
    const heldAt = (zone: string) => {
      const read = settlementOf(form, zone)
      return read.ok && read.value.how === 'book cash' ? read.value.heldAt : null
    }
    expect(heldAt(exDateZone('USD'))).toBe(Date.UTC(2026, 10, 20, 5))
    expect(heldAt(exDateZone('JPY'))).toBe(Date.UTC(2026, 10, 19, 15))
  })
})

describe('the beginning of a day', () => {
  it('is its first midnight, also where the clock changes', () => {
    expect(beginningOf('2026-07-01', NEW_YORK)).toBe(Date.UTC(2026, 6, 1, 4))
    expect(beginningOf('2026-03-08', NEW_YORK)).toBe(Date.UTC(2026, 2, 8, 5))
    expect(beginningOf('2026-03-09', NEW_YORK)).toBe(Date.UTC(2026, 2, 9, 4))
    expect(beginningOf('2026-11-01', NEW_YORK)).toBe(Date.UTC(2026, 10, 1, 4))
    expect(beginningOf('2026-10-04', 'Australia/Sydney')).toBe(Date.UTC(2026, 9, 3, 14))
    for (const day of ['', '2026-13-01', '2025-02-29', '20261120']) {
      expect(beginningOf(day, NEW_YORK)).toBe(null)
    }
    expect(dayIn(Date.UTC(2026, 10, 20, 4, 59), NEW_YORK)).toBe('2026-11-19')
  })
})

describe('the ways to settle', () => {
  it('are those of the kind, and for several those of all of them', () => {
    expect(waysOf('cash', undefined)).toEqual(['book cash', 'fetch executions', 'acknowledge'])
    expect(waysOf('quantity', 'STK')).not.toContain('deliver')
    expect(waysOf('quantity', 'OPT')).toContain('deliver')
    expect(commonWays(['quantity', 'cash'])).toEqual(['fetch executions', 'acknowledge'])
    expect(commonWays(['quantity', 'quantity'])).not.toContain('share out')
    expect(commonWays([])).toEqual([])
  })

  it('propose the first settlement of the best cause, never a transfer', () => {
    const move = { how: 'transfer', conId: 1, from: 'A', to: 'B', quantity: '5' } as const
    const why = { certainty: 'likely' as const, sentence: '', facts: [] }
    const causes = [
      { ...why, cause: 'wrong strategy' as const, proposals: [move] },
      { ...why, cause: 'deposit' as const, proposals: [{ how: 'keep unattributed' as const }] },
    ]
    expect(bestProposal({ causes })).toEqual({ how: 'keep unattributed' })
    expect(bestProposal({ causes: [] })).toBe(null)
    expect(proposalTitle(move)).toBe('Move 5 from A to B')
  })
})

type Effect = SettleOutcome['effects'][number]

const anOutcome = (change: Partial<SettleOutcome> = {}): SettleOutcome => ({
  ...{ breakId: 'b', refusal: null, isStale: false, command: null, entries: 1 },
  ...{ cash: [], effects: [], says: [] },
  ...change,
})
const anEffect = (before: Effect['before'], after: Effect['after']): Effect => ({
  ...{ strategy: 'CARRY', conId: 1, symbol: 'SPY', before, after, realized: '0' },
})
const ASK = { above: '10000', currency: 'USD' }
const asked = (outcome: SettleOutcome, worth: string | null = '1000') =>
  whyAsked(
    [outcome],
    [{ id: 'b', currency: 'USD', differenceValue: worth, differenceBase: worth }],
    ASK,
  )

describe('asking once more', () => {
  it('is for several at once', () => {
    expect(whyAsked([anOutcome(), anOutcome()], [], ASK)).toBe('Settle 2 breaks at once?')
  })

  it('is where the cost basis of what is held changes', () => {
    const held = { quantity: '100', averageCost: '10' }
    const more = { quantity: '140', averageCost: '11' }
    const none = { quantity: '0', averageCost: null }
    const of = (before: Effect['before'], after: Effect['after']) =>
      asked(anOutcome({ effects: [anEffect(before, after)] }))
    expect(of(held, more)).toBe('The average cost of SPY in CARRY changes. Settle?')
    expect(of(held, { ...more, averageCost: null })).toMatch(/average cost/)
    expect(of(held, { ...held, quantity: '60' })).toBe(null)
    expect(of(none, more)).toBe(null)
    expect(of(held, none)).toBe(null)
  })

  it('is above what is set, on either side, and where the worth is not known', () => {
    expect(asked(anOutcome(), '10000')).toBe(null)
    expect(asked(anOutcome(), '10000.01')).toBe('It is worth 10,000.01 USD. Settle?')
    expect(asked(anOutcome(), '-10000.01')).toMatch(/^It is worth/)
    expect(asked(anOutcome(), null)).toBe('What it is worth in USD is not known. Settle?')
  })

  it('goes by the base currency, and names both', () => {
    const sterling = { id: 'b', currency: 'GBP', differenceValue: '9000' }
    const of = (differenceBase: string | null, ask = ASK) =>
      whyAsked([anOutcome()], [{ ...sterling, differenceBase }], ask)
    expect(of('11430.5')).toBe('It is worth 9,000.00 GBP, or 11,430.50 USD. Settle?')
    expect(of('9999')).toBe(null)
    expect(of('-9999', { ...ASK, above: '9998.99' })).toMatch(/or \u22129,999\.00 USD\. Settle/)
    expect(of(null)).toBe('What it is worth in USD is not known. Settle?')
  })

  it('is not for what writes nothing', () => {
    expect(asked(anOutcome({ entries: 0 }), '99999999')).toBe(null)
    expect(asked(anOutcome({ refusal: 'no', entries: 0 }), null)).toBe(null)
  })
})
