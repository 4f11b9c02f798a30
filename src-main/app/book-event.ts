import type { CommissionReport, Execution } from '#domain/execution.ts'
import type { OrderReport } from '#domain/order.ts'
import type { PriceQuote } from '#ports/broker.ts'
import type { AccountSummary } from '#ports/ledger.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'

/** What a book takes in, in the order it came. */
export type BookEvent =
  | {
      readonly kind: 'execution'
      readonly execution: Execution
      readonly instrument: Instrument
    }
  | { readonly kind: 'commission'; readonly report: CommissionReport }
  | { readonly kind: 'order'; readonly report: OrderReport; readonly instrument: Instrument | null }
  | { readonly kind: 'instrument'; readonly instrument: Instrument }
  | { readonly kind: 'prices'; readonly quotes: readonly PriceQuote[] }
  | { readonly kind: 'summary'; readonly summary: AccountSummary }
  /** A command: runs between the events it was given among, and is durable when it answers. */
  | { readonly kind: 'command'; readonly run: BookCommand; readonly settle: Settle }

/** Decides on the book as it is, and writes into the batch. */
export type BookCommand = (memory: BookMemory, batch: Batch) => Promise<void>
/** Told once a command is durable (null), or refused. */
export type Settle = (error: Error | null) => void
