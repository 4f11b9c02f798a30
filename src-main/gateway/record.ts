import { text, type Decimal } from '#shared/money.ts'
import type { Execution, Order } from './broker/types.ts'
import type { Instrument } from './market/instrument.ts'
import {
  cashFact,
  commissionFact,
  cost,
  executionFact,
  orderFact,
  type ActionFact,
  type CashEntry,
  type ConversionFact,
  type Fact,
} from './record-facts.ts'

/** Where the record's lines go: a file, or memory. */
export type RecordSink = {
  /** Takes whole lines, each ended by a newline. */
  readonly write: (lines: string) => void
  /** Settles once everything written is where it belongs. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
  /** Everything written so far. */
  readonly read: () => Promise<string>
}

/** Lines are handed on in batches of about this many characters. */
const BATCH_CHARACTERS = 256 * 1024

/** Tells the record what the gateway did: the independent truth tests compare with. */
export type Recorder = {
  /** Any fact, by its type. */
  readonly line: (fact: Fact) => void
  /** What only concerns one account. */
  readonly of: (account: string) => AccountRecord
  /** `sentAt`: wall-clock ms when it was handed to a socket; null when it was not, or not yet. */
  readonly execution: (execution: Execution, sentAt: number | null) => void
  /** An execution that was recorded unsent has now been handed to a socket. */
  readonly sent: (execution: Execution, sentAt: number) => void
  readonly commission: (execution: Execution) => void
  readonly order: (order: Order, at: number) => void
  /** Hands the sink what is still in the batch. */
  readonly hand: () => void
  readonly flush: () => Promise<void>
  readonly read: () => Promise<string>
  readonly close: () => Promise<void>
}

/** The record of one account's holdings and money. */
export type AccountRecord = {
  readonly opening: (instrument: Instrument, quantity: Decimal, average: Decimal) => void
  readonly openingCash: (currency: string, amount: Decimal) => void
  readonly position: (instrument: Instrument, quantity: Decimal, average: Decimal) => void
  readonly cash: (entry: CashEntry) => void
  /** Money that is due and not yet paid, such as a dividend after its ex-date. */
  readonly accrual: (entry: CashEntry) => void
  /** What happened to a holding without an execution. */
  readonly action: (action: ActionFact) => void
  /** Money exchanged without an execution; its two sides are cash entries besides. */
  readonly conversion: (conversion: ConversionFact) => void
}

/** Makes the fact only when somebody keeps it. */
type Keep = (fact: () => Fact) => void

/** The simulated moment as ISO in UTC; floods ask for the same one again and again. */
function stamps(now: () => number): () => string {
  let last = NaN
  let told = ''
  return () => {
    const at = now()
    if (at !== last) told = new Date(at).toISOString()
    last = at
    return told
  }
}

type Stamped = { readonly keep: Keep; readonly at: () => string }

function accountRecord(account: string, { keep, at }: Stamped): AccountRecord {
  const held = (type: string): AccountRecord['position'] => {
    return ({ conId }, quantity, average) =>
      keep(() => ({
        type,
        account,
        at: at(),
        conId,
        quantity: text(quantity),
        averageCost: cost(average),
      }))
  }
  return {
    opening: held('opening'),
    openingCash: (currency, amount) =>
      keep(() => ({ type: 'openingCash', account, at: at(), currency, amount: text(amount) })),
    position: held('position'),
    cash: (entry) => keep(() => ({ type: 'cash', account, at: at(), ...cashFact(entry) })),
    accrual: (entry) => keep(() => ({ type: 'accrual', account, at: at(), ...cashFact(entry) })),
    action: (action) => keep(() => ({ type: 'corporateAction', account, at: at(), ...action })),
    conversion: (one) => keep(() => ({ type: 'conversion', account, at: at(), ...one })),
  }
}

/** Writes JSON lines to a sink; with null it writes nothing and costs next to nothing. */
export function createRecorder(sink: RecordSink | null, now: () => number): Recorder {
  const at = stamps(now)
  let batch = ''
  const hand = (): void => {
    if (sink === null || batch === '') return
    const lines = batch
    batch = ''
    sink.write(lines)
  }
  const keep: Keep = (fact) => {
    if (sink === null) return
    batch += `${JSON.stringify(fact())}\n`
    if (batch.length > BATCH_CHARACTERS) hand()
  }
  return {
    line: (fact) => keep(() => fact),
    of: (account) => accountRecord(account, { keep, at }),
    execution: (execution, sentAt) => keep(() => executionFact(execution, sentAt)),
    sent: ({ execId }, sentAt) => keep(() => ({ type: 'sent', execId, sentAt })),
    commission: ({ execId, commission }) => {
      if (commission !== null) keep(() => commissionFact(execId, commission))
    },
    order: (order, at) => keep(() => orderFact(order, at)),
    hand,
    flush: async () => {
      hand()
      await sink?.flush()
    },
    read: async () => {
      hand()
      return (await sink?.read()) ?? ''
    },
    close: async () => {
      hand()
      await sink?.close()
    },
  }
}

/** Keeps the record in memory. */
export function memorySink(): RecordSink {
  const batches: string[] = []
  return {
    write: (lines) => void batches.push(lines),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
    read: () => Promise.resolve(batches.join('')),
  }
}
