import type { Clock } from '#ports/clock.ts'

/** Something told at once, but never again before `everyMs` have passed: then once for all. */
export class Conflated {
  readonly #clock: Clock
  readonly #everyMs: number
  readonly #tell: () => void
  #toldAt = Number.NEGATIVE_INFINITY
  #isDue = false

  constructor(clock: Clock, everyMs: number, tell: () => void) {
    this.#clock = clock
    this.#everyMs = everyMs
    this.#tell = tell
  }

  readonly due = (): void => {
    if (this.#isDue) return
    const waitMs = this.#toldAt + this.#everyMs - this.#clock.monotonic()
    if (waitMs <= 0) this.#now()
    else {
      this.#isDue = true
      this.#clock.after(waitMs, () => this.#now())
    }
  }

  #now(): void {
    this.#isDue = false
    this.#toldAt = this.#clock.monotonic()
    this.#tell()
  }
}
