import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import type { $ZodType } from 'zod/v4/core'
import { contract } from '#shared/api/contract.ts'
import { liveChanges, liveSnapshot } from '#shared/api/live.ts'
import { decimalString, millis } from '#shared/api/decimal.ts'
import * as views from '#shared/api/views.ts'
import { VERSION } from '#shared/version.ts'
import { holdsDecimals } from './decimals.ts'
import { problem } from './problems.ts'
import type { Route } from './routes.ts'

const ABOUT = `What Truebook keeps of your Interactive Brokers account, for scripts on this machine.

Money, prices and quantities are decimal strings, exact to the last digit; with \`?numbers=true\`
they are JSON numbers, which lose digits beyond about the fifteenth. Times are milliseconds since
1970 UTC. null is unknown, never zero. Every answer that is no success is a \`Problem\`.`

const PROBLEM = { $ref: '#/components/schemas/Problem' }

const refused = (description: string): OpenAPI.ResponseObject => ({
  description,
  content: { 'application/json': { schema: PROBLEM } },
})

/** What any procedure may be refused with before it runs. */
const REFUSALS: Readonly<Record<string, OpenAPI.ResponseObject>> = {
  400: refused('The input is wrong; `field` names the part'),
  401: refused('The token of this run is missing or wrong'),
  403: refused('The request comes from a page of another origin'),
  404: refused('There is no book of this account, or nothing at this address'),
  405: refused('The address is answered by another method'),
  409: refused('It cannot be carried out now; the message says why'),
  421: refused('The request is addressed to another host'),
  500: refused('The program failed; its log says why'),
}

const BODY_REFUSALS: Readonly<Record<string, OpenAPI.ResponseObject>> = {
  413: refused('The body is too large'),
  415: refused('The body is no JSON'),
}

const NUMBERS: OpenAPI.ParameterObject = {
  name: 'numbers',
  in: 'query',
  required: false,
  description: 'With true, decimals are JSON numbers instead of strings. Lossy.',
  schema: { type: 'boolean', default: false },
}

/** The OpenAPI 3.1 document of the contract, as it is served on this port. */
export async function documentOf(routes: readonly Route[], port: number): Promise<unknown> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const output = (schema: $ZodType) => ({ schema: schema as never, strategy: 'output' as const })
  const document = await generator.generate(contract, {
    info: { title: 'Truebook', version: VERSION, description: ABOUT },
    servers: [{ url: `http://127.0.0.1:${port}` }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    security: [{ token: [] }],
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token of this run, from api.json in the data directory',
        },
      },
    },
    commonSchemas: {
      Problem: output(problem),
      Decimal: output(decimalString),
      Millis: output(millis),
      LinkView: output(views.linkView),
      PositionRow: output(views.positionRow),
      FillRow: output(views.fillRow),
      OrderRow: output(views.orderRow),
      AccountView: output(views.accountView),
      BookView: output(views.bookView),
      StatusView: output(views.statusView),
      HealthView: output(views.healthView),
      LiveSnapshot: output(liveSnapshot),
      LiveChanges: output(liveChanges),
    },
    customErrorResponseBodySchema: PROBLEM as never,
  })
  for (const route of routes) complete(document, route)
  return document
}

/** Adds what the contract does not know: the ways HTTP refuses, and decimals as numbers. */
function complete(document: OpenAPI.Document, route: Route): void {
  const operation = document.paths?.[route.path]?.[route.method === 'GET' ? 'get' : 'post']
  if (operation === undefined) return
  const { parameters = [], requestBody: body } = operation
  for (const parameter of parameters) asPlain(parameter)
  const isDecimal = route.output !== undefined && holdsDecimals(route.output)
  if (isDecimal) operation.parameters = [...parameters, NUMBERS]
  // Without a body the input is an empty object.
  if (body && 'content' in body) body.required = needsBody(body)
  addRefusals(operation, route)
  if (route.name === 'health.state') asHealth(operation)
}

function addRefusals(operation: OpenAPI.OperationObject, { method }: Route): void {
  const { 200: success } = operation.responses ?? {}
  const own = method === 'POST' ? BODY_REFUSALS : {}
  operation.responses = { ...(success && { 200: success }), ...REFUSALS, ...own }
}

/** The generator lets every parameter be empty; here an empty one is refused. */
function asPlain(parameter: OpenAPI.ParameterObject | OpenAPI.ReferenceObject): void {
  if (!('schema' in parameter)) return
  delete parameter.allowEmptyValue
  delete parameter.allowReserved
  if ('description' in parameter.schema) parameter.description ??= parameter.schema.description
}

function needsBody({ content }: OpenAPI.RequestBodyObject): boolean {
  const schema = content['application/json']?.schema
  return schema !== undefined && 'required' in schema && schema.required.length > 0
}

const ALIVE: OpenAPI.SchemaObject = {
  type: 'object',
  description: 'The answer to who sends no token',
  properties: { status: { const: 'alive' } },
  required: ['status'],
}

/** Without a token it is answered, too, and it says by its status how things are. */
function asHealth(operation: OpenAPI.OperationObject): void {
  const content = (...oneOf: (OpenAPI.SchemaObject | OpenAPI.ReferenceObject)[]) => ({
    'application/json': { schema: { oneOf } },
  })
  const health = { $ref: '#/components/schemas/HealthView' }
  operation.security = [{ token: [] }, {}]
  operation.responses = {
    ...operation.responses,
    200: { description: 'The core can serve', content: content(health, ALIVE) },
    503: { description: 'A ledger cannot be used; its problem says why', content: content(health) },
  }
}
