import { z } from 'zod'
import { decimal } from './money.ts'

/** An exact amount, which is never a number of JavaScript. */
export const amount = z.preprocess(
  (said) => (typeof said === 'number' ? String(said) : said),
  z
    .string()
    .trim()
    .regex(/^\d{1,12}(\.\d{1,18})?$/, 'must be a plain decimal, such as 0.01'),
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
  .superRefine(({ measure, warning, breach }, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message })
    const marks = [warning, breach]
      .filter((mark) => mark !== undefined)
      .map((mark) => decimal(mark))
    if (marks.length === 0) refuse('needs a warning, a breach, or both')
    if (marks.some((mark) => mark.isZero())) refuse('a mark must be above 0')
    if (measure === 'percent' && marks.some((mark) => mark.greaterThan(100)))
      refuse('a mark in percent must not be above 100')
    const [first, second] = marks
    if (first !== undefined && second?.lessThanOrEqualTo(first))
      refuse('the breach must be beyond the warning')
  })

/** At most one limit for each scope, period and measure. */
export const drawdownLimits = z.array(drawdownLimit).superRefine((limits, context) => {
  const keys = limits.map((one) => `${one.scope} ${one.period} in ${one.measure}`)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined)
    context.addIssue({ code: 'custom', message: `sets two limits for ${twice}: keep one of them` })
})
