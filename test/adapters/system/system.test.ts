import { describe, expect, it } from 'vitest'
import { systemClock } from '#adapters/system/clock.ts'
import { lineLog } from '#adapters/system/log.ts'
import { usualDataDir } from '#adapters/system/settings-file.ts'

describe('the clock of the machine', () => {
  it('stamps strictly increasing nanoseconds near the wall clock', () => {
    const clock = systemClock()
    const before = clock.now()
    const stamps = Array.from({ length: 10_000 }, () => clock.stamp())
    expect(stamps.every((stamp, index) => index === 0 || stamp > stamps[index - 1]!)).toBe(true)
    expect(Number(stamps[0]! / 1_000_000n)).toBeGreaterThanOrEqual(before)
  })

  it('goes on after the last stamp of another run, also when it was set back since', () => {
    const hour = 3_600_000
    let now = 1_772_461_800_000
    const last = systemClock(() => now).stamp()
    const clock = systemClock(() => now)
    now -= hour
    clock.stampAfter(last)
    expect([clock.stamp(), clock.stamp()]).toEqual([last + 1n, last + 2n])
    now += 2 * hour
    expect(clock.stamp()).toBe(last + BigInt(hour) * 1_000_000n)
    clock.stampAfter(last)
    expect(clock.stamp()).toBe(last + BigInt(hour) * 1_000_000n + 1n)
  })

  it('runs nothing that was cancelled', async () => {
    const clock = systemClock()
    let runs = 0
    clock.after(5, () => (runs += 1))()
    clock.every(5, () => (runs += 1))()
    await new Promise<void>((resolve) => clock.after(30, resolve))
    expect(runs).toBe(0)
  })
})

describe('the log', () => {
  it('is one JSON object a line, with what level it is', () => {
    const lines: string[] = []
    const log = lineLog((line) => lines.push(line))
    log.info('Said', { port: 7497 })
    log.error('Failed\nbadly')
    const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(said).toEqual([
      { at: expect.any(String) as unknown, level: 'info', sentence: 'Said', port: 7497 },
      { at: expect.any(String) as unknown, level: 'error', sentence: 'Failed\nbadly' },
    ])
    expect(lines.every((line) => !line.includes('\n'))).toBe(true)
  })

  it('shortens account ids wherever they stand', () => {
    const lines: string[] = []
    lineLog((line) => lines.push(line)).warn('U1234567 and DU7654321', {
      path: '/x/DU7654321.duckdb',
    })
    expect(lines[0]).not.toMatch(/12345|76543/)
    expect(lines[0]).toContain('U…67 and DU…21')
  })
})

describe('the usual data directory', () => {
  it('is where each system keeps what programs own', () => {
    expect(usualDataDir('linux', { XDG_DATA_HOME: '/data' })).toBe('/data/truebook')
    expect(usualDataDir('linux', {})).toMatch(/\.local\/share\/truebook$/)
    expect(usualDataDir('darwin', {})).toMatch(/Library\/Application Support\/Truebook$/)
    expect(usualDataDir('win32', { APPDATA: '/roaming' })).toBe('/roaming/Truebook')
  })
})
