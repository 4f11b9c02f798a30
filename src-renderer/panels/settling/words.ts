import type { CauseView, SettlementInput } from '#shared/api/settle-views.ts'
import type { CashClass } from '#shared/cash.ts'
import { UNALLOCATED } from '#shared/ids.ts'
import { exact } from '../../format/number.ts'
import { strategyName } from '../../stores/holding.ts'
import { WAY_TITLE, type Proposal, type TransferProposal } from './ways.ts'

export const CLASS_TITLE: Readonly<Record<CashClass, string>> = {
  opening: 'Opening',
  deposit: 'Deposit',
  withdrawal: 'Withdrawal',
  dividend: 'Dividend',
  interest: 'Interest',
  fee: 'Fee',
  tax: 'Tax',
  conversion: 'Conversion',
  'futures-sweep': 'Futures sweep',
  'cash-in-lieu': 'Cash in lieu',
  other: 'Other',
}

export const CERTAINTY_TITLE: Readonly<Record<CauseView['certainty'], string>> = {
  certain: 'Certain',
  likely: 'Likely',
  possible: 'Possible',
}

/** `missing execution` as a heading. */
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

type Of<How extends SettlementInput['how']> = Extract<SettlementInput, { how: How }>

const assigned = ({ strategy, price }: Of<'assign'>): string => {
  const to = `Assign to ${strategyName(strategy)}`
  return price === null ? to : `${to} at ${exact(price)}`
}

/** Whose it is, as the screen says it. */
export const ownerName = (owner: string): string =>
  owner === UNALLOCATED ? 'Unallocated' : strategyName(owner)

/** What a proposal does, in the words of its button. */
export function proposalTitle(proposal: Proposal): string {
  switch (proposal.how) {
    case 'assign':
      return assigned(proposal)
    case 'stand in':
      return `Stand in for order ${proposal.order.permId}`
    case 'book cash':
      return `Book as ${CLASS_TITLE[proposal.class].toLowerCase()}`
    case 'deliver':
      return `Book the ${proposal.kind}`
    case 'split':
      return `Apply the split ${proposal.to}:${proposal.from}`
    case 'expire':
      return `Expire at ${exact(proposal.price)}`
    case 'transfer':
      return transferTitle(proposal)
    default:
      return WAY_TITLE[proposal.how]
  }
}

type Transfer = Omit<TransferProposal, 'how'>

/** What would move between which strategies. */
export const transferTitle = ({ quantity, from, to }: Transfer): string =>
  `Move ${exact(quantity)} from ${strategyName(from)} to ${strategyName(to)}`
