/** A batch on its way into the ledger. */
export class Writing {
  /** No batch at all. */
  static readonly NOTHING = new Writing(Promise.resolve())

  /** Resolves once it is written, or is given up because the book was closed. */
  readonly done: Promise<void>
  #isDone = false

  constructor(writing: Promise<void>) {
    this.done = writing.finally(() => (this.#isDone = true))
  }

  get isDone(): boolean {
    return this.#isDone
  }
}
