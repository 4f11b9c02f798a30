import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext } from 'playwright-core'
import { packagedChromium, type Executable } from './packaged-chromium.ts'

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A real browser: the system's, else the packaged one. @throws when there is none. */
export const openChromium = (): Promise<Browser> => launch(installed() ?? packagedChromium())

/** The system's browser, with the system's fonts; null when there is none. */
function installed(): Executable | null {
  const path = SYSTEM.find((candidate) => existsSync(candidate))
  return path === undefined ? null : { path, variables: {} }
}

/**
 * A browser that keeps its profile in a folder, and lets others look on: its port is in the
 * profile's `DevToolsActivePort`.
 */
export function openProfile(folder: string, flags: readonly string[]): Promise<BrowserContext> {
  const { path, variables } = installed() ?? packagedChromium()
  return chromium.launchPersistentContext(folder, {
    executablePath: path,
    args: [...FLAGS, ...flags, '--remote-debugging-port=0'],
    env: { ...process.env, ...variables },
    headless: true,
    viewport: null,
    // The app says when it ends.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
}

/** A browser of one's choice, with nobody at the screen. */
export const launch = ({ path, variables }: Executable): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    args: FLAGS,
    env: { ...process.env, ...variables },
    headless: true,
  })
