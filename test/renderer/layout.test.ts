import { describe, expect, it } from 'vitest'
import { parseLayout, STANDARD } from '#renderer/workspace/layout.ts'

describe('the kept layout', () => {
  it('is taken up as it was kept', () => {
    const kept = { tab: 'orders', stacked: 40, beside: 70, fills: 30 }
    expect(parseLayout(JSON.stringify(kept))).toEqual(kept)
  })

  it('falls back to the standard wherever it makes no sense', () => {
    expect(parseLayout(null)).toEqual(STANDARD)
    expect(parseLayout('{')).toEqual(STANDARD)
    expect(parseLayout('{"tab":"charts","stacked":0,"beside":"70","fills":99}')).toEqual(STANDARD)
  })
})
