import { describe, expect, it } from 'vitest'
import { bookEntries, search, type PaletteEntry } from '#renderer/workspace/palette-entries.ts'
import { aPosition } from './fake-book.ts'

const entry = (title: string, group = 'Panels', also = ''): PaletteEntry => ({
  ...{ id: title, title, group, also },
  run: () => undefined,
})
const titles = (entries: readonly PaletteEntry[]) => entries.map(({ title }) => title)

describe('the palette', () => {
  const all = [
    entry('Show Positions'),
    entry('Fold every position anew', 'Book'),
    entry('SPY', 'Symbols', 'SPY STK USD'),
    entry('Theme: dark', 'Settings'),
  ]

  it('shows everything before anything is typed', () => {
    expect(search(all, '  ')).toEqual(all)
  })

  it('puts first what begins so, then what holds a word that begins so', () => {
    const found = search([...all, entry('Positions of old'), entry('POS', 'Symbols')], 'pos')
    expect(titles(found)).toEqual([
      ...['POS', 'Positions of old', 'Show Positions', 'Fold every position anew'],
    ])
  })

  it('wants every word, wherever it stands', () => {
    expect(titles(search(all, 'dark theme'))).toEqual(['Theme: dark'])
    expect(titles(search(all, 'settings dark'))).toEqual(['Theme: dark'])
    expect(search(all, 'dark spy')).toEqual([])
  })

  it('offers each symbol and each strategy once, the unattributed last', () => {
    const went: string[] = []
    const rows = [
      aPosition({ strategy: 'UNATTRIBUTED' }),
      aPosition({ strategy: 'pairs' }),
      aPosition({ conId: 9, symbol: 'ZM', name: 'ZM', strategy: 'pairs' }),
    ]
    const entries = bookEntries(rows, {
      toSymbol: (key) => went.push(key),
      toStrategy: (name) => went.push(name),
    })
    expect(titles(entries)).toEqual(['AAPL', 'ZM', 'pairs', 'Unattributed'])
    for (const each of entries) each.run()
    expect(went).toEqual(['symbol:265598', 'symbol:9', 'pairs', 'Unattributed'])
  })
})
