import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What answers on the port the workstation is told to connect to. */
export type Answer =
  | 'nothing'
  | 'a web server'
  | 'silence'
  | 'half a message'
  | 'an absurd length'
  | 'an old TWS'
  /** The gateway behind the switchboard. */
  | 'the gateway'

/** One port that can be anything: broken in a chosen way, or the way to a gateway. */
export type Switchboard = {
  readonly port: number
  /** Cuts everybody off; from now on callers meet this. */
  readonly become: (answer: Answer) => Promise<void>
  readonly close: () => Promise<void>
}

export async function openSwitchboard(gatewayPort: number): Promise<Switchboard> {
  const sockets = new Set<Socket>()
  let answer: Answer = 'the gateway'
  let server = await listen(0)
  const { port } = server.address() as AddressInfo
  serve(server)

  function serve(listening: Server): void {
    listening.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
      treat(socket, answer, gatewayPort)
    })
  }
  const hangUp = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return {
    port,
    become: async (next) => {
      answer = next
      await hangUp()
      if (next === 'nothing') return
      server = await listen(port)
      serve(server)
    },
    close: hangUp,
  }
}

function listen(port: number): Promise<Server> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function treat(socket: Socket, answer: Answer, gatewayPort: number): void {
  const greeted = (reply: () => void): void => void socket.once('data', reply)
  switch (answer) {
    case 'nothing':
      socket.destroy()
      return
    case 'silence':
      socket.resume()
      return
    case 'a web server':
      createHttpServer((_, response) => response.end('hello')).emit('connection', socket)
      return
    case 'half a message':
      greeted(() => {
        socket.write(frame('193', '20261121 10:00:05 EST'))
        socket.end(frame('15', '1', 'DEMO1000001').subarray(0, 9))
      })
      return
    case 'an absurd length':
      greeted(() => {
        socket.write(frame('193', '20261121 10:00:05 EST'))
        socket.write(Buffer.from([0x7f, 0xff, 0xff, 0xf0, 0x31]))
      })
      return
    case 'an old TWS':
      greeted(() => socket.write(frame('120', '20261121 10:00:05 EST')))
      return
    case 'the gateway':
      forward(socket, gatewayPort)
  }
}

function forward(socket: Socket, port: number): void {
  const onward = connect(port, '127.0.0.1')
  onward.on('error', () => socket.destroy())
  onward.on('close', () => socket.destroy())
  socket.on('close', () => onward.destroy())
  socket.pipe(onward)
  onward.pipe(socket)
}

function frame(...tokens: readonly string[]): Buffer {
  const body = Buffer.from(tokens.map((token) => `${token}\0`).join(''))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}
