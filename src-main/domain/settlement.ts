import type { Break } from '#shared/break.ts'
import type { CashClass } from '#shared/cash.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { ZERO, type Decimal, type Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { AccountCost } from './account-cost.ts'
import type { Adjustment, AdjustmentKind, SplitRatio, StoodFor } from './adjustment.ts'
import type { CashEntry } from './cash.ts'
import type { StrategyEffect } from './effect.ts'
import type { Fill } from './fill.ts'
import type { Position } from './position.ts'

/** Entries a command wrote, or is to write. */
export type Entries = {
  readonly adjustments: readonly Adjustment[]
  readonly cashEntries: readonly CashEntry[]
}

/** How a break is to be settled. */
export type Settlement =
  /** Ask the broker for its executions again, or import a statement: writes nothing. */
  | { readonly how: 'fetch executions' }
  /** The residual to one strategy; price null: the one that meets the broker's average. */
  | { readonly how: 'assign'; readonly strategy: StrategyId; readonly price: Decimal | null }
  /** The residual to several; signed like it, they add up to it. */
  | { readonly how: 'share out'; readonly parts: readonly Share[]; readonly price: Decimal | null }
  /** The residual to UNATTRIBUTED. */
  | { readonly how: 'keep unattributed' }
  /** The executions an order's status tells and nobody can get, at the average it tells. */
  | { readonly how: 'stand in'; readonly order: StoodFor; readonly strategy: StrategyId }
  /** The broker's cost for ours: moves P&L between realized and unrealized, makes none. */
  | { readonly how: 'adopt cost' }
  /** A change of cash as what it was; strategy null: UNALLOCATED's. */
  | {
      readonly how: 'book cash'
      readonly class: CashClass
      readonly strategy: StrategyId | null
      readonly conId: ConId | null
      /** When the right to it arose: who held the instrument then has it; null: now. */
      readonly heldAt: UtcNanos | null
      readonly evidence: string
    }
  /** Every `from` units become `to`; the fraction left is paid out at the price, as quoted. */
  | {
      readonly how: 'split'
      readonly ratio: SplitRatio
      readonly cashInLieuPrice: Decimal | null
      /** It happened just before what was executed at this moment; null: after all of it. */
      readonly before: UtcNanos | null
    }
  /** All that is held ends at a price, as quoted: 0 for an option that is worthless. */
  | { readonly how: 'expire'; readonly price: Decimal }
  /** An option ends and its underlying comes or goes at the strike. */
  | {
      readonly how: 'deliver'
      readonly kind: 'assignment' | 'exercise'
      /** `realized`: the premium is the option's P&L; `in cost`: it goes into the stock's cost. */
      readonly premium: 'realized' | 'in cost'
    }
  /** All that stands of an earlier command is taken back, which is the whole difference. */
  | { readonly how: 'take back'; readonly command: string }
  /** Nothing is written but the note. */
  | { readonly how: 'acknowledge'; readonly note: string }

/** What one strategy takes of a residual. */
export type Share = { readonly strategy: StrategyId; readonly quantity: Decimal }

/** Who writes what when. */
export type Writing = {
  /** The command's id: what it writes is undone together. */
  readonly command: string
  readonly author: string
  readonly reason: string
  /** When it takes effect: where it is folded. */
  readonly effectiveAt: UtcNanos
  readonly recordedAt: UtcNanos
}

/** What a settlement is decided on. */
export type SettleRequest = {
  readonly break: Break
  /** The revision the trader was shown. */
  readonly revision: number
  readonly settlement: Settlement
  /** Of the break; null for cash, or while it is unknown. */
  readonly instrument: Instrument | null
  /** Of an option that is delivered; null for others. */
  readonly underlying: Instrument | null
  /** Every position in the instrument, and in the underlying where there is one. */
  readonly positions: readonly Position[]
  /** What the instrument cost the account; null where the ledger holds none of it. */
  readonly cost: AccountCost | null
  /** Whose income it is, by what they held when the right to it arose; empty: not asked. */
  readonly holders: ReadonlyMap<StrategyId, Decimal>
  /** What each strategy traded since a dated split, signed; empty for others. */
  readonly tradedSince: ReadonlyMap<StrategyId, Decimal>
  /** Every fill of the order a stand-in would stand for; empty for others. */
  readonly orderFills: readonly Fill[]
  /** All the book's entries where some are to be taken back; empty for others. */
  readonly writtenBefore: Entries
  /** As IB sends it; null when unknown. */
  readonly brokerAverage: Decimal | null
  readonly writing: Writing
}

