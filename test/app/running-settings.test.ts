import { describe, expect, it } from 'vitest'
import type { Settings, Source } from '#shared/settings.ts'
import { err } from '#shared/result.ts'
import { keptSettings, memoryStore } from '../fakes/settings.ts'

const flags = (values: Source['values']): Source => ({
  kind: 'flag',
  values,
  spelling: (key) => `--${key}`,
})
const demo: Source = {
  kind: 'demo',
  values: { host: '127.0.0.1', port: 4102 },
  spelling: () => '--demo',
}
const row = (settings: ReturnType<typeof keptSettings>, key: string) =>
  settings.view().find((one) => one.key === key)

describe('settings in force', () => {
  it('say what they are, where that was said, and what holds at the next start', () => {
    const settings = keptSettings([flags({ clientId: 12 })], memoryStore({ clientId: 3, port: 1 }))
    expect(row(settings, 'clientId')).toMatchObject({
      value: 12,
      from: { kind: 'flag', place: '--clientId' },
      effect: 'at-once',
      atNextStart: null,
    })
    expect(row(settings, 'port')?.from).toEqual({
      kind: 'file',
      place: '"port" in settings.json',
    })
    expect(row(settings, 'account')).toMatchObject({
      value: null,
      from: { kind: 'default', place: null },
      effect: 'next-start',
    })
  })

  it('are changed at once, kept, and told to whoever listens', () => {
    const kept = memoryStore({ marketDataLines: 50 })
    const settings = keptSettings([], kept)
    const told: Settings[] = []
    settings.subscribe((now) => told.push(now))
    expect(settings.change({ marketDataLines: 20, host: ' tws.desk ' })).toEqual({
      ok: true,
      value: [],
    })
    expect(kept.values).toEqual({ marketDataLines: 20, host: 'tws.desk' })
    expect(told.map(({ host, marketDataLines }) => [host, marketDataLines])).toEqual([
      ['tws.desk', 20],
    ])
    expect(settings.current.marketDataLines).toBe(20)
  })

  it('go back to the default when changed to null', () => {
    const store = memoryStore({ port: 7497 })
    const settings = keptSettings([], store)
    expect(settings.change({ port: null }).ok).toBe(true)
    expect(settings.current.port).toBeUndefined()
    expect(store.values).toEqual({})
  })

  it('win over a flag while the program runs, and the answer says that the flag comes back', () => {
    const store = memoryStore()
    const settings = keptSettings([flags({ clientId: 12 })], store)
    expect(settings.change({ clientId: 30 })).toEqual({
      ok: true,
      value: [
        {
          key: 'clientId',
          place: '--clientId',
          sentence:
            '--clientId is given, too, and wins again at the next start; leave it out then.',
        },
      ],
    })
    expect(settings.current.clientId).toBe(30)
    expect(row(settings, 'clientId')).toMatchObject({
      value: 30,
      from: { kind: 'file' },
      atNextStart: { value: 12, from: { kind: 'flag', place: '--clientId' } },
    })
  })

  it('that need a new start stay as they are until then', () => {
    const store = memoryStore()
    const settings = keptSettings([], store)
    expect(settings.change({ httpPort: 8080 }).ok).toBe(true)
    expect(settings.current.httpPort).toBe(0)
    expect(row(settings, 'httpPort')).toMatchObject({
      value: 0,
      from: { kind: 'default' },
      atNextStart: { value: 8080, from: { kind: 'file' } },
    })
  })

  it.each([
    [{ port: 99999 }, /^port is wrong: /],
    [{ clientId: 'x' }, 'clientId is wrong: must be a number.'],
    [{ prot: 1 }, /^There is no setting prot; the settings are: host, port/],
    [{ dataDir: '/tmp' }, /^dataDir cannot be changed while the program runs/],
    [{ attribution: [{ orderRef: '(' }] }, /^Attribution rule 1 /],
    [{ marketDataLines: 5, clientId: -1 }, /^clientId is wrong: /],
  ])('refuse %j in a sentence, and nothing is changed', (values, sentence) => {
    const store = memoryStore({ clientId: 3 })
    const settings = keptSettings([], store)
    const before = settings.current
    let isTold = false
    settings.subscribe(() => (isTold = true))
    const changed = settings.change(values)
    if (changed.ok) throw new Error('it was accepted')
    expect(changed.error).toMatch(sentence)
    expect([settings.current, store.values, isTold]).toEqual([before, { clientId: 3 }, false])
  })

  it('stay as they were when they cannot be kept', () => {
    const store = { ...memoryStore(), write: () => err('The disk is full.') }
    const settings = keptSettings([], store)
    expect(settings.change({ clientId: 9 })).toEqual({ ok: false, error: 'The disk is full.' })
    expect(settings.current.clientId).toBe(7)
  })

  it('of a demo leave its gateway alone, and never end up in the file', () => {
    const store = memoryStore({ host: 'tws.desk' })
    const settings = keptSettings([demo], store)
    expect(settings.change({ host: 'tws.desk' })).toEqual({
      ok: false,
      error: 'The demo decides host itself: start Truebook without --demo to choose another.',
    })
    expect(settings.change({ host: '127.0.0.1', port: 4102, clientId: 8 }).ok).toBe(true)
    expect(store.values).toEqual({ host: 'tws.desk', clientId: 8 })
    expect(settings.current).toMatchObject({ host: '127.0.0.1', port: 4102, clientId: 8 })
  })
})
