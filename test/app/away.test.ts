import { describe, expect, it } from 'vitest'
import { awayBefore } from '#app/away.ts'
import { gapOf } from '#domain/cause-gap.ts'
import { present } from '#shared/assert.ts'
import { utcMillis } from '#shared/time.ts'
import { inFolder } from '../adapters/duckdb/folder.ts'
import { ACCOUNT, SPY } from '../fakes/builders.ts'
import { heldAt, openedDesk } from './opened-desk.ts'

const DAY_MS = 86_400_000
const ID = `${ACCOUNT}/quantity/${SPY}`

describe('the time nobody listened', () => {
  it('is from the last run until the session, and known as long as the break stands', () =>
    inFolder(async (folder) => {
      const { broker, run, clock, account, breaks, close } = await openedDesk(folder)
      const memory = () => account().book!.memory
      const sentence = () => memory().causes.get(ID)?.causes[0]?.sentence
      broker.cut()
      clock.advance(2 * DAY_MS)
      broker.hold(heldAt('130', '10.5'))
      broker.connect()
      await run()
      const first = sentence()
      expect(first).toMatch(/^Nobody listened for longer .* import a Flex statement\.$/)
      clock.advance(60_000)
      await run()
      expect(sentence()).toBe(first)
      const later = { ...present(breaks()[0], 'the break'), firstSeenAt: clock.now() }
      expect(awayBefore(later, memory(), null)).toBeNull()
      await close()
    }))

  it('is a gap only when it began before what the broker tells again', () => {
    const away = { from: utcMillis(1_000), to: utcMillis(9_000) }
    expect(gapOf({ away, replayedFrom: utcMillis(1_000) })).toBeNull()
    expect(gapOf({ away, replayedFrom: utcMillis(1_001) })?.facts).toEqual([
      { name: 'away from', value: '1970-01-01T00:00:01.000Z' },
      { name: 'away to', value: '1970-01-01T00:00:09.000Z' },
    ])
  })
})
