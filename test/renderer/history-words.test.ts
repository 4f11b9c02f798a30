import { describe, expect, it } from 'vitest'
import type { ReattributionView } from '#shared/api/attribution.ts'
import type { SettlementView } from '#shared/api/settle-views.ts'
import { writtenIn } from '../../src-renderer/format/history-words.ts'
import { strategiesIn, strategyTyped } from '../../src-renderer/stores/giving.ts'

const settlement = (over: Partial<SettlementView> = {}): SettlementView => ({
  ...{ command: 'settle-1', breakId: 'DU1/quantity/1', at: 1, author: 'trader', reason: 'assign' },
  ...{ entries: 1, isUndone: false, supersededBy: [], isSuperseded: false },
  ...over,
})
const given = (over: Partial<ReattributionView> = {}): ReattributionView => ({
  ...{ command: 'attribute-1', at: 2, author: 'trader', reason: 'Fill e1', fills: 3, undone: 0 },
  ...{ from: ['UNATTRIBUTED'], to: ['carry'], undoes: null },
  ...over,
})
const told = (...of: Parameters<typeof writtenIn>) =>
  writtenIn(...of).map(({ kind, words, state, undo }) => [kind, words, state, undo])

describe('what was written', () => {
  it('stands newest first, a settlement that settles no break as a transfer', () => {
    const transfer = settlement({ command: 'transfer-3', at: 3, breakId: '', reason: '40 of #1' })
    const all = writtenIn([settlement(), transfer], [given()])
    expect(all.map(({ command }) => command)).toEqual(['transfer-3', 'attribute-1', 'settle-1'])
    expect(told([settlement({ entries: 2 }), transfer], [])).toEqual([
      ['Transfer', '40 of #1', '1 entry', 'reconcile'],
      ['Settlement', 'assign (DU1/quantity/1)', '2 entries', 'reconcile'],
    ])
  })

  it('says whose the fills were and are, and how much was given back', () => {
    expect(told([], [given()])).toEqual([
      ['Re-attribution', 'Fill e1: Unattributed → carry', '3 fills', 'attribution'],
    ])
    expect(told([], [given({ undone: 1 })])[0]?.slice(2)).toEqual([
      ...['1 of 3 fills undone', 'attribution'],
    ])
  })

  it('cannot be undone twice, and an undo not at all', () => {
    const undo = given({ command: 'undo-9', undoes: 'attribute-1', fills: 1 })
    expect(told([], [given({ undone: 3 }), undo]).map((one) => one.slice(2))).toEqual([
      ['1 fill', null],
      ['undone', null],
    ])
    expect(told([settlement({ isUndone: true })], [])[0]?.slice(2)).toEqual(['undone', null])
  })

  it('gives way to executions that turn up, in part or for good', () => {
    const supersededBy = ['0001.01', '0002.01']
    expect(told([settlement({ supersededBy })], [])[0]?.slice(2)).toEqual([
      ...['1 entry, superseded in part', 'reconcile'],
    ])
    expect(told([settlement({ supersededBy, isSuperseded: true })], [])[0]?.slice(2)).toEqual([
      ...['superseded by 2 executions', null],
    ])
  })
})

describe('a strategy to give to', () => {
  it('is typed as the screen writes it', () => {
    expect([' carry ', 'unattributed', 'Unattributed', ''].map(strategyTyped)).toEqual([
      ...['carry', 'UNATTRIBUTED', 'UNATTRIBUTED', ''],
    ])
  })

  it('is offered from those there are, but for the one that gives', () => {
    const rows = ['value', 'carry', 'value', 'momentum'].map((strategy) => ({ strategy }))
    expect(strategiesIn(rows, 'carry')).toEqual(['momentum', 'Unattributed', 'value'])
    expect(strategiesIn(rows, 'UNATTRIBUTED')).toEqual(['carry', 'momentum', 'value'])
  })
})