/** What a settlement comes to: shown as a preview, then written. */
export type SettlePlan = {
  readonly adjustments: readonly Adjustment[]
  readonly cashEntries: readonly CashEntry[]
  /** Before and after, for each strategy and instrument it touches. */
  readonly effects: readonly StrategyEffect[]
  /** The note of an acknowledgement; null for others. */
  readonly note: string | null
  /** True: the broker must be asked for its executions, and nothing else is done. */
  readonly asksBroker: boolean
  /** What the trader should know, in sentences. */
  readonly says: readonly string[]
}

/** Why a settlement is refused. */
export type SettleRefusal =
  | 'stale-break'
  | 'in-flight'
  | 'nothing-to-settle'
  | 'wrong-kind'
  | 'not-solvable'
  | 'parts-do-not-add-up'
  | 'no-positive-price'
  | 'unknown-cost'
  | 'unknown-instrument'
  | 'not-held'
  | 'nothing-stands'

/** What to tell the trader: what is the matter, and what to do. */
export const REFUSALS: Readonly<Record<SettleRefusal, string>> = {
  'stale-break': 'The broker or the ledger moved meanwhile: look at the new preview.',
  'in-flight': 'It is trading right now: wait until it has been reconciled at rest.',
  'nothing-to-settle': 'Both sides agree, or it is settled already: reconcile again.',
  'wrong-kind': 'This does not settle a break of this kind: choose another way.',
  'not-solvable': 'This does not explain what the broker holds: choose another way.',
  'parts-do-not-add-up': 'The parts must have the side of the residual and add up to it.',
  'no-positive-price': 'The price must be a number above zero.',
  'unknown-cost': 'The cost is not known, so nothing can be settled by it: adopt a price instead.',
  'unknown-instrument': 'The contract’s details are not known yet: wait for them, then try again.',
  'not-held': 'There is not that much to move: look at the new preview.',
  'nothing-stands': 'Nothing of that settlement stands any more: choose another way.',
}

/** The numbers of one entry that a plan writes. */
export type Line = {
  readonly kind: AdjustmentKind
  readonly strategy: StrategyId
  readonly conId: ConId
  /** Zero where it is left out. */
  readonly quantity?: Decimal
  /** Signed value as quoted; null when unknown. */
  readonly cost: Decimal | null
  readonly ratio?: SplitRatio
  readonly standsFor?: StoodFor
}

/** The entries of one command: their ids follow from it, so writing them twice is once. */
export const entriesOf = (
  lines: readonly Line[],
  { command, author, reason, effectiveAt, recordedAt }: Writing,
  breakId: string | null,
): readonly Adjustment[] =>
  lines.map((line, index) => ({
    id: entryId(command, index),
    kind: line.kind,
    strategy: line.strategy,
    conId: line.conId,
    effectiveAt,
    quantity: (line.quantity ?? ZERO) as Quantity,
    cost: line.cost,
    ratio: line.ratio ?? null,
    standsFor: line.standsFor ?? null,
    command,
    breakId,
    author,
    reason,
    reverses: null,
    recordedAt,
  }))

/** Ids of one command stand in the order they were written in, which is how they are folded. */
export const entryId = (command: string, index: number): string =>
  `${command}-${String(index + 1).padStart(5, '0')}`

/** The command an entry is of, by its id; a stamp, which a command may end with, is longer. */
export const commandOf = (id: string): string => id.replace(/-\d{5,9}$/, '')

/** The entry that takes another one back, and does nothing by itself. */
export const reversalOf = (one: Adjustment, index: number, writing: Writing): Adjustment => ({
  ...one,
  id: entryId(writing.command, index),
  kind: 'reversal',
  quantity: one.quantity.negated() as Quantity,
  cost: one.cost?.negated() ?? null,
  standsFor: null,
  command: writing.command,
  author: writing.author,
  reason: writing.reason,
  reverses: one.id,
  recordedAt: writing.recordedAt,
})
