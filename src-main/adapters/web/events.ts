import type { ServerResponse } from 'node:http'
import type { LiveMessage } from '#shared/api/live.ts'
import { refusalOf } from './problems.ts'

export type EventStream = {
  readonly response: ServerResponse
  readonly messages: AsyncIterable<LiveMessage>
  /** What is sent of a message. */
  readonly shown: (message: LiveMessage) => unknown
  /** Called with a message the client's end has taken, as far as one can know. */
  readonly taken: (message: LiveMessage) => Promise<unknown>
  /** Aborted once the client is gone. */
  readonly gone: AbortSignal
  readonly keepAliveMs: number
}

/**
 * Sends the live stream as server-sent events. A reader of events cannot acknowledge: a message
 * counts as taken once the socket asks for more, so that for a slow reader no more than one message
 * waits here and everything after it is conflated by the core.
 */
export async function streamEvents(stream: EventStream): Promise<void> {
  const { response, messages, gone } = stream
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.write('retry: 1000\n\n')
  // Proxies and clients tell a quiet stream from a dead one by it; a full socket needs none.
  const beat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n')
  }, stream.keepAliveMs)
  try {
    for await (const message of messages) {
      const isDrained = response.write(eventOf(message, stream.shown(message)))
      if (!isDrained) await drained(response, gone)
      if (gone.aborted) return
      await stream.taken(message)
    }
    response.write('event: done\n\n')
  } catch (error) {
    const { problem } = refusalOf(error)
    response.write(`event: error\ndata: ${JSON.stringify(problem)}\n\n`)
  } finally {
    clearInterval(beat)
    response.end()
  }
}

/** JSON has no line breaks of its own, so that one data line carries it. */
const eventOf = ({ subscription, revision }: LiveMessage, shown: unknown): string =>
  `event: message\nid: ${subscription}.${revision}\ndata: ${JSON.stringify(shown)}\n\n`

const drained = (response: ServerResponse, gone: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      gone.removeEventListener('abort', done)
      resolve()
    }
    response.on('drain', done)
    gone.addEventListener('abort', done)
    if (gone.aborted) done()
  })
