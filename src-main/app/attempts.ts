/** Writes under way that are done again later anyway: nobody waits for a ledger to mend. */
export class Attempts {
  readonly #waiting = new Set<(error: Error) => void>()

  /** What a write answers; rejected as soon as `fail` is called, though it may succeed later. */
  wait(writing: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      writing.then(resolve, reject).finally(() => this.#waiting.delete(reject))
    })
  }

  /** The ledger cannot be written now. */
  fail(sentence: string): void {
    for (const reject of this.#waiting) reject(new Error(sentence))
  }
}
