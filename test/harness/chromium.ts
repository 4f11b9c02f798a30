import sparticuz from '@sparticuz/chromium'
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

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

async function packaged(): Promise<string | null> {
  try {
    return await sparticuz.executablePath()
  } catch {
    return null
  }
}

/** A real browser: the system's, else the packaged one. @throws when there is none. */
export async function openChromium(): Promise<Browser> {
  const executablePath = SYSTEM.find((path) => existsSync(path)) ?? (await packaged())
  if (executablePath === null) {
    throw new Error('No Chromium, Chrome or Edge was found: install one to run these tests.')
  }
  return await chromium.launch({ executablePath, args: FLAGS, headless: true })
}
