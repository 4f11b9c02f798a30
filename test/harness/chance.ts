/** Chance that repeats itself: the same seed, the same run. */
export type Chance = {
  /** A whole number from `least` to `most`. */
  readonly between: (least: number, most: number) => number
}

/** Mulberry32: 32 bits of state are plenty to pick moments and places. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { between: (least, most) => least + Math.floor(next() * (most - least + 1)) }
}
