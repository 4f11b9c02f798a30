import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { MONDAY, startGatewayProgram, startStandingGateway } from '../harness/gateway.ts'
import { endAll, linesOf, openRaw } from './support.ts'

afterEach(endAll)

const DAY_MS = 86_400_000

describe('a gateway whose time stands still', () => {
  it('goes on only when it is told to, and keeps a slow reader’s every message', async () => {
    const gateway = await startStandingGateway({ scenario: 'busy', masterClientId: 1 })
    try {
      const client = await openRaw(gateway.port, 1)
      const opening = gateway.state()['executions']
      await gateway.advance(60_000)
      const { executions } = await gateway.record()
      expect(opening).toBe(0)
      expect(executions.length).toBeGreaterThan(500)
      expect(gateway.state()['at']).toBe(new Date(MONDAY + 60_000).toISOString())
      client.send(49, 1)
      expect((await client.message(49))[2]).toBe(String(MONDAY / 1000 + 60))
      const told = client.of(11).map((message) => message[14])
      expect(told).toEqual(executions.map(({ execId }) => execId))
    } finally {
      await gateway.close()
    }
  })

  it('advances one stretch after the other, however many are asked for at once', async () => {
    const gateway = await startStandingGateway({ scenario: 'week' })
    try {
      await Promise.all([1, 2, 3].map(() => gateway.advance(DAY_MS)))
      const lines = linesOf(await gateway.recordText())
      const ends = lines.filter(({ occasion }) => occasion === 'day end')
      expect(ends.map(({ day }) => day)).toEqual(['2026-11-16', '2026-11-17', '2026-11-18'])
      expect(gateway.state()['at']).toBe(new Date(MONDAY + 3 * DAY_MS).toISOString())
    } finally {
      await gateway.close()
    }
  })

  it('makes the same record as a program, advanced through its control port', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'standing-'))
    const file = join(folder, 'record.jsonl')
    const start = ['--speed', '0', '--start', '2026-11-16T05:00:00Z']
    const program = await startGatewayProgram(file, [...start, '--scenario', 'week', '--seed', 'x'])
    const here = await startStandingGateway({ scenario: 'week', seed: 'x' })
    try {
      for (let hour = 0; hour < 24; hour += 1) await program.tell('/advance', { seconds: 3600 })
      await program.tell('/flush')
      await here.advance(DAY_MS)
      expect(readFileSync(file, 'utf8')).toBe(await here.recordText())
    } finally {
      await here.close()
      await program.program.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('a market that pauses when alone', () => {
  it('rests until somebody is there', async () => {
    const gateway = await startStandingGateway({ scenario: 'busy', pausesWhenAlone: true })
    try {
      await gateway.advance(60_000)
      expect(gateway.state()).toMatchObject({ executions: 0, paused: true })
      const client = await openRaw(gateway.port, 1)
      await gateway.advance(60_000)
      expect(gateway.state()['executions']).toBeGreaterThan(500)
      client.socket.destroy()
    } finally {
      await gateway.close()
    }
  })
})
