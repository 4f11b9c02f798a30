import { readFileSync } from 'node:fs'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '#shared/api/contract.ts'
import { openedApp, startGateway, until } from './processes.ts'
import { percentile, type Measured } from './results.ts'

const PER_SECOND = 500
const SECONDS = 60
const FILLS = PER_SECOND * SECONDS

type Client = ContractRouterClient<typeof contract>

/**
 * 500 fills a second for a minute, across at least one checkpoint: from the moment the gateway
 * handed an execution to its socket to the moment its fill was durable, and to the moment the
 * message about it was at the screen's end of the WebSocket.
 */
export async function latency(folder: string): Promise<Measured> {
  const record = `${folder}/record.jsonl`
  const gateway = await startGateway(record)
  const app = await openedApp(folder, gateway)
  const before = await app.ask('state', 'state')
  const seen = new Map<string, number>()
  const socket = new WebSocket(`ws://127.0.0.1:${app.ready.port}/rpc?token=bench`)
  const client = createORPCClient<Client>(new RPCLink({ websocket: socket }))
  // The screen is open before anything happens.
  let watching: Promise<void> = Promise.resolve()
  await new Promise<void>((opened) => {
    watching = watch(client, seen, opened)
  })
  await app.ask('probe', 'probing')
  await gateway.post('/flood', { count: FILLS, perSecond: PER_SECOND })
  const walBytes: number[] = []
  await until(app, (state) => {
    walBytes.push(state.walBytes)
    return state.fills >= before.fills + FILLS && state.depth === 0
  })
  const report = await app.ask('report', 'report')
  socket.close()
  await watching
  await app.stop()
  await gateway.stop()
  const sent = sentTimes(record)
  const since = (times: Iterable<readonly [string, number]>): number[] =>
    [...times].flatMap(([id, at]) => at - (sent.get(id) ?? NaN)).filter((ms) => !Number.isNaN(ms))
  const toCommit = since(report.committed)
  const toView = since(seen)
  return {
    'latency.fills': toCommit.length,
    'latency.checkpoints': walBytes.filter((size, at) => size < (walBytes[at - 1] ?? 0)).length,
    'latency.commitP50Ms': percentile(toCommit, 50),
    'latency.commitP95Ms': percentile(toCommit, 95),
    'latency.commitP99Ms': percentile(toCommit, 99),
    'latency.viewP50Ms': percentile(toView, 50),
    'latency.viewP99Ms': percentile(toView, 99),
    'latency.viewed': toView.length,
  }
}

/** Takes in the live stream as the screen does, and notes when each fill was first there. */
async function watch(client: Client, seen: Map<string, number>, opened: () => void): Promise<void> {
  try {
    for await (const message of await client.live.subscribe({})) {
      opened()
      const at = performance.timeOrigin + performance.now()
      for (const { execId } of message.fills ?? []) if (!seen.has(execId)) seen.set(execId, at)
      const { subscription, revision } = message
      void client.live.acknowledge({ subscription, revision })
    }
  } catch {
    // The socket is closed at the end of the run.
  }
}

/** When the gateway handed each execution to the socket, by its own record. */
function sentTimes(record: string): ReadonlyMap<string, number> {
  const sent = new Map<string, number>()
  for (const line of readFileSync(record, 'utf8').split('\n')) {
    if (line === '') continue
    const said = JSON.parse(line) as { type: string; execId: string; sentAt: number | null }
    const isTold = said.type === 'execution' || said.type === 'sent'
    if (isTold && said.sentAt !== null) sent.set(said.execId, said.sentAt)
  }
  return sent
}
