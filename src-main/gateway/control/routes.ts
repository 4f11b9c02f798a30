import type { WantedFill } from '../scenario/traders.ts'
import { ACTIONS } from './action-routes.ts'
import {
  BadRequest,
  countOf,
  decimalOf,
  instrumentIn,
  neededDecimal,
  objectOf,
  textOf,
  type Body,
} from './body.ts'
import type { Commands } from './commands.ts'

export type Reply = { readonly status: number; readonly body: unknown }
type Route = (commands: Commands, body: unknown) => Reply | Promise<Reply>

const done = (body: unknown = { done: true }): Reply => ({ status: 200, body })

function wantedFill(commands: Commands, body: Body): WantedFill {
  const side = textOf(body, 'side')?.toLowerCase()
  if (side !== 'buy' && side !== 'sell') throw new BadRequest('side must be buy or sell.')
  const quantity = neededDecimal(body, 'quantity')
  const isManual = body['manual'] === true
  return {
    instrument: instrumentIn(commands, body),
    side,
    quantity,
    price: decimalOf(body, 'price'),
    orderRef: textOf(body, 'orderRef') ?? (isManual ? '' : 'MOMENTUM:control'),
    isManual,
    account: textOf(body, 'account'),
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
  if (how !== 'fin' && how !== 'rst' && how !== 'half')
    throw new BadRequest('how must be fin, rst or half.')
  return done({ closed: commands.disconnect(how) })
}

function scenario(commands: Commands, body: Body): Reply {
  const name = textOf(body, 'name') ?? ''
  if (!commands.setScenario(name)) throw new BadRequest(`There is no scenario "${name}".`)
  return done({ scenario: name })
}

const MOST_PORT = 65_535

async function movePort(commands: Commands, body: Body): Promise<Reply> {
  const port = countOf(body, 'port', 0)
  if (port > MOST_PORT) throw new BadRequest(`port must be at most ${MOST_PORT}.`)
  try {
    return done({ port: await commands.movePort(port) })
  } catch {
    throw new BadRequest(`Port ${port} cannot be listened on: choose another.`)
  }
}

const MOST_SECONDS = 31 * 86_400

async function advance(commands: Commands, body: Body): Promise<Reply> {
  const seconds = countOf(body, 'seconds', null)
  if (seconds > MOST_SECONDS) throw new BadRequest(`seconds must be at most ${MOST_SECONDS}.`)
  const done = commands.advance(1000 * seconds)
  if (done === null) throw new BadRequest('The time of this gateway cannot be moved.')
  await done
  return { status: 200, body: { at: commands.state()['at'] } }
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
      const [execution] = commands.fill(wantedFill(commands, objectOf(body)))
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
  ['POST /move-port', (commands, body) => movePort(commands, objectOf(body))],
  [
    'POST /disclaimer',
    (commands, body) => {
      const isAccepted = objectOf(body)['accepted'] === true
      commands.setDisclaimer(!isAccepted)
      return done({ accepted: isAccepted })
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
  ['POST /advance', (commands, body) => advance(commands, objectOf(body))],
  ['POST /scenario', (commands, body) => scenario(commands, objectOf(body))],
  ...Object.entries(ACTIONS).map(([path, act]): [string, Route] => [
    `POST ${path}`,
    (commands, body) => done(act(commands, objectOf(body))),
  ]),
])
