import { implement, ORPCError } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { WebSocketServer } from 'ws'
import { contract } from '#shared/api/contract.ts'
import type { DemoView } from '#shared/api/demo.ts'
import type { LiveChanges, LiveMessage, LiveSnapshot } from '#shared/api/live.ts'
import type { BookView } from '#shared/api/views.ts'
import type { LoadedWorkspace } from '#shared/api/workspace.ts'
import type { Listening } from '#shared/link.ts'
import {
  attributionAnswers,
  autoUpdateAnswers,
  portfolioAnswers,
  transferAnswers,
} from './fake-answers.ts'
import { aSnapshot } from './fake-book.ts'
import { AN_ALLOCATION, NO_DRAWDOWN, NO_STRATEGIES } from './fake-strategies.ts'

const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws:; base-uri 'none'"
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export type Change = Omit<LiveChanges, 'kind' | 'subscription' | 'revision'>

type Listener = (message: LiveMessage) => void

/** A core of nothing but the contract: it says what a test tells it to, over a real socket. */
export class FakeCore {
  snapshot: LiveSnapshot
  readonly acknowledged: number[] = []
  readonly calls: string[] = []
  readonly token = 'let-me-in'
  /** What was saved, and what the next start is told. */
  workspace: LoadedWorkspace = { document: null, notice: null }
  subscriptions = 0
  isLettingIn = true
  /** What the screen said last that it shows. */
  watched: number[] = []
  /** Which desk it says it is, and why it is no other. */
  demo: DemoView = { desk: 'real', obstacle: null }
  /** What a search finds. */
  listening: Listening[] = []
  strategies = NO_STRATEGIES
  drawdown = NO_DRAWDOWN
  private readonly listeners = new Map<Listener, { subscription: string; revision: number }>()
  private readonly sockets = new Set<Socket>()
  private readonly root: string
  private server: Server | null = null
  private port = 0

