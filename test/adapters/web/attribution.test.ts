import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { execId } from '#shared/ids.ts'
import { anExecution } from '../../fakes/builders.ts'
import { post, tell } from './asking.ts'
import { serve, type Served } from './served.ts'

let served: Served
let port: number

beforeAll(async () => {
  served = await serve()
  port = served.server.port
  served.broker.connect()
  await vi.waitFor(async () => {
    expect((await tell(port, '/api/book')).json).toMatchObject({ opening: 'proposed' })
  })
  served.broker.execute(anExecution({ execId: execId('e1.01') }))
  await vi.waitFor(async () => expect((await tell(port, '/api/fills')).json).toHaveLength(1))
})
afterAll(() => served.stop())

const owners = async () => {
  const rows = (await tell(port, '/api/positions')).json as { strategy: string; quantity: string }[]
  return rows.map(({ strategy, quantity }) => `${strategy} ${quantity}`).sort()
}

it('a script previews, gives, sees it, and takes it back', async () => {
  const wanted = { orderRef: 'momentum:1', to: 'carry' }
  const shown = await post(port, '/api/attribution/preview', wanted)
  const at = (quantity: string, averageCost: string | null) => ({ quantity, averageCost })
  const effects = [
    { strategy: 'momentum', symbol: 'SPY', before: at('100', '10'), after: at('0', null) },
    { strategy: 'carry', symbol: 'SPY', before: at('0', null), after: at('100', '10') },
  ].map((one) => ({ ...one, conId: 756733, realized: '0' }))
  expect(shown.json).toMatchObject({ fills: 1, effects })
  expect(await owners()).toEqual(['momentum 100'])

  const gave = await post(port, '/api/attribution/apply', { ...wanted, expected: 1 })
  const { command } = gave.json as { command: string }
  expect(gave.json).toMatchObject({ fills: 1, effects })
  expect(await owners()).toEqual(['carry 100', 'momentum 0'])
  expect((await tell(port, '/api/fills')).json).toMatchObject([{ strategy: 'carry' }])

  const back = await post(port, '/api/attribution/undo', { command })
  expect(back.json).toMatchObject({ fills: 1 })
  expect(await owners()).toEqual(['carry 0', 'momentum 100'])
  expect((await tell(port, '/api/attribution/history')).json).toMatchObject([
    { undoes: command, fills: 1, from: ['carry'], to: ['momentum'] },
    { command, undoes: null, fills: 1, undone: 1, reason: 'Every fill of orderRef momentum:1' },
  ])
  const journal = (await tell(port, '/api/journal?limit=2')).json
  expect(journal).toMatchObject([
    { command: 'attribution.undo', outcome: 'undone' },
    { command: 'attribution.apply', outcome: 'given' },
  ])
})

it('a script moves a holding, and takes it back like a settlement', async () => {
  const move = { conId: 756733, from: 'momentum', to: 'carry', quantity: '40' }
  const shown = await post(port, '/api/positions/transfer/preview', move)
  expect(await owners()).toContain('momentum 100')
  const moved = await post(port, '/api/positions/transfer', { ...move, reason: 'a new owner' })
  expect((moved.json as { effects: unknown }).effects).toEqual(
    (shown.json as { effects: unknown }).effects,
  )
  expect(await owners()).toEqual(['carry 40', 'momentum 60'])
  const { command } = moved.json as { command: string }
  expect((await tell(port, '/api/reconcile/history')).json).toMatchObject([
    { command, reason: 'a new owner', entries: 2, isUndone: false },
  ])
  expect((await post(port, '/api/reconcile/undo', { command })).status).toBe(200)
  expect(await owners()).toEqual(['carry 0', 'momentum 100'])
  const again = await post(port, '/api/positions/transfer', { ...move, quantity: '101' })
  expect([again.status, again.json]).toMatchObject([409, { code: 'REFUSED' }])
})

it.each([
  [{ to: 'carry' }, 400, 'give either fillIds or orderRef'],
  [{ to: 'carry', orderRef: 'a', fillIds: ['b'] }, 400, 'give either fillIds or orderRef'],
  [{ to: 'UNALLOCATED', orderRef: 'a' }, 400, 'this name is reserved'],
  [{ to: ' ', orderRef: 'a' }, 400, 'to'],
  [{ to: 'carry', orderRef: '' }, 400, 'it is empty'],
  [{ to: 'carry', fillIds: [] }, 400, 'fillIds'],
  [{ to: 'carry', orderRef: 'none' }, 409, 'There is no such fill in this book.'],
  [{ to: 'momentum', orderRef: 'momentum:1' }, 409, 'It belongs to that strategy already'],
])('%j is refused in a sentence', async (input, status, sentence) => {
  for (const path of ['/api/attribution/preview', '/api/attribution/apply']) {
    const told = await post(port, path, input)
    expect([told.status, (told.json as { message: string }).message]).toEqual([
      status,
      expect.stringContaining(sentence),
    ])
  }
})
