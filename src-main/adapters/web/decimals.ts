import type { $ZodType, $ZodTypes } from 'zod/v4/core'
import { DECIMAL } from '#shared/api/decimal.ts'
import { ownPart } from './input.ts'

/**
 * JSON numbers for who cannot work with decimal strings. Only what the schema declares a decimal
 * becomes one: an id, a symbol or an order reference of nothing but digits stays what it is.
 */

type Schema = $ZodType

/** The schema's decimals as JSON numbers; lossy beyond about 15 digits. */
export function withNumbers(schema: Schema, value: unknown): unknown {
  if (value === null || value === undefined || !holdsDecimals(schema)) return value
  const { def } = (schema as $ZodTypes)._zod
  switch (def.type) {
    case 'string':
      return Number(value)
    case 'object':
      return inObject(value, (key) => ownPart(def.shape, key))
    case 'record':
      return inObject(value, () => def.valueType)
    case 'array':
      return (value as unknown[]).map((element) => withNumbers(def.element, element))
    case 'union': {
      const meant = def.options.find((option) => isMeant(option, value))
      return meant ? withNumbers(meant, value) : value
    }
    default: {
      const [inner] = partsOf(schema)
      return inner ? withNumbers(inner, value) : value
    }
  }
}

const inObject = (value: object, partOf: (key: string) => Schema | undefined): object =>
  Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => {
      const part = partOf(key)
      return [key, part ? withNumbers(part, field) : field]
    }),
  )

const isMeant = (option: Schema, value: unknown): boolean => {
  const parsed = option._zod.run({ value, issues: [] }, { async: false })
  return !(parsed instanceof Promise) && parsed.issues.length === 0
}

const known = new WeakMap<Schema, boolean>()

/** Whether anything that the schema describes is a decimal. */
export function holdsDecimals(schema: Schema): boolean {
  const found = known.get(schema)
  if (found !== undefined) return found
  const holds = anyDecimal(schema, new Set())
  known.set(schema, holds)
  return holds
}

/** A schema may hold itself: each is looked into once. */
function anyDecimal(schema: Schema, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false
  seen.add(schema)
  return isDecimal(schema) || partsOf(schema).some((part) => anyDecimal(part, seen))
}

function isDecimal(schema: Schema): boolean {
  const { def } = (schema as $ZodTypes)._zod
  return def.type === 'string' && 'format' in def && def.format === DECIMAL
}

/** The schemas a schema is made of, as its output has them. */
function partsOf(schema: Schema): readonly Schema[] {
  const { def } = (schema as $ZodTypes)._zod
  switch (def.type) {
    case 'object':
      return Object.values(def.shape)
    case 'array':
      return [def.element]
    case 'record':
      return [def.valueType]
    case 'union':
      return def.options
    case 'lazy':
      return [def.getter()]
    case 'pipe':
      return [def.out]
    default:
      return 'innerType' in def ? [def.innerType] : []
  }
}
