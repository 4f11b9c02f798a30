import { app, session, type WebContents } from 'electron'
import type { AnyRouter } from '@orpc/server'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { Link } from '#shared/link.ts'
import { confine, denyPermissions } from './hardening.ts'
import { installMenu } from './menu.ts'
import { servePorts } from './ports.ts'
import { servePages } from './scheme.ts'
import { installTray } from './tray.ts'
import { MainWindow } from './window.ts'

export type ShellSettings = {
  /** The folder of the built pages. */
  readonly pages: string
  readonly preload: string
  readonly icon: string
  readonly platform: string
  readonly clock: Clock
  readonly log: Log
  /** Where the window's state is kept between runs. */
  readonly memory: { readonly read: () => unknown; readonly write: (state: unknown) => void }
  readonly desks: {
    /** What answers now; null while one desk closes and the other opens. */
    readonly router: () => AnyRouter | null
    readonly link: () => Link | null
    readonly reconnect: () => void
    /** Calls back when a desk has closed. */
    readonly onClosed: (cut: () => void) => void
  }
}

/** The desktop around a running core. */
export type Shell = {
  /** Brings the window forward, opening it where there is none. */
  readonly show: () => void
  /** Takes the window out of sight while the core stops. */
  readonly hide: () => void
}

/** Opens the window, the menu bar and the tray icon. The app must be ready. */
export function openShell(settings: ShellSettings): Shell {
  const { desks, log } = settings
  denyPermissions(session.defaultSession)
  servePages(session.defaultSession, settings.pages)
  app.on('web-contents-created', (_, contents: WebContents) => confine(contents, log))
  const window = new MainWindow(settings)
  const ports = servePorts({
    router: () => desks.router(),
    log,
    speaker: () => window.contents,
  })
  desks.onClosed(ports.cut)
  const show = (): void => window.show()
  const commands = { show, reconnect: () => desks.reconnect() }
  installMenu(commands, settings.platform)
  const removeTray = installTray({
    ...settings,
    ...commands,
    link: () => desks.link(),
    quit: () => app.quit(),
  })
  app.on('second-instance', show)
  app.on('activate', show)
  app.on('will-quit', removeTray)
  show()
  return { show, hide: () => window.hide() }
}
