import { getEventIteratorSchemaDetails, type AnyContractProcedure } from '@orpc/contract'
import { traverseContractProcedures } from '@orpc/server'
import type { $ZodType } from 'zod/v4/core'
import { contract } from '#shared/api/contract.ts'
import { Refusal } from './problems.ts'

/** One place of the API: a method and a path, and what the procedure behind it takes and gives. */
export type Route = {
  /** As the contract names it, such as `positions.list`. */
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly input: $ZodType | undefined
  /** What is answered; of a stream, what each of its messages is. */
  readonly output: $ZodType | undefined
}

/** Every procedure of the contract has a route; `test/shared/contract.test.ts` sees to it. */
export function routesOfContract(): readonly Route[] {
  const routes: Route[] = []
  traverseContractProcedures({ router: contract, path: [] }, ({ contract: procedure, path }) => {
    routes.push(routeOf(path.join('.'), procedure['~orpc']))
  })
  return routes
}

function routeOf(name: string, { inputSchema, outputSchema, route }: Defined): Route {
  const details = getEventIteratorSchemaDetails(outputSchema)
  return {
    name,
    method: route.method === 'GET' ? 'GET' : 'POST',
    path: route.path ?? '',
    tag: route.tags?.[0] ?? '',
    summary: route.summary ?? '',
    input: inputSchema as $ZodType | undefined,
    output: (details?.yields ?? outputSchema) as $ZodType | undefined,
  }
}

type Schema = NonNullable<Parameters<typeof getEventIteratorSchemaDetails>[0]>
type Defined = {
  readonly inputSchema?: Schema
  readonly outputSchema?: Schema
  readonly route: AnyContractProcedure['~orpc']['route']
}

/** A path of the contract may have parts that are given: `/api/orders/{key}`. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`)

/**
 * Finds what a request asks for.
 * @returns the finder; it throws a Refusal where nothing is, or nothing by that method.
 */
export function routeFinder(routes: readonly Route[]): (method: string, path: string) => Route {
  const patterns = routes.map((route) => ({ route, pattern: patternOf(route.path) }))
  return (method, path) => {
    const here = patterns.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route)
    if (here.length === 0) {
      throw new Refusal(404, {
        code: 'NOT_FOUND',
        message: 'There is nothing at this address. /api/openapi.json lists what there is.',
      })
    }
    return here.find((route) => route.method === method) ?? wrongMethod(here)
  }
}

function wrongMethod(here: readonly Route[]): never {
  const allowed = here.map(({ method }) => method).join(', ')
  throw new WrongMethod(allowed)
}

/** The address is there, but not for that method. */
export class WrongMethod extends Refusal {
  readonly allowed: string

  constructor(allowed: string) {
    super(405, { code: 'METHOD_NOT_ALLOWED', message: `Only ${allowed} is answered here.` })
    this.allowed = allowed
  }
}
