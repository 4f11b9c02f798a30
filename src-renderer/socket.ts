import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { Client, Clock, Dial } from './desk.ts'

/** The close codes a core uses to say that the key is not accepted. */
const NOT_LET_IN = new Set([1008, 4401, 4403])

/** True when the core answers plain requests: then a refused socket is a refused key. */
async function isThere(): Promise<boolean> {
  try {
    await fetch('/', { method: 'HEAD', cache: 'no-store' })
    return true
  } catch {
    return false
  }
}

/** Dials the core's WebSocket on the host this page came from. */
export const socketDial =
  (token: string): Dial =>
  () => {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
    const url = `${scheme}://${location.host}/rpc?token=${encodeURIComponent(token)}`
    const websocket = new WebSocket(url)
    const closed = new Promise<'gone' | 'refused'>((resolve) => {
      let wasOpen = false
      websocket.addEventListener('open', () => {
        wasOpen = true
      })
      websocket.addEventListener('close', (event) => {
        if (NOT_LET_IN.has(event.code)) resolve('refused')
        else if (wasOpen) resolve('gone')
        else void isThere().then((there) => resolve(there ? 'refused' : 'gone'))
      })
    })
    const client: Client = createORPCClient(new RPCLink({ websocket }))
    return { client, closed, close: () => websocket.close() }
  }

/** The clock of this computer. */
export const systemClock: Clock = {
  now: () => new Date().getTime(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