  constructor(root: string, snapshot: LiveSnapshot = aSnapshot()) {
    this.root = root
    this.snapshot = snapshot
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/?token=${this.token}`
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://x').pathname)
      const file = join(this.root, path === '/' ? 'index.html' : path)
      if (!existsSync(file)) {
        response.writeHead(404).end()
        return
      }
      response.setHeader('content-security-policy', CSP)
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
      createReadStream(file).pipe(response)
    })
    this.serveContract(server)
    server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
    this.port = (server.address() as AddressInfo).port
    this.server = server
  }

  async stop(): Promise<void> {
    this.listeners.clear()
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.server?.close(resolve))
  }

  /** Says what has changed to everyone who listens. */
  say(change: Change): void {
    const { positions = [] } = change
    const byKey = new Map(this.snapshot.positions.map((row) => [row.key, row]))
    for (const row of positions) byKey.set(row.key, row)
    this.snapshot = {
      ...this.snapshot,
      link: change.link ?? this.snapshot.link,
      book: change.book ?? this.snapshot.book,
      account: change.account ?? this.snapshot.account,
      status: change.status ?? this.snapshot.status,
      positions: [...byKey.values()],
      fills: [...(change.fills ?? []), ...this.snapshot.fills],
    }
    for (const [listener, cursor] of this.listeners) {
      cursor.revision += 1
      listener({ kind: 'changes', ...cursor, ...change })
    }
  }

  /** Loses one message on the way: the next one leaves a gap. */
  skipOne(): void {
    for (const cursor of this.listeners.values()) cursor.revision += 1
  }

  private serveContract(server: Server): void {
    const handler = new RPCHandler(this.router())
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const url = new URL(request.url ?? '/', 'http://x')
      const isKnown = this.isLettingIn && url.searchParams.get('token') === this.token
      if (!isKnown || url.pathname !== '/rpc') {
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n')
        return
      }
      sockets.handleUpgrade(request, socket, head, (ws) => void handler.upgrade(ws))
    })
  }

  private decide(opening: BookView['opening']): BookView {
    const { book } = this.snapshot
    if (book === null) throw new ORPCError('NO_BOOK')
    this.calls.push(opening)
    const decided = { ...book, opening }
    this.say({ book: decided })
    return decided
  }

  private router() {
    const os = implement(contract)
    return os.router({
      health: {
        state: os.health.state.handler(() => {
          throw new Error('The screen does not ask for it.')
        }),
      },
      link: {
        state: os.link.state.handler(() => this.snapshot.link),
        reconnect: os.link.reconnect.handler(() => {
          this.calls.push('reconnect')
          return {}
        }),
        search: os.link.search.handler(() => this.listening),
        configure: os.link.configure.handler(({ input }) => {
          this.calls.push(`configure ${input.host}:${input.port ?? '?'} ${input.clientId}`)
          return { link: this.snapshot.link, overridden: [] }
        }),
        history: os.link.history.handler(() => []),
      },
      demo: {
        state: os.demo.state.handler(() => this.demo),
        open: os.demo.open.handler(() => {
          this.calls.push('demo opened')
          return {}
        }),
        close: os.demo.close.handler(() => {
          this.calls.push('demo closed')
          return {}
        }),
      },
      settings: {
        get: os.settings.get.handler(() => []),
        change: os.settings.change.handler(({ input }) => {
          this.calls.push(`change ${JSON.stringify(input.values)}`)
          return { settings: [], overridden: [] }
        }),
      },
      account: {
        list: os.account.list.handler(() => this.snapshot.accounts),
        summary: os.account.summary.handler(() => this.snapshot.account),
      },
      portfolio: portfolioAnswers(os, this.calls),
      jobs: {
        list: os.jobs.list.handler(() => this.snapshot.jobs),
        run: os.jobs.run.handler(({ input }) => {
          this.calls.push(`job ${input.name}`)
          return this.snapshot.jobs.find(({ name }) => name === input.name)!
        }),
      },
      positions: {
        list: os.positions.list.handler(() => this.snapshot.positions),
        ...transferAnswers(os, this.calls),
      },
      strategies: {
        list: os.strategies.list.handler(() => this.strategies),
        allocations: os.strategies.allocations.handler(() => []),
        allocate: os.strategies.allocate.handler(({ input }) => {
          this.calls.push(`allocate ${input.strategy} ${input.amount} ${input.reason}`)
          return { ...AN_ALLOCATION, ...input }
        }),
        undoAllocation: os.strategies.undoAllocation.handler(() => AN_ALLOCATION),
      },
      drawdown: {
        state: os.drawdown.state.handler(() => this.drawdown),
        reset: os.drawdown.reset.handler(({ input }) => {
          this.calls.push(`reset ${input.scope}`)
          return this.drawdown
        }),
      },
      prices: {
        watch: os.prices.watch.handler(({ input }) => {
          this.watched = input.conIds
          return {}
        }),
      },
      fills: { list: os.fills.list.handler(() => this.snapshot.fills) },
      orders: { list: os.orders.list.handler(() => this.snapshot.orders) },
      book: {
        state: os.book.state.handler(() => this.snapshot.book!),
        confirmOpening: os.book.confirmOpening.handler(() => this.decide('confirmed')),
        undoOpening: os.book.undoOpening.handler(() => this.decide('undone')),
        proposeOpening: os.book.proposeOpening.handler(() => this.decide('proposed')),
        asOf: os.book.asOf.handler(({ input }) => ({
          ...{ account: 'DU1234567', at: input.at, known: input.known },
          ...{ fills: 0, pricedAt: null, positions: [] },
        })),
        refold: os.book.refold.handler(() => ({ positions: 0, differed: 0 })),
      },
      reconcile: {
        state: os.reconcile.state.handler(() => this.snapshot.reconciliation!),
        run: os.reconcile.run.handler(() => {
          this.calls.push('reconcile')
          return this.snapshot.reconciliation!.lastRun!
        }),
        preview: os.reconcile.preview.handler(() => []),
        settle: os.reconcile.settle.handler(() => []),
        undo: os.reconcile.undo.handler(() => ({})),
        history: os.reconcile.history.handler(() => []),
      },
      autoUpdate: autoUpdateAnswers(os),
      attribution: attributionAnswers(os, this.calls),
      journal: { list: os.journal.list.handler(() => []) },
      workspace: {
        load: os.workspace.load.handler(() => this.workspace),
        save: os.workspace.save.handler(({ input }) => {
          this.workspace = { document: input, notice: null }
          return {}
        }),
        reset: os.workspace.reset.handler(() => {
          this.workspace = { document: null, notice: null }
          return {}
        }),
      },
      live: {
        subscribe: os.live.subscribe.handler(({ signal }) => this.stream(signal)),
        acknowledge: os.live.acknowledge.handler(({ input }) => {
          this.acknowledged.push(input.revision)
          return {}
        }),
      },
    })
  }

  private async *stream(signal: AbortSignal | undefined): AsyncGenerator<LiveMessage> {
    this.subscriptions += 1
    const cursor = { subscription: `s${this.subscriptions}`, revision: 1 }
    const waiting: LiveMessage[] = [{ ...this.snapshot, ...cursor }]
    let wake: () => void = () => undefined
    const listener: Listener = (message) => {
      waiting.push(message)
      wake()
    }
    this.listeners.set(listener, cursor)
    signal?.addEventListener('abort', () => wake())
    try {
      while (signal?.aborted !== true) {
        const message = waiting.shift()
        if (message !== undefined) yield message
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.listeners.delete(listener)
    }
  }
}
