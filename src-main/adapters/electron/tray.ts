import { Menu, nativeImage, Tray } from 'electron'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { Link } from '#shared/link.ts'
import type { Commands } from './menu.ts'

const LOOK_EVERY_MS = 1000

export type TraySettings = Commands & {
  readonly icon: string
  readonly clock: Clock
  readonly log: Log
  readonly link: () => Link | null
  readonly quit: () => void
}

/**
 * The icon beside the clock: how the link stands without looking at the window.
 * @returns takes it away; does nothing where the desktop has no place for such an icon
 */
export function installTray(settings: TraySettings): () => void {
  const tray = trayOf(settings)
  if (tray === null) return () => undefined
  let shown = ''
  const look = (): void => {
    const text = trayText(settings.link())
    if (text === shown) return
    shown = text
    tray.setToolTip(text)
    tray.setContextMenu(menuOf(text, settings))
  }
  tray.on('click', settings.show)
  look()
  const cancel = settings.clock.every(LOOK_EVERY_MS, look)
  return () => {
    cancel()
    tray.destroy()
  }
}

function trayOf({ icon, log }: TraySettings): Tray | null {
  try {
    return new Tray(nativeImage.createFromPath(icon).resize({ width: 18, height: 18 }))
  } catch (error) {
    log.warn('There is no place for a tray icon', { why: String(error) })
    return null
  }
}

const menuOf = (text: string, { show, reconnect, quit }: TraySettings) =>
  Menu.buildFromTemplate([
    { label: text, enabled: false },
    { type: 'separator' },
    { label: 'Show Truebook', click: show },
    { label: 'Reconnect to TWS', click: reconnect },
    { type: 'separator' },
    { label: 'Quit Truebook', click: quit },
  ])

/** Such as `Truebook · PAPER · connected`. */
function trayText(link: Link | null): string {
  const { realm, state } = link ?? { realm: 'UNKNOWN', state: 'stopped' }
  return ['Truebook', ...(realm === 'UNKNOWN' ? [] : [realm]), state.replaceAll('-', ' ')].join(
    ' · ',
  )
}
