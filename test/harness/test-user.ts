import type { BreakRow, ReconciliationView, RunView } from '#shared/api/reconcile-views.ts'
import type { CauseView, SettlementInput } from '#shared/api/settle-views.ts'
import type { RecordedCash } from './record.ts'
import type { Client } from './workstation.ts'

/** What a trader sees after a run: the run, and the breaks that still ask for somebody. */
export type Seen = {
  readonly run: RunView
  readonly open: readonly BreakRow[]
  readonly closedByHand: ReconciliationView['closedByHand']
}

const isOpen = ({ status }: BreakRow): boolean =>
  !['settled', 'gone', 'acknowledged'].includes(status)

/** Reconciles, and looks at what came of it. */
export async function look(client: Client): Promise<Seen> {
  const run = await client.reconcile.run({})
  const { breaks, closedByHand } = await client.reconcile.state({})
  return { run, open: breaks.filter(isOpen), closedByHand }
}

/** A break as a test names it: `quantity SPY: assignment`. */
export const inWords = ({ kind, symbol, causes }: BreakRow): string =>
  `${kind} ${symbol}: ${causes[0]?.cause ?? 'none'}`

/** Rounds of settling and looking again before it is given up. */
const ROUNDS = 4

/**
 * Settles every open break by the first proposal of its best cause, as a trader would who trusts
 * the program; cash it cannot explain is booked as what the statement says. Answers what is seen
 * when nothing is open any more, or nothing changes.
 * @param statement the cash lines of the record, where a broker's statement would be.
 * @param first what is seen already.
 */
export async function settleAll(
  client: Client,
  statement: readonly RecordedCash[],
  first: Seen,
): Promise<Seen> {
  let seen = first
  for (let round = 0; round < ROUNDS && seen.open.length > 0; round += 1) {
    for (const broken of seen.open) await settle(client, broken, statement)
    seen = await look(client)
  }
  return seen
}

async function settle(
  client: Client,
  broken: BreakRow,
  statement: readonly RecordedCash[],
): Promise<void> {
  const [best] = broken.causes
  const settlement = best === undefined ? null : settlementFor(broken, best, statement)
  if (settlement === null) return
  const breaks = [{ breakId: broken.id, revision: broken.revision }]
  await client.reconcile.settle({ breaks, settlement, reason: 'As proposed' })
}

function settlementFor(
  broken: BreakRow,
  best: CauseView,
  statement: readonly RecordedCash[],
): SettlementInput | null {
  const [proposal] = best.proposals
  if (proposal === undefined || proposal.how === 'transfer') return null
  if (proposal.how !== 'book cash' || best.certainty !== 'possible') return proposal
  return { ...proposal, ...lineOf(broken, statement) }
}

/** What the statement calls the amount; several things at once are something else. */
function lineOf(
  { currency, difference }: BreakRow,
  statement: readonly RecordedCash[],
): Pick<Extract<SettlementInput, { how: 'book cash' }>, 'class' | 'evidence'> {
  const line = statement.findLast(
    (one) => one.currency === currency && Number(one.amount) === Number(difference),
  )
  const [word = 'other'] = line?.why.split(' ') ?? []
  const known = (
    ['deposit', 'withdrawal', 'dividend', 'fee', 'interest', 'conversion'] as const
  ).find((one) => one === word)
  return { class: known ?? 'other', evidence: line?.why ?? 'Several lines of the statement' }
}
