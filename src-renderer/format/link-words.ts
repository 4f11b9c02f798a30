import type { LinkView } from '#shared/api/views.ts'
import { secondsUntil, timeOf } from './time.ts'
import type { CoreState } from '../stores/desk-state.ts'

type LinkTone = 'good' | 'busy' | 'bad'
export type LinkWords = {
  readonly tone: LinkTone
  /** A few words for the pill. */
  readonly label: string
  /** One sentence that says what is going on. */
  readonly sentence: string
}

const say = (tone: LinkTone, label: string, sentence: string): LinkWords => ({
  tone,
  label,
  sentence,
})

/** What is between this screen and the core, in plain words; null while all is well. */
export function coreWords(core: CoreState): LinkWords | null {
  switch (core.kind) {
    case 'open':
      return null
    case 'opening':
      return say('busy', 'Starting', 'Asking the workstation’s core for the book.')
    case 'unanswered':
      return say('bad', 'Core silent', 'The workstation’s core does not answer; retrying.')
    case 'refused':
      return say('bad', 'Not let in', 'The workstation’s core does not accept this page’s key.')
    case 'failed':
      return say('bad', 'Core error', `The workstation’s core answered: ${core.message}`)
  }
}

const waiting = (link: LinkView, now: number): LinkWords => {
  if (link.retryAt === null) {
    return say('bad', 'Not connected', 'Not connected; waiting for the next attempt.')
  }
  const seconds = secondsUntil(link.retryAt, now)
  return say('bad', `Retry in ${seconds} s`, `Not connected; the next attempt is in ${seconds} s.`)
}

/** The state of the link to TWS or Gateway in plain words. */
export function linkWords(link: LinkView, now: number): LinkWords {
  const peer = `${link.host}:${link.port}`
  switch (link.state) {
    case 'searching':
      return say('busy', 'Looking for TWS', 'Looking for a running TWS or IB Gateway.')
    case 'connecting':
      return say('busy', 'Connecting', `Connecting to ${peer}.`)
    case 'catching-up':
      return say('busy', 'Catching up', 'Connected; fetching what was executed meanwhile.')
    case 'connected':
      return say('good', 'Connected', `Connected to ${peer} since ${timeOf(link.since)}.`)
    case 'broker-lost':
      return say(
        'bad',
        'IB not reachable',
        `TWS answers, but has had no connection to IB’s servers since ${timeOf(link.since)}.`,
      )
    case 'waiting':
      return waiting(link, now)
    case 'stopped':
      return say('bad', 'Not connected', 'Not connected, and not trying: press Reconnect.')
  }
}
