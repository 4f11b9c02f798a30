import { expect, it } from 'vitest'
import { afterCrash } from '#adapters/electron/crashes.ts'

it('reloads a crashed screen three times within a minute, then asks', () => {
  let crashes: readonly number[] = []
  const reloads = [0, 10_000, 20_000, 30_000].map((at) => {
    const after = afterCrash(crashes, at)
    crashes = after.crashes
    return after.reload
  })
  expect(reloads).toEqual([true, true, true, false])
})

it('reloads a screen that crashes once in a while for ever', () => {
  let crashes: readonly number[] = []
  for (let crash = 0; crash < 50; crash += 1) {
    const after = afterCrash(crashes, crash * 20_001)
    crashes = after.crashes
    expect([after.reload, crashes.length <= 3]).toEqual([true, true])
  }
})
