import type { IncomingMessage } from 'node:http'
import type { $ZodType, $ZodTypes } from 'zod/v4/core'
import { badInput, Refusal } from './problems.ts'

/** What a client may send at most in one message: the contract's inputs are small. */
export const MESSAGE_LIMIT = 1024 * 1024

type Fields = Readonly<Record<string, unknown>>

/**
 * The JSON object of a request's body; an empty one is an empty object.
 * @throws {Refusal} when it is no such thing, or too large.
 */
export async function readBody(request: IncomingMessage): Promise<Fields> {
  const text = await readText(request)
  if (text.trim() === '') return {}
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json' || request.headers['content-encoding'] !== undefined) {
    throw new Refusal(415, {
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'Send plain JSON, with the header content-type: application/json.',
    })
  }
  const read = parsed(text)
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return { ...read }
  throw new Refusal(400, {
    code: 'BAD_REQUEST',
    message: 'The body must be one JSON object, such as {"account": "U1234567"}.',
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refusal(400, { code: 'BAD_REQUEST', message: `The body is not JSON: ${why}.` })
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  const promised = Number(request.headers['content-length'] ?? 0)
  if (promised > MESSAGE_LIMIT) throw tooLarge()
  for await (const chunk of request) {
    size += (chunk as Buffer).length
    if (size > MESSAGE_LIMIT) throw tooLarge()
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const tooLarge = (): Refusal =>
  new Refusal(413, {
    code: 'PAYLOAD_TOO_LARGE',
    message: `The body may have ${MESSAGE_LIMIT} bytes at most.`,
  })

/** Whether decimals are to be JSON numbers. @throws {Refusal} when it says neither yes nor no. */
export function wantsNumbers(query: URLSearchParams): boolean {
  const said = query.getAll('numbers')
  if (said.length === 0) return false
  if (said.length === 1 && said[0] === 'true') return true
  if (said.length === 1 && said[0] === 'false') return false
  throw badInput('numbers', 'numbers is wrong: say true or false, once.')
}

/** The parameters of an address, what a number or a flag is meant to be turned into one. */
export function queryInput(schema: $ZodType | undefined, query: Fields): Fields {
  const shape = shapeOf(schema)
  const given = Object.entries(query).filter(([key]) => key !== 'numbers')
  return Object.fromEntries(given.map(([key, text]) => [key, meant(ownPart(shape, key), text)]))
}

/**
 * Refuses what the procedure does not know: a misspelled account must not be answered with the
 * account on screen. @throws {Refusal}
 */
export function refuseUnknown(schema: $ZodType | undefined, input: Fields): void {
  const known = Object.keys(shapeOf(schema))
  const unknown = Object.keys(input).find((key) => !known.includes(key))
  if (unknown === undefined) return
  const advice = known.length === 0 ? 'it takes none' : `those it takes are: ${known.join(', ')}`
  throw badInput(unknown, `There is no parameter ${unknown} here; ${advice}.`)
}

function shapeOf(schema: $ZodType | undefined): Readonly<Record<string, $ZodType | undefined>> {
  const def = (schema as $ZodTypes | undefined)?._zod.def
  return def?.type === 'object' ? def.shape : {}
}

/** The part of that name; never what every object inherits, such as `constructor`. */
export const ownPart = (
  shape: Readonly<Record<string, $ZodType | undefined>>,
  key: string,
): $ZodType | undefined => (Object.hasOwn(shape, key) ? shape[key] : undefined)

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/

/** A text of the address as the type its schema wants, else unchanged, to be refused by it. */
function meant(schema: $ZodType | undefined, text: unknown): unknown {
  if (schema === undefined) return text
  const { def } = (schema as $ZodTypes)._zod
  if ('innerType' in def) return meant(def.innerType, text)
  if (def.type === 'array') {
    return (Array.isArray(text) ? text : [text]).map((one) => meant(def.element, one))
  }
  if (typeof text !== 'string') return text
  if (def.type === 'number') return NUMBER.test(text) ? Number(text) : text
  if (def.type === 'boolean') return text === 'true' || (text === 'false' ? false : text)
  return text
}
