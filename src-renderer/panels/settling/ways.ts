import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { CauseView, SettlementInput } from '#shared/api/settle-views.ts'

/** How a break can be settled, by name. */
export type Way = SettlementInput['how']
export type Proposal = CauseView['proposals'][number]

/** Every way to settle a break of a kind, as they are offered. */
const WAYS: Readonly<Record<BreakRow['kind'], readonly Way[]>> = {
  quantity: [
    ...(['assign', 'share out', 'keep unattributed', 'stand in', 'split', 'expire'] as const),
    ...(['deliver', 'fetch executions', 'acknowledge'] as const),
  ],
  cost: ['adopt cost', 'fetch executions', 'acknowledge'],
  cash: ['book cash', 'fetch executions', 'acknowledge'],
}

export const WAY_TITLE: Readonly<Record<Way, string>> = {
  assign: 'Assign to a strategy',
  'share out': 'Share out',
  'keep unattributed': 'Keep unattributed',
  'stand in': 'Stand in for an order',
  split: 'Apply a split',
  expire: 'Expire',
  deliver: 'Assignment or exercise',
  'fetch executions': 'Fetch executions',
  'adopt cost': 'Adopt the broker’s cost',
  'book cash': 'Book cash',
  'take back': 'Take a settlement back',
  acknowledge: 'Acknowledge',
}

/** What each way does, in a sentence. */
export const WAY_ABOUT: Readonly<Record<Way, string>> = {
  assign: 'Gives the whole difference to one strategy.',
  'share out': 'Gives the difference to several strategies; the parts add up to it.',
  'keep unattributed': 'Gives the whole difference to Unattributed, until somebody claims it.',
  'stand in': 'Stands for executions of an order that nobody can get any more.',
  split: 'So many new units for so many old ones, at the same total cost.',
  expire: 'Ends all that is held at a price; 0 is worthless.',
  deliver: 'Ends the option; its underlying comes or goes at the strike.',
  'fetch executions': 'Asks the broker for its executions again, and compares anew.',
  'adopt cost': 'Takes the broker’s cost for ours; P&L moves between realized and unrealized.',
  'book cash': 'Books the difference of cash as what it was.',
  'take back': 'Takes back all that stands of an earlier settlement: it is the whole difference.',
  acknowledge: 'Leaves it as it is, with a note, until either side moves.',
}

const isOption = (secType: string | undefined): boolean =>
  secType === undefined || secType === 'OPT' || secType === 'FOP'

/** The ways to settle a break. `secType`: of its instrument, undefined while it is not known. */
export const waysOf = (kind: BreakRow['kind'], secType: string | undefined): readonly Way[] =>
  WAYS[kind].filter((way) => way !== 'deliver' || isOption(secType))

/** What is particular to one break cannot be said of several. */
const ONE_BY_ONE: ReadonlySet<Way> = new Set(['share out', 'stand in', 'split'])

/** The ways that settle every one of these breaks. */
export function commonWays(kinds: readonly BreakRow['kind'][]): readonly Way[] {
  const [first, ...others] = kinds
  if (first === undefined) return []
  return WAYS[first].filter(
    (way) => !ONE_BY_ONE.has(way) && others.every((kind) => WAYS[kind].includes(way)),
  )
}

/** A move between strategies, which settles no break by itself. */
export type TransferProposal = Extract<Proposal, { how: 'transfer' }>

export const isSettlement = (proposal: Proposal): proposal is SettlementInput =>
  proposal.how !== 'transfer'

/** The best way to settle a break that its causes propose; null when only waiting helps. */
export const bestProposal = ({ causes }: Pick<BreakRow, 'causes'>): SettlementInput | null =>
  causes.flatMap(({ proposals }) => proposals).find(isSettlement) ?? null

/** Why a break cannot be settled as it stands, in a sentence; null when it can. */
export function whyNotSettled({
  status,
  goneAt,
}: Pick<BreakRow, 'status' | 'goneAt'>): string | null {
  if (status === 'settled') {
    return goneAt === null
      ? 'It is settled; the next run will tell whether both sides agree.'
      : 'It is settled, and both sides agree since.'
  }
  if (status === 'gone') return 'Both sides agree: there is nothing to settle.'
  if (status !== 'in flight') return null
  return 'It traded during the last run: wait until it has been reconciled at rest.'
}
