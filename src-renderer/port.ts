import { createORPCClient, DynamicLink } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { BRIDGE, PORT_MESSAGE, type Bridge } from '#shared/api/bridge.ts'
import type { Client, Dial } from './desk.ts'

/** The bridge of the desktop window; null in a browser. */
export function bridgeOfThisPage(): Bridge | null {
  const found: unknown = Reflect.get(window, BRIDGE)
  return typeof found === 'object' && found !== null && 'openPort' in found
    ? (found as Bridge)
    : null
}

/** Asks the bridge for one port, and waits for the message that brings it. */
function openPort(bridge: Bridge, name: string, signal: AbortSignal): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const hear = (event: MessageEvent<unknown>): void => {
      // The window's own messages only: nobody else may put a port under us.
      if (event.source !== window || event.origin !== location.origin) return
      const { data, ports } = event
      if (typeof data !== 'object' || data === null) return
      if (Reflect.get(data, PORT_MESSAGE) !== name || ports[0] === undefined) return
      window.removeEventListener('message', hear)
      resolve(ports[0])
    }
    window.addEventListener('message', hear)
    signal.addEventListener('abort', () => {
      window.removeEventListener('message', hear)
      reject(new Error('The port was closed before it came.'))
    })
    bridge.openPort(name)
  })
}

let opened = 0

/** Opens a port to the core this window belongs to. */
export const portDial =
  (bridge: Bridge): Dial =>
  () => {
    opened += 1
    const stopping = new AbortController()
    const port = openPort(bridge, `port-${opened}`, stopping.signal)
    const link = port.then((one) => {
      const made = new RPCLink({ port: one })
      one.start()
      return made
    })
    const closed = new Promise<'gone'>((resolve) => {
      stopping.signal.addEventListener('abort', () => resolve('gone'))
      void port.then(
        (one) => one.addEventListener('close', () => resolve('gone')),
        () => resolve('gone'),
      )
    })
    const client: Client = createORPCClient(new DynamicLink(() => link))
    const close = (): void => {
      stopping.abort()
      void port.then(
        (one) => {
          // Closing one's own end is not told to oneself, but what waits on it must know.
          one.dispatchEvent(new Event('close'))
          one.close()
        },
        () => undefined,
      )
    }
    return { client, closed, close }
  }
