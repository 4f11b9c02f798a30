import type { Condition, Conditions } from '../broker/conditions.ts'
import { ascii, double } from './text.ts'

type Tokens = readonly (string | number)[]

/** The count of conditions and what they say; the same in open and completed orders. */
export function conditionTokens({ all, ignoreRth, cancelOrder }: Conditions): Tokens {
  if (all.length === 0) return [0]
  const flags = [ignoreRth, cancelOrder].map(Number)
  return [all.length, ...all.flatMap(tokensOf), ...flags]
}

function tokensOf(condition: Condition): Tokens {
  const { conjunction } = condition
  switch (condition.what) {
    case 'price': {
      const { price, instrument, exchange, triggerMethod } = condition
      const value = double(price)
      return [1, conjunction, more(condition), value, instrument.conId, exchange, triggerMethod]
    }
    case 'time':
      return [3, conjunction, more(condition), ascii(condition.text)]
    case 'margin':
      return [4, conjunction, more(condition), double(condition.percent)]
    case 'execution': {
      const { secType, exchange, symbol } = condition
      return [5, conjunction, secType, exchange, symbol]
    }
    case 'volume': {
      const { volume, instrument, exchange } = condition
      return [6, conjunction, more(condition), volume, instrument.conId, exchange]
    }
    case 'percent': {
      const { percent, instrument, exchange } = condition
      return [7, conjunction, more(condition), double(percent), instrument.conId, exchange]
    }
  }
}

const more = ({ isMore }: { readonly isMore: boolean }): number => (isMore ? 1 : 0)
