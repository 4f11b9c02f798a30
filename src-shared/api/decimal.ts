import { z } from 'zod'

export const DECIMAL = 'decimal'
/** Marked by its format, so that whoever reads the schema can tell it from an id made of digits. */
export const decimalString = z
  .stringFormat(DECIMAL, /^-?\d+(\.\d+)?$/)
  .describe('An exact decimal, such as -1.25')
export const millis = z.number().int().describe('Milliseconds since 1970 UTC')
