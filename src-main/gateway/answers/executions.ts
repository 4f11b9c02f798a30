import type { Execution } from '../broker/types.ts'
import { DESK_ZONE, type Answers, type Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import { error } from '../wire/account-messages.ts'
import {
  commissionReport,
  executionDetails,
  executionDetailsEnd,
} from '../wire/execution-messages.ts'
import type { Fields } from '../wire/layout.ts'
import type { Message } from '../wire/text.ts'
import { isZone, momentOf, wallClock } from '../wire/zoned-time.ts'

const DAY_MS = 86_400_000

/** The last midnight of TWS's own zone, some days back if asked: older executions are forgotten. */
export function replayedSince(now: number, replayDays: number): number {
  const today = momentOf(wallClock(now, DESK_ZONE).day, '00:00:00', DESK_ZONE)
  // Noon of the day that many days back is safe from the changes of the clocks.
  const noon = today + DAY_MS / 2 - replayDays * DAY_MS
  return momentOf(wallClock(noon, DESK_ZONE).day, '00:00:00', DESK_ZONE)
}

/** The moment executions are kept from: midnight, or when the day was ended by hand. */
function dayBegan({ timeline, replayDays, dayBegan: began }: Desk): number {
  const midnight = replayedSince(timeline.now(), replayDays)
  return replayDays === 0 ? Math.max(midnight, began()) : midnight
}

/**
 * Reads a filter's time: `yyyymmdd-hh:mm:ss` is UTC, `yyyymmdd hh:mm:ss` with one or two blanks is
 * in the zone that follows, or in TWS's own. Null when it is none of these.
 */
export function filterTime(
  text: string,
): { readonly at: number; readonly isZoned: boolean } | null {
  const match = /^(\d{8})(-| {1,2})(\d{2}:\d{2}:\d{2})(?: (\S+))?$/.exec(text.trim())
  if (match === null) return null
  const [, day = '', separator = '', time = '', named] = match
  const zone = named ?? (separator === '-' ? 'UTC' : DESK_ZONE)
  if (!isZone(zone)) return null
  const at = momentOf(day, time, zone)
  return Number.isNaN(at) ? null : { at, isZoned: named !== undefined || separator === '-' }
}

const SIDES: Readonly<Record<string, string>> = {
  BUY: 'buy',
  BOT: 'buy',
  SELL: 'sell',
  SLD: 'sell',
  SSHORT: 'sell',
}

type Wanted = (execution: Execution) => boolean

/** What a filter lets through. An unset or zero client id means every client's. */
function wanted(fields: Fields, since: number): Wanted {
  const clientId = fields.integer('clientId') ?? 0
  const of = (name: string): string => fields.text(name).toUpperCase()
  const side = of('side')
  const tests: Wanted[] = [({ executedAt }) => executedAt >= since]
  if (clientId !== 0) tests.push(({ order }) => order.clientId === clientId && !order.isManual)
  if (of('account') !== '') tests.push(({ order }) => order.account === fields.text('account'))
  if (of('symbol') !== '') tests.push(({ instrument }) => instrument.symbol === of('symbol'))
  if (of('secType') !== '') tests.push(({ instrument }) => instrument.secType === of('secType'))
  if (of('exchange') !== '') tests.push(({ venue }) => venue === of('exchange'))
  if (side !== '') tests.push((execution) => execution.side === SIDES[side])
  return (execution) => tests.every((test) => test(execution))
}

function* replay(desk: Desk, requestId: number, isWanted: Wanted): Generator<Message> {
  const { executions, latest } = desk.broker
  // Executions that happen while a long answer streams are told live, or by the next answer.
  const count = executions.length
  for (let index = 0; index < count; index += 1) {
    const first = executions[index]
    if (first === undefined || first.revision > 1) continue
    // A corrected execution is replayed at its last revision only, in its original place.
    const execution = latest(first.root) ?? first
    if (!isWanted(execution) || desk.isHidden(execution.root)) continue
    yield executionDetails(requestId, execution, false)
    const commission = commissionReport(execution, false)
    if (commission !== null) yield commission
  }
  yield executionDetailsEnd(requestId)
}

function answer(desk: Desk, session: Session, fields: Fields): void {
  const requestId = fields.integer('requestId') ?? -1
  const midnight = dayBegan(desk)
  const asked = fields.text('time')
  const time = asked === '' ? null : filterTime(asked)
  if (asked !== '' && time === null) {
    const cause = `Error validating request.-'bW' : cause - "${asked}" is no date and time.`
    session.send(error(requestId, 321, cause))
    return
  }
  if (time?.isZoned === false)
    session.send(
      error(
        requestId,
        2174,
        'Warning: You submitted request with date-time attributes without explicit time zone.',
      ),
    )
  const since = Math.max(midnight, time?.at ?? midnight)
  session.stream(replay(desk, requestId, wanted(fields, since)))
}

export const EXECUTION_ANSWERS: Answers = { reqExecutions: answer }
