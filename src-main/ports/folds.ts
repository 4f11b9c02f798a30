import type { Charge, Fill, FoldedFill } from '#domain/fill.ts'
import type { ConId } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'

/** What of a fill its position is folded from, and what the ledger says it realized. */
export type FoldableFill = FoldedFill &
  Pick<Fill, 'secType' | 'strategy' | 'realizedPoints'> & {
    readonly charge: Pick<Charge, 'amount' | 'currency'> | null
  }

/** The fills of some instruments executed after one instant and up to another. */
export type FoldsQuery = {
  readonly conIds: readonly ConId[]
  readonly after: UtcNanos
  readonly until: UtcNanos
}

/** The fills that count, for folding many positions anew in one pass. */
export type Folds = {
  /** Every instrument that has fills, and how many, in the order of their ids. */
  readonly instruments: () => Promise<readonly { readonly conId: ConId; readonly fills: number }[]>
  /**
   * Rising instants, the last of them later than any fill, with some thousands of fills of these
   * instruments between each and the next; those of one instant are never parted.
   */
  readonly bounds: (conIds: readonly ConId[]) => Promise<readonly UtcNanos[]>
  /** What was executed in between; that of each position in slot order. */
  readonly between: (wanted: FoldsQuery) => Promise<readonly FoldableFill[]>
}
