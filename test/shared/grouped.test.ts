import { describe, expect, it } from 'vitest'
import { grouped } from '#shared/grouped.ts'

describe('things that are grouped', () => {
  it('stay in the order they came, and so do the groups', () => {
    const groups = grouped(['two', 'three', 'six', 'seven'], ({ length }) => length)
    expect([...groups]).toEqual([
      [3, ['two', 'six']],
      [5, ['three', 'seven']],
    ])
  })
})
