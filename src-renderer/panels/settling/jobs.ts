import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { SettleInput, SettlementInput, SettleOutcome } from '#shared/api/settle-views.ts'
import type { Client } from '../../desk.ts'
import { bestProposal } from './ways.ts'

/** Breaks to be settled alike, each at the revision that is shown. */
export type Job = Pick<SettleInput, 'breaks' | 'settlement'>

type Settled = Pick<BreakRow, 'id' | 'revision' | 'causes'>

/** All of them in one way. */
export const jobOf = (rows: readonly Settled[], settlement: SettlementInput): Job => ({
  breaks: rows.map(({ id, revision }) => ({ breakId: id, revision })),
  settlement,
})

/**
 * Each as its own causes propose, those alike together; those with no proposal are left out. The
 * broker is asked again last: what a new comparison moves could not be settled as it was shown.
 */
export function proposedJobs(rows: readonly Settled[]): readonly Job[] {
  const alike = new Map<string, { readonly of: Settled[]; readonly settlement: SettlementInput }>()
  for (const row of rows) {
    const settlement = bestProposal(row)
    if (settlement === null) continue
    const key = JSON.stringify(settlement)
    const others = alike.get(key)
    if (others === undefined) alike.set(key, { of: [row], settlement })
    else others.of.push(row)
  }
  const asks = ({ settlement }: Job) => Number(settlement.how === 'fetch executions')
  return [...alike.values()]
    .map(({ of, settlement }) => jobOf(of, settlement))
    .toSorted((a, b) => asks(a) - asks(b))
}

type Ask = <Answer>(
  run: (client: Client, of: { account?: string }) => Promise<Answer>,
) => Promise<Answer>

/** What each job would come to. @throws with a sentence when the core does not say. */
export async function previewOf(ask: Ask, jobs: readonly Job[]): Promise<readonly SettleOutcome[]> {
  const outcomes: SettleOutcome[] = []
  for (const job of jobs) {
    const of = await ask((client, account) =>
      client.reconcile.preview({ ...account, ...job, reason: '' }),
    )
    outcomes.push(...of)
  }
  return outcomes
}

/** What came of a settlement, and how to take it back. */
export type Done = {
  readonly outcomes: readonly SettleOutcome[]
  /** What was written, the latest first; empty: nothing to take back. */
  readonly commands: readonly string[]
  /** @throws with a sentence when it cannot be taken back. */
  readonly undo: () => Promise<void>
}

/**
 * Settles one job after the other. One that fails is refused with its sentence and the others go
 * on: what was written before it stays, and is said.
 */
export async function settleAll(ask: Ask, jobs: readonly Job[], reason: string): Promise<Done> {
  const outcomes: SettleOutcome[] = []
  let account: { account?: string } = {}
  for (const job of jobs) {
    const of = await ask((client, shown) => {
      account = shown
      return client.reconcile.settle({ ...shown, ...job, reason })
    }).catch((error: unknown) => refused(job, error))
    outcomes.push(...of)
  }
  const commands = outcomes.flatMap(({ command }) => command ?? []).toReversed()
  const undo = async () => {
    // Of the account it was settled in, whichever is on screen by then.
    for (const command of commands) {
      await ask((client) => client.reconcile.undo({ ...account, command }))
    }
  }
  return { outcomes, commands, undo }
}

const refused = ({ breaks }: Job, error: unknown): SettleOutcome[] =>
  breaks.map(({ breakId }) => ({
    breakId,
    refusal: error instanceof Error ? error.message : String(error),
    ...{ isStale: false, command: null, entries: 0, cash: [], effects: [], says: [] },
  }))
