import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '#shared/api/contract.ts'
import type { LiveSnapshot } from '#shared/api/live.ts'
import type { BookView, LinkView } from '#shared/api/views.ts'
import { eventually, startProgram, within, type Program } from './program.ts'

export type Client = ContractRouterClient<typeof contract>

/** The workstation's core as a process, and the contract it serves. */
export type Workstation = {
  readonly url: string
  readonly client: Client
  readonly program: Program
  /** What a screen would show now. */
  readonly screen: () => Promise<LiveSnapshot>
  readonly link: () => Promise<LinkView>
  /** Waits until the link is in this state. */
  readonly linked: (state?: LinkView['state'], withinMs?: number) => Promise<LinkView>
  /** Waits until the book stands on an opening position. */
  readonly opened: () => Promise<BookView>
  /** Waits until the link's problem says so. */
  readonly complains: (pattern: RegExp, withinMs?: number) => Promise<LinkView>
  readonly kill: Program['kill']
  readonly stop: Program['stop']
}

const ANSWERS_WITHIN_MS = 10_000
/** An account that trades without a pause is taken instrument by instrument. */
const OPENS_WITHIN_MS = 60_000

/** Starts the built core; it need not be ready, nor ever become so. */
export const launch = (flags: readonly string[]): Program =>
  startProgram('out/main/web.js', ['--no-open', ...flags])

/** Starts the built core and waits until it serves. */
export async function startWorkstation(flags: readonly string[]): Promise<Workstation> {
  const program = launch(flags)
  return connect(await readyUrl(program), program)
}

export const readyUrl = async (program: Program): Promise<string> =>
  (await program.says(/^Truebook ready: (\S+)$/))[1] ?? ''

/** Talks to a core over its WebSocket, as a screen does. */
export async function connect(url: string, program: Program): Promise<Workstation> {
  const { host, searchParams } = new URL(url)
  const websocket = new WebSocket(`ws://${host}/rpc?token=${searchParams.get('token') ?? ''}`)
  await within(
    ANSWERS_WITHIN_MS,
    new Promise((resolve) => websocket.addEventListener('open', resolve)),
    () => `No WebSocket at ${host}`,
  )
  const client: Client = createORPCClient(new RPCLink({ websocket }))
  const link = (): Promise<LinkView> =>
    within(ANSWERS_WITHIN_MS, client.link.state(), () => 'The core does not answer.')
  const seen = (what: string, isSo: (view: LinkView) => boolean, withinMs?: number) =>
    eventually(
      what,
      async () => {
        const view = await link()
        return isSo(view) && view
      },
      withinMs,
    )
  const end = (how: Program['kill']): Program['kill'] => {
    return () => {
      websocket.close()
      return how()
    }
  }
  return {
    url,
    client,
    program,
    link,
    screen: () => screenOf(client),
    linked: (state = 'connected', ms) =>
      seen(`the link is ${state}`, (view) => view.state === state, ms),
    opened: () =>
      eventually(
        'an opening position',
        async () => {
          const book = await client.book.state({}).catch(() => null)
          return book?.opening === 'proposed' && book
        },
        OPENS_WITHIN_MS,
      ),
    complains: (pattern, ms) =>
      seen(
        `the link says ${String(pattern)}`,
        ({ problem }) => problem !== null && pattern.test(`${problem.message} ${problem.remedy}`),
        ms,
      ),
    kill: end(program.kill),
    stop: end(program.stop),
  }
}

async function screenOf(client: Client): Promise<LiveSnapshot> {
  const messages = await client.live.subscribe({})
  for await (const message of messages) {
    if (message.kind === 'snapshot') return message
  }
  throw new Error('The live stream ended without a snapshot.')
}
