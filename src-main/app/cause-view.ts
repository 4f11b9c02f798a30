import type { LikelyCause, Proposal } from '#domain/cause.ts'
import type { CauseView } from '#shared/api/settle-views.ts'
import { assert } from '#shared/assert.ts'
import { BOOKED_CLASSES } from '#shared/cash.ts'
import { text, textOrNull } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'

/** A likely cause in the words of the API, decimals as strings. */
export const causeView = ({ proposals, facts, ...told }: LikelyCause): CauseView => ({
  ...told,
  facts: facts.map((fact) => ({ ...fact })),
  proposals: proposals.map(proposalView),
})

function proposalView(proposal: Proposal): CauseView['proposals'][number] {
  switch (proposal.how) {
    case 'assign':
      return { ...proposal, price: textOrNull(proposal.price) }
    case 'share out': {
      const parts = proposal.parts.map(({ strategy, quantity }) => ({
        strategy,
        quantity: text(quantity),
      }))
      return { how: 'share out', parts, price: textOrNull(proposal.price) }
    }
    case 'stand in': {
      const { permId, filled, averagePrice } = proposal.order
      const order = { permId, filled: text(filled), averagePrice: text(averagePrice) }
      return { how: 'stand in', strategy: proposal.strategy, order }
    }
    case 'book cash': {
      const { class: cashClass, heldAt, ...rest } = proposal
      const booked = BOOKED_CLASSES.find((one) => one === cashClass)
      assert(booked !== undefined, `${cashClass} is not proposed`)
      return { ...rest, class: booked, heldAt: heldAt === null ? null : millisOf(heldAt) }
    }
    case 'split': {
      const { ratio, before } = proposal
      return {
        how: 'split',
        to: ratio.to.toNumber(),
        from: ratio.from.toNumber(),
        cashInLieuPrice: textOrNull(proposal.cashInLieuPrice),
        before: before === null ? null : millisOf(before),
      }
    }
    case 'expire':
      return { how: 'expire', price: text(proposal.price) }
    case 'transfer': {
      const { quantity, ...transfer } = proposal.transfer
      return { how: 'transfer', ...transfer, quantity: text(quantity) }
    }
    default:
      return proposal
  }
}
