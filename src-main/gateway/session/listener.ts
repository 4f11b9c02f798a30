import { createServer, type Server, type Socket } from 'node:net'

/** Only this machine may connect: nobody can take the simulation for a broker on the network. */
export const LOOPBACK = '127.0.0.1'

/** A listening port that can go away and come back. */
export type Listener = {
  readonly port: () => number
  readonly listen: () => Promise<void>
  /** Listens on another port instead; 0 takes a free one. Answers it. */
  readonly move: (port: number) => Promise<number>
  /** Stops listening; sockets that are open stay open. */
  readonly stop: () => Promise<void>
}

/**
 * Listens on a loopback port; 0 takes a free one and keeps it for every later `listen`. To listen
 * while listening is to do nothing.
 */
export function createListener(port: number, connected: (socket: Socket) => void): Listener {
  let server: Server | null = null
  let actual = port
  return {
    port: () => actual,
    listen: async () => {
      if (server !== null) return
      const fresh = createServer({ noDelay: true }, connected)
      server = fresh
      try {
        actual = await open(fresh, actual)
      } catch (error) {
        if (server === fresh) server = null
        throw error
      }
    },
    move: async (port) => {
      const fresh = createServer({ noDelay: true }, connected)
      actual = await open(fresh, port)
      server?.close()
      server = fresh
      return actual
    },
    stop: () => {
      server?.close()
      server = null
      // The port is free once the handle is closed; open sockets must not delay that.
      return new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** Answers the port it listens on. */
function open(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: LOOPBACK }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
