import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Where Electron's binary is, and how it gets there: it does not come with its package. */

const PROJECT = resolve(import.meta.dirname, '..')
const PACKAGE = join(PROJECT, 'node_modules', 'electron')
/** Says when the binary could not be fetched last. */
const FAILED = join(PROJECT, 'node_modules', '.cache', 'truebook', 'no-electron')
const FETCH_WITHIN_MS = 90_000
const TRY_AGAIN_AFTER_MS = 24 * 3_600_000

const USUAL: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
}

/** The binary where Electron's own package looks for it; null when there is none. */
export function electronBinary(): string | null {
  const told = join(PACKAGE, 'path.txt')
  const name = existsSync(told)
    ? readFileSync(told, 'utf8')
    : (USUAL[process.platform] ?? 'electron')
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(PACKAGE, 'dist')
  const path = join(folder, name)
  return existsSync(path) ? path : null
}

/**
 * Has Electron's own installer fetch the binary, or take it from its cache. It is given a minute
 * and a half, and after a failure a day's rest: an offline machine must not wait at every start.
 */
function fetchElectron(): string | null {
  if (existsSync(FAILED) && Date.now() - statSync(FAILED).mtimeMs < TRY_AGAIN_AFTER_MS) return null
  process.stdout.write('Fetching the desktop window once, about 110 MB…\n')
  const installer = spawnSync(process.execPath, [join(PACKAGE, 'install.js')], {
    timeout: FETCH_WITHIN_MS,
    killSignal: 'SIGKILL',
    stdio: 'ignore',
  })
  const binary = installer.status === 0 ? electronBinary() : null
  if (binary === null) {
    mkdirSync(dirname(FAILED), { recursive: true })
    writeFileSync(FAILED, '')
  }
  return binary
}

type Desktop =
  | { readonly kind: 'there'; readonly binary: string }
  /** Why there is no desktop window, in a few words. */
  | { readonly kind: 'missing'; readonly why: string }

/** Whether a desktop window can be opened here; fetches the binary when it can be had. */
export function desktopHere(): Desktop {
  const { platform, env } = process
  if (platform === 'linux') {
    if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return missing('there is no display')
    // Electron refuses to run as root with its sandbox, and it never runs here without.
    if (process.getuid?.() === 0) return missing('root may not open one')
  }
  const binary = electronBinary() ?? fetchElectron()
  return binary === null
    ? missing('its binary could not be fetched; `npx install-electron` tries again')
    : { kind: 'there', binary }
}

const missing = (why: string): Desktop => ({ kind: 'missing', why })
