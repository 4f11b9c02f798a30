import { createServer, type Server, type Socket } from 'node:net'

/** Only this machine may connect: nobody can take the simulation for a broker on the network. */
export const LOOPBACK = '127.0.0.1'

/** A listening port that can go away and come back. */
export type Listener = {
  readonly port: () => number
  readonly listen: () => Promise<void>
  /** Stops listening; sockets that are open stay open. */
  readonly stop: () => Promise<void>
}

/** Listens on a loopback port; 0 takes a free one and keeps it for every later `listen`. */
export function createListener(port: number, connected: (socket: Socket) => void): Listener {
  let server: Server | null = null
  let actual = port
  return {
    port: () => actual,
    listen: () =>
      new Promise((resolve, reject) => {
        const fresh = createServer({ noDelay: true }, connected)
        fresh.once('error', reject)
        fresh.listen({ port: actual, host: LOOPBACK }, () => {
          fresh.off('error', reject)
          const address = fresh.address()
          if (typeof address === 'object' && address !== null) actual = address.port
          server = fresh
          resolve()
        })
      }),
    stop: () =>
      new Promise((resolve) => {
        const stopping = server
        server = null
        if (stopping === null) resolve()
        else {
          stopping.close()
          // The port is free once the handle is closed; open sockets must not delay that.
          setImmediate(resolve)
        }
      }),
  }
}
