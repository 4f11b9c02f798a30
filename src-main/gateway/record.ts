import { roundedCost } from './broker/holding.ts'
import type { Execution, Holding, Order } from './broker/types.ts'
import { fixedText, type Fixed } from './fixed.ts'
import type { Instrument } from './market/instrument.ts'
import {
  cashTokens,
  commissionLine,
  executionLine,
  isoOf,
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

/**
 * Lines are handed on in batches of about this many characters: they are put together of many
 * little pieces, which are joined faster while the processor still has them at hand.
 */
const BATCH_CHARACTERS = 16 * 1024

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
  readonly opening: (instrument: Instrument, quantity: Fixed, average: Fixed) => void
  readonly openingCash: (currency: string, amount: Fixed) => void
  readonly position: (instrument: Instrument, holding: Holding) => void
  readonly cash: (entry: CashEntry) => void
  /** Money that is due and not yet paid, such as a dividend after its ex-date. */
  readonly accrual: (entry: CashEntry) => void
  /** What happened to a holding without an execution. */
  readonly action: (action: ActionFact) => void
  /** Money exchanged without an execution; its two sides are cash entries besides. */
  readonly conversion: (conversion: ConversionFact) => void
}

/** Makes the line only when somebody keeps it. */
type Keep = (line: () => string) => void

type Stamped = { readonly keep: Keep; readonly at: () => string }

function accountRecord(account: string, { keep, at }: Stamped): AccountRecord {
  const begin = (type: string): string =>
    `{"type":"${type}","account":${JSON.stringify(account)},"at":"`
  const [opening, position] = [begin('opening'), begin('position')]
  const held = ({ conId }: Instrument, quantity: Fixed, average: Fixed): string =>
    `${at()}","conId":${conId},"quantity":"${fixedText(quantity)}",` +
    `"averageCost":"${fixedText(average)}"}`
  const money = (type: string): AccountRecord['cash'] => {
    const start = begin(type)
    return (entry) => keep(() => `${start}${at()}",${cashTokens(entry)}}`)
  }
  const fact = (of: () => Fact): void => keep(() => JSON.stringify(of()))
  return {
    opening: (instrument, quantity, average) =>
      keep(() => opening + held(instrument, quantity, average)),
    openingCash: (currency, amount) =>
      fact(() => ({ type: 'openingCash', account, at: at(), currency, amount: fixedText(amount) })),
    position: (instrument, holding) =>
      keep(() => position + held(instrument, holding.quantity, roundedCost(holding))),
    cash: money('cash'),
    accrual: money('accrual'),
    action: (action) => fact(() => ({ type: 'corporateAction', account, at: at(), ...action })),
    conversion: (one) => fact(() => ({ type: 'conversion', account, at: at(), ...one })),
  }
}

/** Writes JSON lines to a sink; with null it writes nothing and costs next to nothing. */
export function createRecorder(sink: RecordSink | null, now: () => number): Recorder {
  const at = (): string => isoOf(now())
  let batch = ''
  const hand = (): void => {
    if (sink === null || batch === '') return
    const lines = batch
    batch = ''
    sink.write(lines)
  }
  const keep: Keep = (line) => {
    if (sink === null) return
    batch += `${line()}\n`
    if (batch.length > BATCH_CHARACTERS) hand()
  }
  return {
    line: (fact) => keep(() => JSON.stringify(fact)),
    of: (account) => accountRecord(account, { keep, at }),
    execution: (execution, sentAt) => keep(() => executionLine(execution, sentAt)),
    sent: ({ execId }, sentAt) => keep(() => JSON.stringify({ type: 'sent', execId, sentAt })),
    commission: ({ execId, commission }) => {
      if (commission !== null) keep(() => commissionLine(execId, commission))
    },
    order: (order, at) => keep(() => JSON.stringify(orderFact(order, at))),
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

const MEMORY_CHUNK_BYTES = 1024 * 1024
/** No character takes more bytes in UTF-8. */
const MOST_BYTES_A_CHARACTER = 3

/** Keeps the record in memory. */
export function memorySink(): RecordSink {
  // Bytes lie outside the heap: the collector need not walk through a day of text.
  const full: Buffer[] = []
  let chunk = Buffer.alloc(0)
  let end = 0
  return {
    write: (lines) => {
      const most = lines.length * MOST_BYTES_A_CHARACTER
      if (end + most > chunk.length) {
        full.push(chunk.subarray(0, end))
        chunk = Buffer.allocUnsafeSlow(Math.max(MEMORY_CHUNK_BYTES, most))
        end = 0
      }
      end += chunk.write(lines, end)
    },
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
    read: () => Promise.resolve(Buffer.concat([...full, chunk.subarray(0, end)]).toString('utf8')),
  }
}
