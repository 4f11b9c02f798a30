import type { Decimal } from '#shared/money.ts'
import type { Broker } from '../broker/broker.ts'
import type { Execution, Order } from '../broker/types.ts'
import type { Quotes } from '../market/quotes.ts'
import type { Random } from '../market/random.ts'
import type { Timeline } from '../timeline.ts'

type Fillable = { readonly quantity: Decimal; readonly price: Decimal }

/** Where orders meet the market. */
export type Floor = {
  readonly fill: (order: Order, what: Fillable) => readonly Execution[]
  /** Whether the order must wait for the next second to fill. */
  readonly isBeaten: (order: Order) => boolean
}

export type FloorParts = {
  readonly broker: Broker
  readonly quotes: Quotes
  readonly timeline: Timeline
  readonly random: Random
}

/**
 * Fills orders so that what the wire tells is enough to know their order: execution times have
 * whole seconds, so within one second an instrument's fills come by ascending permId.
 */
export function openFloor({ broker, quotes, timeline, random }: FloorParts): Floor {
  const lastFills = new Map<number, { readonly second: number; readonly permId: number }>()
  const thisSecond = (): number => Math.floor(timeline.now() / 1000)
  return {
    isBeaten: ({ instrument, permId }) => {
      const second = thisSecond()
      return [instrument, ...instrument.legs.map((leg) => leg.instrument)].some(({ conId }) => {
        const last = lastFills.get(conId)
        return last?.second === second && last.permId > permId
      })
    },
    fill: (order, what) => {
      const executions = broker.fill(order, {
        ...what,
        venue: random.pick(order.instrument.venues),
        liquidity: 1 + random.below(2),
        legPrices: order.instrument.legs.map((leg) => quotes.mark(leg.instrument)),
      })
      const second = thisSecond()
      for (const { instrument } of executions)
        lastFills.set(instrument.conId, { second, permId: order.permId })
      return executions
    },
  }
}
