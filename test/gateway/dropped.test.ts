import { afterEach, expect, it } from 'vitest'
import { aGateway, endAll, greeting, openRaw, rawClient } from './support.ts'

afterEach(endAll)

const post = (port: number | null, path: string, body: object): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) })

it('a new port is told with 1300 before the old one is gone', async () => {
  const gateway = await aGateway({ controlPort: 0 })
  const client = await openRaw(gateway.port, 1)
  const told = await post(gateway.controlPort, '/move-port', {})
  const { port } = (await told.json()) as { port: number }
  expect(port).not.toBe(gateway.port)
  const news = await client.until((message) => message[3] === '1300')
  expect(news[2]).toBe('-1')
  expect(news[4]).toMatch(new RegExp(`reconnect on the new port -${port}$`))
  await client.closed
  const late = rawClient(gateway.port)
  await late.closed
  expect(late.messages).toEqual([])
  await openRaw(port, 1)
})

it('a port somebody else has is refused, and nothing changes', async () => {
  const gateway = await aGateway({ controlPort: 0 })
  const told = await post(gateway.controlPort, '/move-port', { port: gateway.controlPort })
  expect(told.status).toBe(400)
  await openRaw(gateway.port, 1)
})

it('nobody comes in with 10141 until the disclaimer is accepted', async () => {
  const gateway = await aGateway({ controlPort: 0, hasDisclaimer: true })
  const client = rawClient(gateway.port)
  client.write(greeting())
  client.send(71, 2, 1, '')
  const refusal = await client.until((message) => message[3] === '10141')
  expect(refusal[2]).toBe('-1')
  await client.closed
  expect(client.of(9)).toEqual([])
  await post(gateway.controlPort, '/disclaimer', { accepted: true })
  await openRaw(gateway.port, 1)
})
