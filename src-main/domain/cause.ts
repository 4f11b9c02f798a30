import type { Cause } from '#shared/break.ts'
import type { Settlement } from './settlement.ts'
import type { Transfer } from './transfer.ts'

/** One plain fact a cause is believed for: what it is called, and its value as text. */
export type Fact = { readonly name: string; readonly value: string }

/** What can be done about a break: a settlement of it, or a move between strategies. */
export type Proposal = Settlement | { readonly how: 'transfer'; readonly transfer: Transfer }

/**
 * - `certain`: the broker says so
 * - `likely`: the numbers fit, and hardly fit anything else
 * - `possible`: nothing speaks against it
 */
export type Certainty = 'certain' | 'likely' | 'possible'

/** What may lie behind a break, and why that is believed. */
export type LikelyCause = {
  readonly cause: Cause
  readonly certainty: Certainty
  /** For the trader. */
  readonly sentence: string
  readonly facts: readonly Fact[]
  /** Best first; empty where only waiting helps, or settling another break. */
  readonly proposals: readonly Proposal[]
}

const RANK: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 }

/** The best first; `unknown` when the evidence speaks for none. */
export function ranked(
  causes: readonly (LikelyCause | null)[],
  unknown: readonly Proposal[],
): readonly LikelyCause[] {
  const found = causes
    .filter((cause) => cause !== null)
    .toSorted((a, b) => RANK[a.certainty] - RANK[b.certainty])
  if (found.length > 0) return found
  const sentence = 'Nothing that is known explains it.'
  return [{ cause: 'unknown', certainty: 'possible', sentence, facts: [], proposals: unknown }]
}

/** Nothing can be said before it has been at rest. */
export const IN_FLIGHT: LikelyCause = {
  cause: 'in flight',
  certainty: 'certain',
  sentence: 'It traded while the snapshot was taken: the next run will tell.',
  facts: [],
  proposals: [],
}
