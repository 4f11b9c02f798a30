import { z } from 'zod'
import { EVERY_STRATEGY, UNALLOCATED } from '../ids.ts'

/** The name of a strategy that something can be given to. */
export const strategyName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((name) => name !== EVERY_STRATEGY && name !== UNALLOCATED, {
    message: 'this name is reserved: choose a strategy, or UNATTRIBUTED',
  })
