import { app, Menu, type MenuItemConstructorOptions } from 'electron'

export type Commands = {
  readonly show: () => void
  readonly reconnect: () => void
}

/** The menu bar: what the system expects, and what has no place on the screen. */
export function installMenu(commands: Commands, platform: string): void {
  const isMac = platform === 'darwin'
  const own: MenuItemConstructorOptions[] = [
    { label: 'Reconnect to TWS', click: commands.reconnect },
    { type: 'separator' },
    { role: 'quit', label: 'Quit Truebook' },
  ]
  const first: MenuItemConstructorOptions = isMac
    ? {
        label: app.name,
        submenu: [
          { role: 'about' },
          { type: 'separator' },
          ...own.slice(0, 2),
          { role: 'hide' },
          { role: 'hideOthers' },
          { role: 'unhide' },
          ...own.slice(1),
        ],
      }
    : { label: '&Truebook', submenu: own }
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([first, { role: 'editMenu' }, viewMenu(), { role: 'windowMenu' }]),
  )
}

const viewMenu = (): MenuItemConstructorOptions => ({
  label: '&View',
  submenu: [
    { role: 'reload', label: 'Reload the Screen' },
    { type: 'separator' },
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    // Looking at the page is no more than the page may do; a packaged program has no need of it.
    ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
  ],
})
