import type { Instrument } from '#shared/instrument.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'

/** Keeps what is known of an instrument; details once learned are not forgotten. */
export function learn(memory: BookMemory, instrument: Instrument, batch: Batch): void {
  const known = memory.instruments.get(instrument.conId)
  if (known && !isBetter(instrument, known)) return
  memory.instruments.set(instrument.conId, instrument)
  batch.instruments.set(instrument.conId, instrument)
}

/** News of an instrument: its first sight, or details that were missing. */
const isBetter = (news: Instrument, known: Instrument): boolean =>
  (known.priceMagnifier === null && news.priceMagnifier !== null) ||
  (known.minTick === null && news.minTick !== null)
