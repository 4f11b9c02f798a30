import { z } from 'zod'
import { limitFault, PLAIN_AMOUNT } from './limit-fault.ts'

/**
 * An exact amount, which is never a number of JavaScript. What compares amounts does not run on
 * one that is none.
 */
export const amount = z.preprocess(
  (said) => (typeof said === 'number' ? String(said) : said),
  z
    .string()
    .trim()
    .regex(PLAIN_AMOUNT, { error: 'must be a plain decimal, such as 0.01', abort: true }),
)
/**
 * How far a drawdown may go: a mark to be warned at, and one that is a breach. See
 * docs/settings.md.
 */
const drawdownLimit = z
  .strictObject({
    scope: z
      .string()
      .trim()
      .min(1, 'must not be empty')
      .describe('account, every strategy, or the name of one'),
    period: z.enum(['total', 'weekly', 'daily'], 'must be total, weekly or daily'),
    measure: z.enum(['percent', 'money'], 'must be percent or money'),
    warning: amount.optional(),
    breach: amount.optional(),
    hysteresis: amount.default('0'),
  })
  .superRefine((limit, context) => {
    const fault = limitFault(limit)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  })

/** At most one limit for each scope, period and measure. */
export const drawdownLimits = z.array(drawdownLimit).superRefine((limits, context) => {
  const keys = limits.map((one) => `${one.scope} ${one.period} in ${one.measure}`)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined)
    context.addIssue({ code: 'custom', message: `sets two limits for ${twice}: keep one of them` })
})
