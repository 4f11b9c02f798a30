import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { describe, expect, it } from 'vitest'
import { Desk } from '#app/desk.ts'
import { AUTO_UPDATE_OFF } from '../fakes/settings.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { LinkWatch } from '#app/link-watch.ts'
import { Notices } from '#app/notices.ts'
import { DEFAULT_RULE } from '#domain/attribution.ts'
import { ok } from '#shared/result.ts'
import type { Link } from '#shared/link.ts'
import { fakeBroker } from '../fakes/broker.ts'
import { handClock } from '../fakes/clock.ts'
import { emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { keptLog } from '../fakes/log.ts'
import { keptNotifications } from '../fakes/notifier.ts'
import { aLink } from '../renderer/fake-book.ts'

/** A watch, and a link that a test moves from state to state. */
function newWatch() {
  const clock = handClock()
  const notices = new Notices(clock)
  const notifier = keptNotifications()
  let link: Link = aLink({ state: 'searching' }) as Link
  const watch = new LinkWatch({ clock, notices, notifier, link: () => link })
  const become = (state: Link['state'], problem: Link['problem'] = null): void => {
    link = { ...link, state, problem }
    watch.heard(link)
  }
  return { clock, notices, notifier, watch, become }
}

const REFUSED = { code: 502, message: 'Nothing listens on 7497.', remedy: 'Start TWS.' }

describe('a link that is lost', () => {
  it('is told once after 30 s, and once more when it is back', () => {
    const { clock, notifier, notices, become } = newWatch()
    become('connected')
    become('waiting', REFUSED)
    clock.advance(29_999)
    expect(notifier.titles).toEqual([])
    clock.advance(1)
    become('connecting')
    become('waiting', REFUSED)
    clock.advance(3_600_000)
    become('catching-up')
    become('connected')
    expect(notifier.titles).toEqual(['Link lost', 'Link is back'])
    expect(notifier.messages).toEqual([
      'No connection to TWS or Gateway for 30 s: what is shown is the last known. ' +
        'Nothing listens on 7497. Start TWS.',
      'The link is back after 61 min; what was missed is fetched.',
    ])
    expect(notices.all.map(({ severity }) => severity)).toEqual(['info', 'warning'])
  })

  it('is not told when it is back within 30 s, however often', () => {
    const { clock, notifier, notices, become } = newWatch()
    for (let loss = 0; loss < 5; loss += 1) {
      become('connected')
      become('broker-lost')
      clock.advance(29_000)
    }
    become('connected')
    clock.advance(60_000)
    expect([notifier.titles, notices.all, clock.pending()]).toEqual([[], [], 0])
  })

  it('is told apart from TWS having lost IB', () => {
    const { clock, notifier, become } = newWatch()
    become('connected')
    become('broker-lost')
    clock.advance(30_000)
    expect(notifier.messages).toEqual([
      'TWS has had no connection to IB for 30 s. ' +
        'What is shown is the last that was known; TWS reconnects by itself.',
    ])
  })

  it('is not told before it was ever good, nor once it is stopped on purpose', () => {
    const { clock, notifier, become } = newWatch()
    become('waiting', REFUSED)
    clock.advance(60_000)
    become('connected')
    become('waiting', REFUSED)
    become('stopped')
    clock.advance(60_000)
    expect(notifier.titles).toEqual([])
  })
})

describe('a desk', () => {
  it('watches its broker’s link, and forgets the watch when it stops', async () => {
    const clock = handClock()
    const broker = fakeBroker(clock)
    const notifier = keptNotifications()
    const desk = new Desk({
      broker,
      openLedger: () => Promise.resolve(ok(fakeLedger(emptyStore()))),
      knownAccounts: [],
      account: null,
      rules: [DEFAULT_RULE],
      clock,
      log: keptLog(),
      notifier,
      priceFlushMs: 10_000,
      measuring: {
        everyMs: 0,
        calendar: DEFAULT_CALENDAR,
        hours: null,
        openingValue: 'lastBeforeBoundary' as const,
      },
      reconcile: WHEN_ASKED,
      ...AUTO_UPDATE_OFF,
    })
    await desk.start()
    broker.connect()
    broker.reconnect('the cable was pulled')
    clock.advance(31_000)
    expect(notifier.titles).toEqual(['Link lost'])
    expect(desk.notices.all.map(({ message }) => message)).toContain(
      'No connection to TWS or Gateway for 30 s: what is shown is the last known.',
    )
    await desk.stop()
    expect(clock.pending()).toBe(0)
  })
})
