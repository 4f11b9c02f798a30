import { EVERY_STRATEGY, strategyId, UNALLOCATED, UNATTRIBUTED } from '#shared/ids.ts'
import type { StrategyId } from '#shared/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'

/**
 * One rule as the user writes it. Every condition given must hold; the first rule that holds
 * wins.
 */
export type AttributionRuleText = {
  /** A regular expression over the orderRef; its group `strategy` may name the strategy. */
  readonly orderRef?: string | undefined
  readonly account?: string | undefined
  readonly symbol?: string | undefined
  readonly clientId?: number | undefined
  /** The strategy, where the pattern has no group of that name. */
  readonly strategy?: string | undefined
}

export type AttributionRule = {
  /** What the ledger keeps as the reason: `rule 2`, or `default`. */
  readonly name: string
  readonly pattern: RegExp | null
  readonly account: string | null
  readonly symbol: string | null
  readonly clientId: number | null
  readonly strategy: StrategyId | null
}

/** What a rule may look at. */
export type Attributable = {
  readonly orderRef: string
  readonly account: string
  readonly symbol: string
  readonly clientId: number
}

export type Attribution = { readonly strategy: StrategyId; readonly by: string }

/** Names the book needs for itself: no rule may give them away. */
const RESERVED = new Set<string>([UNATTRIBUTED, UNALLOCATED, EVERY_STRATEGY])

/** True for a name no strategy can have. */
export const isReserved = (name: string): boolean => RESERVED.has(name)

/** Up to the first `:` or `/`; the whole orderRef where it has neither. */
export const DEFAULT_RULE: AttributionRule = {
  name: 'default',
  pattern: /^\s*(?<strategy>[^:/]*?)\s*(?:[:/]|$)/,
  account: null,
  symbol: null,
  clientId: null,
  strategy: null,
}

const NAMES_STRATEGY = /\(\?<strategy>/

/**
 * The rules, compiled, the default last. Refuses a pattern that does not compile and a rule that
 * names no strategy, with one sentence that says which and why.
 */
export function compileRules(
  texts: readonly AttributionRuleText[],
): Result<readonly AttributionRule[], string> {
  const rules: AttributionRule[] = []
  for (const [index, text] of texts.entries()) {
    const rule = compileRule(text, index + 1)
    if (!rule.ok) return rule
    rules.push(rule.value)
  }
  return ok([...rules, DEFAULT_RULE])
}

function compileRule(text: AttributionRuleText, number: number): Result<AttributionRule, string> {
  const { orderRef, strategy } = text
  const fault = faultOf(text)
  if (fault !== null) return err(`Attribution rule ${number} ${fault}.`)
  const pattern = orderRef === undefined ? ok(null) : compilePattern(orderRef)
  if (!pattern.ok) {
    const why = `the pattern ${orderRef ?? ''} does not compile: ${pattern.error}`
    return err(`Attribution rule ${number}: ${why}.`)
  }
  return ok({
    name: `rule ${number}`,
    pattern: pattern.value,
    account: text.account ?? null,
    symbol: text.symbol ?? null,
    clientId: text.clientId ?? null,
    strategy: strategy === undefined ? null : strategyId(strategy.trim()),
  })
}

function faultOf({ orderRef, strategy }: AttributionRuleText): string | null {
  if (strategy !== undefined) {
    return isUsable(strategy) ? null : `cannot name a strategy "${strategy}": the name is reserved`
  }
  if (orderRef !== undefined && NAMES_STRATEGY.test(orderRef)) return null
  return 'names no strategy: add "strategy", or a group (?<strategy>…) in "orderRef"'
}

function compilePattern(source: string): Result<RegExp, string> {
  try {
    return ok(new RegExp(source, 'u'))
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}

const isUsable = (name: string): boolean => name.trim() !== '' && !isReserved(name.trim())

/** The strategy of a fill or order: the first rule that claims it, else UNATTRIBUTED. */
export function attribute(rules: readonly AttributionRule[], to: Attributable): Attribution {
  for (const rule of rules) {
    const strategy = claim(rule, to)
    if (strategy !== null) return { strategy, by: rule.name }
  }
  return { strategy: UNATTRIBUTED, by: 'no rule' }
}

function claim(rule: AttributionRule, to: Attributable): StrategyId | null {
  if (!holds(rule.account, to.account) || !holds(rule.symbol, to.symbol)) return null
  if (!holds(rule.clientId, to.clientId)) return null
  if (rule.pattern === null) return rule.strategy
  const match = rule.pattern.exec(to.orderRef)
  if (match === null) return null
  const name = match.groups?.['strategy'] ?? rule.strategy ?? ''
  return isUsable(name) ? strategyId(name.trim()) : null
}

const holds = <Value>(wanted: Value | null, is: Value): boolean => wanted === null || wanted === is
