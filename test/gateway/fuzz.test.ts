import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import type { Fields, Part } from '#gateway/wire/layout.ts'
import { REQUESTS } from '#gateway/wire/requests.ts'
import { problemOf } from './second-decoder.ts'
import { aGateway, endAll, openRaw, request, settle } from './support.ts'

afterEach(endAll)

/** A request of the layout at a version, every conditional part left out. */
function plainRequest(parts: readonly Part[], version: number): string[] {
  return parts.flatMap((part) => {
    if (part.part === 'rows') return ['0']
    if (part.part === 'token') return [part.kind === 'text' ? 'A' : '1']
    const isThere = part.test(NO_FIELDS, version)
    return isThere ? plainRequest(part.parts, version) : []
  })
}

const NO_FIELDS: Fields = {
  text: () => '',
  integer: () => null,
  flag: () => false,
  decimal: () => null,
  rows: () => [],
}

it('ten thousand damaged requests of every layout are answered, and nobody is hurt', async () => {
  const gateway = await aGateway({ scenario: 'busy', marketDataLines: 20 })
  gateway.time.advance(2000)
  const shapes = Object.values(REQUESTS).filter(({ id }) => id !== 71)
  const damaged = fc.sample(
    fc.tuple(
      fc.constantFrom(...shapes),
      fc.constantFrom('', '0', '-1', '2147483647', '1e308', 'BAG', '-0.5', '9'.repeat(40), ' 5'),
      fc.array(fc.tuple(fc.nat(120), fc.string({ maxLength: 6 })), { maxLength: 3 }),
    ),
    { numRuns: 10_000, seed: 5 },
  )
  const client = await openRaw(gateway.port, 0)
  const bytes = damaged.map(([{ id, layout }, filling, changes]) => {
    const tokens = plainRequest(layout, 193).map((token) => (filling === '' ? token : filling))
    for (const [at, text] of changes) tokens[at % Math.max(1, tokens.length)] = text
    return request(id, ...tokens.map((token) => token.replaceAll('\0', '')))
  })
  for (let start = 0; start < bytes.length; start += 500) {
    client.write(Buffer.concat(bytes.slice(start, start + 500)))
    await settle(1)
    gateway.time.advance(250)
  }
  client.send(49, 1)
  await client.until(([id]) => id === '49', client.messages.length)
  expect(gateway.logged.filter((sentence) => sentence.includes('broke us'))).toEqual([])
  expect(client.messages.map((one) => problemOf(one, 193)).find(Boolean)).toBeUndefined()
})

it('ten thousand damaged messages are judged by the second reader', async () => {
  const gateway = await aGateway({ scenario: 'manual-trades', masterClientId: 0 })
  const client = await openRaw(gateway.port, 0)
  client.send(61, 1)
  client.send(6, 2, 1, 'DEMO1000001')
  gateway.time.advance(20_000)
  client.send(16, 1)
  client.send(99, 0)
  client.send(9, 8, 902, '', 'AAPL', ...Array.from({ length: 10 }, () => ''), 0, '', '', '')
  await client.message(52)
  const sound = client.messages.filter(([id]) => id !== '49')
  const damage = fc.tuple(
    fc.constantFrom(...sound),
    fc.nat(200),
    fc.constantFrom('', 'x', '-1', '2000000000', '1e9', '9'.repeat(30)),
    fc.constantFrom('replace', 'insert', 'cut', 'repeat'),
  )
  const verdicts = { sound: 0, wrong: 0 }
  for (const [message, where, token, how] of fc.sample(damage, { numRuns: 10_000, seed: 6 })) {
    const at = where % message.length
    const [before, after] = [message.slice(0, at), message.slice(at)]
    const damaged = {
      replace: [...before, token, ...after.slice(1)],
      insert: [...before, token, ...after],
      cut: before,
      repeat: [...message, ...message],
    }[how]
    verdicts[problemOf(damaged, 193) === null ? 'sound' : 'wrong'] += 1
  }
  expect(verdicts.sound + verdicts.wrong).toBe(10_000)
  // A token more, or fewer, never passes for a message; a text may be replaced by another.
  expect(verdicts.wrong).toBeGreaterThan(7000)
})
