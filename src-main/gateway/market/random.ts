/** A stream of chance that a seed decides: the same seed gives the same stream on every machine. */
export type Random = {
  /** A number in [0, 1). */
  readonly next: () => number
  /** A whole number in [0, limit). */
  readonly below: (limit: number) => number
  /** True in a share of the cases: 0 never, 1 always. */
  readonly chance: (share: number) => boolean
  /** One of the choices. */
  readonly pick: <Choice>(choices: readonly Choice[]) => Choice
  /** A waiting time with this mean, in its unit: exponential, so events come independently. */
  readonly wait: (mean: number) => number
}

/** FNV-1a: spreads a seed's text over 32 bits, so that similar seeds give unlike streams. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5
  for (let index = 0; index < text.length; index += 1) {
    value ^= text.charCodeAt(index)
    value = Math.imul(value, 0x01_00_01_93)
  }
  return value >>> 0
}

/** A Mulberry32 stream for a seed. Give each consumer its own seed, such as `${seed}/market`. */
export function createRandom(seed: string): Random {
  let state = hash(seed)
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    chance: (share) => share > 0 && next() < share,
    pick: <Choice>(choices: readonly Choice[]): Choice => {
      const choice = choices[below(choices.length)]
      if (choice === undefined) throw new RangeError('Nothing to pick from')
      return choice
    },
    wait: (mean) => -Math.log(1 - next()) * mean,
  }
}
