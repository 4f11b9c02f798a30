import type { implement } from '@orpc/server'
import type { contract } from '#shared/api/contract.ts'
import type { Listening } from '#shared/link.ts'
import { text } from '#shared/settings.ts'
import type { Desk } from './desk.ts'
import { journalInAll } from './journal.ts'
import { refuse } from './refuse.ts'
import type { RunningSettings } from './running-settings.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** The commands and queries about the link. */
export function linkRoutes(os: Implementer, desk: Desk, settings: RunningSettings) {
  const { broker } = desk.settings
  return {
    state: os.link.state.handler(() => desk.link),
    reconnect: os.link.reconnect.handler(() => {
      broker.reconnect('asked for')
      return {}
    }),
    search: os.link.search.handler(async ({ input }) => {
      const host = text.safeParse(input.host ?? settings.current.host)
      if (!host.success) refuse('Name the host to look at.')
      const { port } = settings.current
      const found = await broker.search(host.data, port === undefined ? [] : [port])
      return found.map((one) => known(one, desk))
    }),
    configure: os.link.configure.handler(({ input }) => {
      const { host, port, clientId } = input
      const changed = settings.change({ host, port, clientId })
      const wanted = `${host}:${port ?? 'searched'} as client ${clientId}`
      journalInAll(desk, {
        command: 'link.configure',
        outcome: changed.ok ? 'changed' : 'refused',
        detail: changed.ok ? wanted : `${wanted}: ${changed.error}`,
      })
      if (!changed.ok) refuse(changed.error)
      return { link: desk.link, overridden: [...changed.value] }
    }),
    history: os.link.history.handler(({ input }) => desk.linkHistory.latest(input.limit)),
  }
}

/** Of the port that is in use more is known than its number suggests. */
function known(found: Listening, { link }: Desk): Listening {
  const isLinked = found.host === link.host && found.port === link.port
  return isLinked && link.realm !== 'UNKNOWN' ? { ...found, realm: link.realm } : found
}
