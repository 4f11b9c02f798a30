import type { BrowserContext } from 'playwright-core'

/** What all of the stand-in share: whether the app is ready, and the browser once it is. */
export const life: { isReady: boolean; browser: BrowserContext | null } = {
  isReady: false,
  browser: null,
}

/** An event that whoever hears it may stop. */
export function preventable() {
  const told = { isPrevented: false, preventDefault: () => void (told.isPrevented = true) }
  return told
}

export function browserOf(): BrowserContext {
  if (life.browser === null) throw new Error('Electron says: not before the app is ready')
  return life.browser
}

/** A page may crash or close before what was asked of it is done; then there is nothing to do. */
export const gone = (done: Promise<unknown>): Promise<void> =>
  done.then(
    () => undefined,
    () => undefined,
  )
