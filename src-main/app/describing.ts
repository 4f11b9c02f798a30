import type { Broker } from '#ports/broker.ts'
import type { ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'

/** Asks for the details of instruments that came with an execution or a position alone. */
export class Describing {
  readonly #broker: Broker
  readonly #learn: (instrument: Instrument) => void
  readonly #asked = new Set<ConId>()

  constructor(broker: Broker, learn: (instrument: Instrument) => void) {
    this.#broker = broker
    this.#learn = learn
  }

  /** Each once; what could not be told is asked for again when it is met again. */
  ask(instruments: Iterable<Instrument>): void {
    for (const { conId, priceMagnifier, secType } of instruments) {
      if (priceMagnifier !== null || secType === 'BAG' || this.#asked.has(conId)) continue
      this.#asked.add(conId)
      void this.#broker.describe(conId).then((described) => {
        if (described.ok) this.#learn(described.value)
        else this.#asked.delete(conId)
      })
    }
  }
}
