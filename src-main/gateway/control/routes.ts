import { D, type Decimal } from '#shared/money.ts'
import { instrumentOf, instrumentOfSymbol } from '../market/catalogue.ts'
import type { Instrument } from '../market/instrument.ts'
import type { WantedFill } from '../scenario/traders.ts'
import type { Commands } from './commands.ts'

/** A command that cannot be understood; the message is a sentence for its sender. */
export class BadRequest extends Error {}

export type Reply = { readonly status: number; readonly body: unknown }
type Route = (commands: Commands, body: unknown) => Reply | Promise<Reply>

type Body = Readonly<Record<string, unknown>>

const done = (body: unknown = { done: true }): Reply => ({ status: 200, body })

function objectOf(body: unknown): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new BadRequest('The body must be a JSON object.')
  return body as Body
}

function textOf(body: Body, name: string): string | null {
  const value = body[name] ?? null
  if (value !== null && typeof value !== 'string') throw new BadRequest(`${name} must be a text.`)
  return value
}

/** A positive number, as a number or a decimal text; null when it is not there. */
function decimalOf(body: Body, name: string): Decimal | null {
  const value = body[name] ?? null
  if (value === null) return null
  const isNumber = typeof value === 'number' || typeof value === 'string'
  if (!isNumber || !/^\d+(\.\d+)?$/.test(String(value)) || Number(value) <= 0)
    throw new BadRequest(`${name} must be a number above 0.`)
  return new D(value)
}

function countOf(body: Body, name: string, otherwise: number | null): number {
  const value = body[name] ?? otherwise
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new BadRequest(`${name} must be a number, at least 0.`)
  return value
}

function instrumentIn(body: Body): Instrument {
  const conId = body['conId'] ?? null
  const symbol = textOf(body, 'symbol')
  const found = conId === null ? instrumentOfSymbol(symbol ?? '') : instrumentOf(Number(conId))
  if (found === null) throw new BadRequest('There is no such instrument: give a symbol or conId.')
  return found
}

function wantedFill(body: Body): WantedFill {
  const side = textOf(body, 'side')?.toLowerCase()
  if (side !== 'buy' && side !== 'sell') throw new BadRequest('side must be buy or sell.')
  const quantity = decimalOf(body, 'quantity')
  if (quantity === null) throw new BadRequest('quantity is missing.')
  const isManual = body['manual'] === true
  return {
    instrument: instrumentIn(body),
    side,
    quantity,
    price: decimalOf(body, 'price'),
    orderRef: textOf(body, 'orderRef') ?? (isManual ? '' : 'MOMENTUM:control'),
    isManual,
  }
}

function correction(commands: Commands, body: Body): Reply {
  const execId = textOf(body, 'execId')
  if (execId === null) throw new BadRequest('execId is missing.')
  const price = decimalOf(body, 'price')
  const quantity = decimalOf(body, 'quantity')
  const told = commands.correct(execId, { price, quantity })
  if (told === null) throw new BadRequest(`There is no execution ${execId}.`)
  return done(told)
}

function disconnection(commands: Commands, body: Body): Reply {
  const how = textOf(body, 'how') ?? 'fin'
  if (how !== 'fin' && how !== 'rst') throw new BadRequest('how must be fin or rst.')
  return done({ closed: commands.disconnect(how) })
}

function scenario(commands: Commands, body: Body): Reply {
  const name = textOf(body, 'name') ?? ''
  if (!commands.setScenario(name)) throw new BadRequest(`There is no scenario "${name}".`)
  return done({ scenario: name })
}

/** Every command, by method and path. */
export const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['GET /health', () => done({ ok: true })],
  ['GET /state', (commands) => done(commands.state())],
  ['GET /record', async (commands) => done(await commands.record())],
  [
    'POST /flush',
    async (commands) => {
      await commands.flush()
      return done()
    },
  ],
  [
    'POST /pause',
    (commands) => {
      commands.pause()
      return done()
    },
  ],
  [
    'POST /resume',
    (commands) => {
      commands.resume()
      return done()
    },
  ],
  [
    'POST /fill',
    (commands, body) => {
      const [execution] = commands.fill(wantedFill(objectOf(body)))
      return done(execution)
    },
  ],
  ['POST /correct', (commands, body) => correction(commands, objectOf(body))],
  [
    'POST /flood',
    (commands, body) => {
      const wanted = objectOf(body)
      const count = countOf(wanted, 'count', null)
      commands.flood({ count, perSecond: countOf(wanted, 'perSecond', 0) })
      return done({ count })
    },
  ],
  ['POST /disconnect', (commands, body) => disconnection(commands, objectOf(body))],
  [
    'POST /restart',
    (commands, body) => {
      commands.restart(countOf(objectOf(body), 'seconds', 3))
      return done()
    },
  ],
  [
    'POST /stop-listening',
    (commands, body) => {
      commands.stopListening(countOf(objectOf(body), 'seconds', null))
      return done()
    },
  ],
  [
    'POST /silent',
    (commands, body) => {
      commands.silence(countOf(objectOf(body), 'seconds', null))
      return done()
    },
  ],
  [
    'POST /info',
    (commands, body) => {
      const wanted = objectOf(body)
      commands.news(countOf(wanted, 'code', null), textOf(wanted, 'message') ?? '')
      return done()
    },
  ],
  ['POST /scenario', (commands, body) => scenario(commands, objectOf(body))],
])
