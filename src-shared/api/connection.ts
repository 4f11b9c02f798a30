import { z } from 'zod'
import { linkChoice, linkConfigured, linkEvent, listening } from './link-views.ts'
import { command, query } from './procedure.ts'
import { settingsChanged, settingView } from './settings-views.ts'
import { linkView } from './views.ts'

/** The socket to TWS or Gateway. */
export const link = {
  state: query({
    path: '/api/link',
    tag: 'link',
    summary: 'The state of the socket to TWS or Gateway',
  }).output(linkView),
  reconnect: command({
    path: '/api/link/reconnect',
    tag: 'link',
    summary: 'Cuts the link and connects anew',
  }).output(z.object({})),
  search: query({
    path: '/api/link/search',
    tag: 'link',
    summary:
      'Who listens on the usual ports of TWS and Gateway and on the one that is set; opens no ' +
      'session and occupies no client id',
  })
    .input(z.object({ host: z.string().optional().describe('Without it the one that is set') }))
    .output(z.array(listening)),
  configure: command({
    path: '/api/link/configure',
    tag: 'link',
    summary: 'Connects as said from now on, at once, and keeps it in the settings',
  })
    .input(linkChoice)
    .output(linkConfigured),
  history: query({
    path: '/api/link/history',
    tag: 'link',
    summary: 'What happened to the link and what the broker said of it, newest first',
  })
    .input(z.object({ limit: z.number().int().min(1).max(300).default(100) }))
    .output(z.array(linkEvent)),
}

/** What the program is told to do, while it runs. */
export const settings = {
  get: query({
    path: '/api/settings',
    tag: 'settings',
    summary: 'Every setting: what it is, where that was said, when a change counts',
  }).output(z.array(settingView)),
  change: command({
    path: '/api/settings/change',
    tag: 'settings',
    summary: 'Changes settings, all or none, and keeps them; null goes back to the default',
  })
    .input(z.object({ values: z.record(z.string(), z.unknown()) }))
    .output(settingsChanged),
}

/** Which prices are asked for. */
export const prices = {
  watch: command({
    path: '/api/prices/watch',
    tag: 'prices',
    summary: 'Says what a screen shows, so that market data lines go there first',
  })
    .input(
      z.object({
        subscription: z.string().describe('The subscription to the live stream'),
        conIds: z.array(z.number().int()).max(500).describe('The rows seen, the topmost first'),
      }),
    )
    .output(z.object({})),
}
