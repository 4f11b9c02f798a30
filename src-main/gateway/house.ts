import type { Decimal } from '#shared/money.ts'
import { cushionOf } from './broker/account-values.ts'
import { openingOf } from './broker/accounts.ts'
import { openBroker } from './broker/broker.ts'
import { openCorporateActions } from './broker/corporate-actions.ts'
import { createIds } from './broker/ids.ts'
import { BASE_CURRENCY, type Desk } from './desk.ts'
import { holdingRounds } from './life.ts'
import { COMBINATIONS, openCatalogue, type Catalogue } from './market/catalogue.ts'
import type { Instrument } from './market/instrument.ts'
import { openQuotes, priceAt } from './market/quotes.ts'
import { createRandom } from './market/random.ts'
import type { Settings } from './options.ts'
import { instrumentFact } from './record-facts.ts'
import { createRecorder, type Recorder } from './record.ts'
import { createDelivery, createMisses, type Misses } from './scenario/delivery.ts'
import { openExchange } from './scenario/exchange.ts'
import { openFloor } from './scenario/floor.ts'
import { createHours } from './scenario/hours.ts'
import type { Scenario } from './scenario/scenario.ts'
import { createTrading, type Trading } from './scenario/traders.ts'
import type { BrokerLink } from './session/broker-link.ts'
import { createSessions } from './session/sessions.ts'
import { createTimeline, type Timeline } from './timeline.ts'

/** What changes while the gateway runs. */
export type Mood = {
  scenario: Scenario
  isPaused: boolean
  /** While it is night nobody trades. */
  isNight: boolean
  /** The paper trading disclaimer waits to be accepted. */
  hasDisclaimer: boolean
  /** When the day began, if it was ended by hand. */
  dayBegan: number
}

export type House = {
  readonly desk: Desk
  readonly trading: Trading
  readonly misses: Misses
}

function openRecord(settings: Settings, catalogue: Catalogue, timeline: Timeline): Recorder {
  const record = createRecorder(settings.record, timeline.now)
  const { seed, accounts } = settings
  const at = new Date(settings.clock.now()).toISOString()
  const [first] = accounts
  record.line({
    type: 'start',
    seed,
    account: first?.id,
    accounts: accounts.map(({ id }) => id),
    baseCurrency: BASE_CURRENCY,
    at,
  })
  for (const instrument of [...catalogue.instruments, ...COMBINATIONS])
    record.line(instrumentFact(instrument))
  return record
}

/** Whether the market rests: somebody paused it, it is night, or it is closed by its hours. */
function closingOf(mood: Mood, timeline: Timeline): () => boolean {
  const isOpen = createHours()
  return () => mood.isPaused || mood.isNight || !isOpen(mood.scenario.hours, timeline.now())
}

const moodOf = (mood: Mood): Pick<Desk, 'dayBegan' | 'hasDisclaimer'> => ({
  dayBegan: () => mood.dayBegan,
  hasDisclaimer: () => mood.hasDisclaimer,
})

/** The desk is asked for when a condition on a margin is looked at. */
const cushions =
  (desk: () => Desk) =>
  (account: string): Decimal | null =>
    cushionOf(desk(), account)

/** Builds the accounts, their broker and market, and everybody who trades; nothing moves yet. */
export function buildHouse(settings: Settings, mood: Mood, link: BrokerLink): House {
  const { seed, accounts } = settings
  const timeline = createTimeline(settings.clock, settings.scheduler)
  const { morePositions } = mood.scenario
  const catalogue = openCatalogue(morePositions)
  const record = openRecord(settings, catalogue, timeline)
  const ids = createIds(settings.clock.now(), settings.run)
  const misses = createMisses()
  // The broker tells the delivery and the delivery needs the desk, which holds the broker.
  const desk = (): Desk => house
  const delivery = createDelivery({
    desk,
    link,
    misses,
    random: createRandom(`${seed}/delivery`),
    faults: () => mood.scenario.faults,
  })
  const heldChanged = holdingRounds(timeline, desk)
  const extra = catalogue.instruments.slice(catalogue.instruments.length - morePositions)
  const broker = openBroker({
    accounts: accounts.map((one, index) => ({ ...one, opening: openingOf(index, extra) })),
    ids,
    record,
    now: timeline.now,
    events: { ...delivery, heldChanged },
  })
  const quotes = openQuotes(catalogue.instruments, createRandom(`${seed}/market`))
  const atClose = (one: Instrument): Decimal => priceAt(one, quotes.of(one.conId)?.close ?? 0)
  for (const { id } of accounts) broker.bookOf(id).startDay(atClose)
  const sessions = createSessions(settings.masterClientId)
  const isAlone = (): boolean => settings.pausesWhenAlone && sessions.open().length === 0
  const isClosed = closingOf(mood, timeline)
  const isPaused = (): boolean => isClosed() || isAlone()
  const random = createRandom(`${seed}/traders`)
  const floor = openFloor({ broker, quotes, timeline, random })
  const house: Desk = {
    ...settings,
    broker,
    actions: openCorporateActions({
      ...{ broker, catalogue, quotes, record, accounts, heldChanged },
      after: (ms, task) => void timeline.after(ms, task),
    }),
    exchange: openExchange({ broker, quotes, floor, timeline, cushion: cushions(desk) }),
    catalogue,
    quotes,
    sessions,
    timeline,
    record,
    isPaused,
    nextOrderId: ids.peekOrderId,
    ...moodOf(mood),
    isHidden: misses.isHidden,
    heldChanged,
  }
  const trading = createTrading({
    ...{ broker, quotes, timeline, random, floor, catalogue, accounts, isPaused },
    scenario: () => mood.scenario,
  })
  return { desk: house, trading, misses }
}
