import type { implement } from '@orpc/server'
import type { contract } from '#shared/api/contract.ts'
import type { Desk } from './desk.ts'
import { journalInAll } from './journal.ts'
import { refuse } from './refuse.ts'
import type { RunningSettings } from './running-settings.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** The commands and queries about settings. */
export const settingsRoutes = (os: Implementer, desk: Desk, settings: RunningSettings) => ({
  get: os.settings.get.handler(() => settings.view()),
  change: os.settings.change.handler(({ input }) => {
    const changed = settings.change(input.values)
    journalInAll(desk, {
      command: 'settings.change',
      outcome: changed.ok ? 'changed' : 'refused',
      detail: changed.ok ? JSON.stringify(input.values) : changed.error,
    })
    if (!changed.ok) refuse(changed.error)
    return { settings: settings.view(), overridden: [...changed.value] }
  }),
})
