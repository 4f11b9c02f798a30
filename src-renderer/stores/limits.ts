import { limitFault, PLAIN_AMOUNT } from '#shared/limit-fault.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { DrawdownLimitSetting } from '#shared/settings.ts'

/** Whose drawdown a limit is of, over which period, and what is measured. */
export type LimitOf = Pick<DrawdownLimitSetting, 'scope' | 'period' | 'measure'>

/** A limit as it is typed; empty: no such mark. */
export type TypedLimit = {
  readonly warning: string
  readonly breach: string
  readonly hysteresis: string
}

/** What was typed, by whose limit it is; what was not touched is not in it. */
export type TypedLimits = ReadonlyMap<string, { readonly of: LimitOf; readonly typed: TypedLimit }>

/** The scope of all strategies that have no limit of their own. */
export const EVERY_SCOPE = 'every strategy'
const NO_LIMIT: TypedLimit = { warning: '', breach: '', hysteresis: '' }

const keyOf = ({ scope, period, measure }: LimitOf): string =>
  JSON.stringify([scope, period, measure])

/** A limit as the form begins with it; empty where none is set. */
function setLimit(set: readonly DrawdownLimitSetting[], of: LimitOf): TypedLimit {
  const limit = set.find((one) => keyOf(one) === keyOf(of))
  if (limit === undefined) return NO_LIMIT
  const { warning = '', breach = '', hysteresis } = limit
  return { warning, breach, hysteresis: hysteresis === '0' ? '' : hysteresis }
}

/** What stands in the form: as typed, else as set. */
export const shownLimit = (
  set: readonly DrawdownLimitSetting[],
  typed: TypedLimits,
  of: LimitOf,
): TypedLimit => typed.get(keyOf(of))?.typed ?? setLimit(set, of)

export const typeLimit = (typed: TypedLimits, of: LimitOf, limit: TypedLimit): TypedLimits =>
  new Map(typed).set(keyOf(of), { of, typed: limit })

const isEmpty = ({ warning, breach, hysteresis }: TypedLimit): boolean =>
  [warning, breach, hysteresis].every((each) => each.trim() === '')

/**
 * The limits as they were set with what was typed; what is emptied is no limit any more, others
 * stay where they are. Else what is wrong, beginning with what `name` calls the limit.
 */
export function limitsTyped(
  set: readonly DrawdownLimitSetting[],
  typed: TypedLimits,
  name: (of: LimitOf) => string,
): Result<readonly DrawdownLimitSetting[], string> {
  const limits = new Map(set.map((limit) => [keyOf(limit), limit]))
  for (const [key, one] of typed) {
    if (isEmpty(one.typed)) limits.delete(key)
    else {
      const read = limitTyped(one.of, one.typed)
      if (!read.ok) return err(`${name(one.of)}: ${read.error}.`)
      limits.set(key, read.value)
    }
  }
  return ok([...limits.values()])
}

function limitTyped(of: LimitOf, typed: TypedLimit): Result<DrawdownLimitSetting, string> {
  for (const mark of ['warning', 'breach', 'hysteresis'] as const) {
    const text = typed[mark].trim()
    if (text !== '' && !PLAIN_AMOUNT.test(text))
      return err(`the ${mark} must be a plain number, such as 2.5`)
  }
  const [warning, breach] = [typed.warning.trim(), typed.breach.trim()]
  const limit = {
    ...of,
    ...(warning === '' ? {} : { warning }),
    ...(breach === '' ? {} : { breach }),
    hysteresis: typed.hysteresis.trim() || '0',
  }
  const fault = limitFault(limit)
  return fault === null ? ok(limit) : err(fault)
}
