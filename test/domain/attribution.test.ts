import { describe, expect, it } from 'vitest'
import { attribute, compileRules, DEFAULT_RULE } from '#domain/attribution.ts'
import type { Attributable, AttributionRuleText } from '#domain/attribution.ts'

const from = (over: Partial<Attributable> = {}): Attributable => ({
  orderRef: '',
  account: 'DU1234567',
  symbol: 'SPY',
  clientId: 7,
  ...over,
})

/** Who claims it under these rules, and by which of them. */
function claimed(rules: readonly AttributionRuleText[], to: Partial<Attributable>) {
  const compiled = compileRules(rules)
  if (!compiled.ok) throw new Error(compiled.error)
  const { strategy, by } = attribute(compiled.value, from(to))
  return [strategy, by]
}

/** Why these rules are refused. */
const refusal = (...rules: readonly AttributionRuleText[]): string | null => {
  const compiled = compileRules(rules)
  return compiled.ok ? null : compiled.error
}

const NOBODY = ['UNATTRIBUTED', 'no rule']

describe('the default rule', () => {
  it.each([
    ['momentum', 'momentum'],
    ['momentum:42', 'momentum'],
    ['momentum/entry/3', 'momentum'],
    ['momentum:a/b', 'momentum'],
    ['  momentum  : 42', 'momentum'],
    ['\tmomentum\t', 'momentum'],
    ['mean reversion:7', 'mean reversion'],
    ['Momentum-2.b', 'Momentum-2.b'],
    ['unattributed', 'unattributed'],
    ['UNATTRIBUTED-2', 'UNATTRIBUTED-2'],
  ])('gives "%s" to %s', (orderRef, strategy) => {
    expect(claimed([], { orderRef })).toEqual([strategy, 'default'])
  })

  it.each(['', ' ', ':42', '/x', ' : ', 'UNATTRIBUTED', ' UNALLOCATED :1', 'UNATTRIBUTED/x'])(
    'leaves "%s" UNATTRIBUTED',
    (orderRef) => {
      expect(claimed([], { orderRef })).toEqual(NOBODY)
    },
  )

  it('comes after every rule of the user', () => {
    const compiled = compileRules([{ strategy: 'all' }])
    expect(compiled.ok && compiled.value.at(-1)).toBe(DEFAULT_RULE)
  })
})

describe('rules of the user', () => {
  it('win in the order they are written', () => {
    const rules = [
      { orderRef: '^x', strategy: 'first' },
      { orderRef: 'x', strategy: 'second' },
    ]
    expect(claimed(rules, { orderRef: 'xy' })).toEqual(['first', 'rule 1'])
    expect(claimed(rules, { orderRef: 'yx' })).toEqual(['second', 'rule 2'])
    expect(claimed(rules, { orderRef: 'z' })).toEqual(['z', 'default'])
  })

  it('look at account, symbol and client id, and claim only where all of them hold', () => {
    const rule = { account: 'DU1', symbol: 'QQQ', clientId: 0, strategy: 'by hand' }
    const match = { account: 'DU1', symbol: 'QQQ', clientId: 0 }
    expect(claimed([rule], match)).toEqual(['by hand', 'rule 1'])
    expect(claimed([rule], { ...match, account: 'DU2' })).toEqual(NOBODY)
    expect(claimed([rule], { ...match, symbol: 'SPY' })).toEqual(NOBODY)
    expect(claimed([rule], { ...match, clientId: 1 })).toEqual(NOBODY)
  })

  it('claim everything where they set no condition', () => {
    expect(claimed([{ strategy: 'all' }], { orderRef: 'x' })).toEqual(['all', 'rule 1'])
  })

  it('may read the strategy from the orderRef', () => {
    const rule = { orderRef: String.raw`^\d+-(?<strategy>.*)$` }
    expect(claimed([rule], { orderRef: '17- carry ' })).toEqual(['carry', 'rule 1'])
  })

  it('fall back to their own name when the group takes no part in the match', () => {
    const rule = { orderRef: '^a(?<strategy>b)?$', strategy: 'spare' }
    expect(claimed([rule], { orderRef: 'ab' })).toEqual(['b', 'rule 1'])
    expect(claimed([rule], { orderRef: 'a' })).toEqual(['spare', 'rule 1'])
  })

  it('leave to the next rule what they read as an empty or reserved name', () => {
    const rules = [{ orderRef: '^(?<strategy>[A-Z ]*)' }, { strategy: 'rest' }]
    expect(claimed(rules, { orderRef: 'UNATTRIBUTED' })).toEqual(['rest', 'rule 2'])
    expect(claimed(rules, { orderRef: 'UNALLOCATED' })).toEqual(['rest', 'rule 2'])
    expect(claimed(rules, { orderRef: '  ' })).toEqual(['rest', 'rule 2'])
    expect(claimed(rules, { orderRef: 'x' })).toEqual(['rest', 'rule 2'])
  })

  it('name a strategy without the spaces around it', () => {
    expect(claimed([{ strategy: '  carry ' }], {})).toEqual(['carry', 'rule 1'])
  })

  it('give the same answer however often they are asked', () => {
    const compiled = compileRules([{ orderRef: 'x(?<strategy>.)' }])
    if (!compiled.ok) throw new Error(compiled.error)
    const asked = [1, 2, 3].map(() => attribute(compiled.value, from({ orderRef: 'xa' })).strategy)
    expect(asked).toEqual(['a', 'a', 'a'])
  })
})

describe('rules that cannot be meant', () => {
  it('are refused when the pattern does not compile, saying which and why', () => {
    expect(refusal({ strategy: 'fine' }, { orderRef: '(', strategy: 'x' })).toMatch(
      /^Attribution rule 2: the pattern \( does not compile: .+\.$/,
    )
    expect(refusal({ orderRef: '[z-a]', strategy: 'x' })).toMatch(/rule 1: .* does not compile/)
  })

  it('are refused when they name no strategy', () => {
    expect(refusal({ symbol: 'SPY' })).toMatch(/^Attribution rule 1 names no strategy/)
    expect(refusal({ orderRef: 'x' })).toMatch(/^Attribution rule 1 names no strategy/)
  })

  it.each(['UNATTRIBUTED', ' UNALLOCATED ', '', '  '])('are refused for "%s"', (strategy) => {
    expect(refusal({ strategy })).toContain(`cannot name a strategy "${strategy}"`)
  })
})
