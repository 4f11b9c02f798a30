import { openBroker } from './broker/broker.ts'
import { createIds } from './broker/ids.ts'
import { OPENING } from './broker/opening.ts'
import { BASE_CURRENCY, type Desk } from './desk.ts'
import { holdingRounds } from './life.ts'
import { COMBINATIONS, INSTRUMENTS } from './market/catalogue.ts'
import { openQuotes } from './market/quotes.ts'
import { createRandom } from './market/random.ts'
import type { Settings } from './options.ts'
import { createRecorder, instrumentFact, type Recorder } from './record.ts'
import { createDelivery } from './scenario/delivery.ts'
import type { Scenario } from './scenario/scenarios.ts'
import { createTrading, type Trading } from './scenario/traders.ts'
import type { BrokerLink } from './session/broker-link.ts'
import { createSessions } from './session/sessions.ts'
import { createTimeline } from './timeline.ts'

/** What changes while the gateway runs. */
export type Mood = { scenario: Scenario; isPaused: boolean }

export type House = { readonly desk: Desk; readonly trading: Trading }

function beginRecord(record: Recorder, settings: Settings, startedAt: number): void {
  const at = new Date(startedAt).toISOString()
  const { seed, account } = settings
  record.line({ type: 'start', seed, account, baseCurrency: BASE_CURRENCY, at })
  for (const instrument of [...INSTRUMENTS, ...COMBINATIONS])
    record.line(instrumentFact(instrument))
}

/** Builds the account, its broker and market, and everybody who trades it; nothing moves yet. */
export function buildHouse(settings: Settings, mood: Mood, link: BrokerLink): House {
  const { seed } = settings
  const timeline = createTimeline(settings.clock, settings.scheduler)
  const startedAt = settings.clock.now()
  const record = createRecorder(settings.record, settings.account)
  beginRecord(record, settings, startedAt)
  const ids = createIds(startedAt, settings.run)
  // The broker tells the delivery and the delivery needs the desk, which holds the broker.
  const desk = (): Desk => house
  const delivery = createDelivery({
    desk,
    link,
    random: createRandom(`${seed}/delivery`),
    faults: () => mood.scenario.faults,
  })
  const broker = openBroker({
    opening: OPENING,
    ids,
    record,
    now: timeline.now,
    events: { ...delivery, heldChanged: holdingRounds(timeline, desk) },
  })
  const quotes = openQuotes(INSTRUMENTS, createRandom(`${seed}/market`))
  const isPaused = (): boolean => mood.isPaused
  const house: Desk = {
    account: settings.account,
    broker,
    quotes,
    sessions: createSessions(settings.masterClientId),
    timeline,
    record,
    log: settings.log,
    wall: settings.wall,
    replayDays: settings.replayDays,
    marketData: settings.marketData,
    isPaused,
    nextOrderId: ids.peekOrderId,
  }
  const trading = createTrading({
    broker,
    quotes,
    timeline,
    random: createRandom(`${seed}/traders`),
    scenario: () => mood.scenario,
    isPaused,
  })
  return { desk: house, trading }
}
