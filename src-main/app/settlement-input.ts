import type { Settlement } from '#domain/settlement.ts'
import type { SettlementInput } from '#shared/api/settle-views.ts'
import { conId, permId, strategyId } from '#shared/ids.ts'
import { D, decimal, price, quantity, type Decimal } from '#shared/money.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'

const decimalOrNull = (value: string | null): Decimal | null =>
  value === null ? null : decimal(value)

type Of<How extends SettlementInput['how']> = Extract<SettlementInput, { how: How }>

/** A settlement as the API says it, in the domain's words. */
export function settlementOf(input: SettlementInput): Settlement {
  switch (input.how) {
    case 'assign': {
      const { strategy } = input
      return { how: 'assign', strategy: strategyId(strategy), price: decimalOrNull(input.price) }
    }
    case 'share out':
      return sharedOut(input)
    case 'stand in':
      return standIn(input)
    case 'book cash':
      return bookedCash(input)
    case 'split': {
      const ratio = { to: new D(input.to), from: new D(input.from) }
      const before = input.before === null ? null : nanosOf(utcMillis(input.before))
      return { how: 'split', ratio, cashInLieuPrice: decimalOrNull(input.cashInLieuPrice), before }
    }
    case 'expire':
      return { how: 'expire', price: decimal(input.price) }
    default:
      return input
  }
}

function sharedOut({ parts, price: at }: Of<'share out'>): Settlement {
  const shares = parts.map((part) => ({
    strategy: strategyId(part.strategy),
    quantity: decimal(part.quantity),
  }))
  return { how: 'share out', parts: shares, price: decimalOrNull(at) }
}

function standIn({ strategy, order }: Of<'stand in'>): Settlement {
  return {
    how: 'stand in',
    strategy: strategyId(strategy),
    order: {
      permId: permId(order.permId),
      filled: quantity(order.filled),
      averagePrice: price(order.averagePrice),
    },
  }
}

const bookedCash = (input: Of<'book cash'>): Settlement => ({
  ...input,
  strategy: input.strategy === null ? null : strategyId(input.strategy),
  conId: input.conId === null ? null : conId(input.conId),
  heldAt: input.heldAt === null ? null : nanosOf(utcMillis(input.heldAt)),
})
