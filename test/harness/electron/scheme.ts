import { EventEmitter } from 'node:events'
import type { CustomScheme } from 'electron'
import { life } from './life.ts'

/**
 * A browser knows no scheme of ours. Its pages stand at `https://<host>.<scheme>.test`, which is
 * standard and secure as the privileges must say; without `secure` they stand at `http://`, where
 * Chromium gives no secure context. No request leaves the browser: all are answered here.
 */
const schemes = new Map<string, NonNullable<CustomScheme['privileges']>>()
type Answer = (request: { url: string; method: string }) => Response | Promise<Response>
const answers = new Map<string, Answer>()

export const protocol = {
  registerSchemesAsPrivileged: (custom: readonly CustomScheme[]): void => {
    if (life.isReady) throw new Error('protocol.registerSchemesAsPrivileged comes before ready')
    if (schemes.size > 0) throw new Error('protocol.registerSchemesAsPrivileged is called once')
    for (const { scheme, privileges } of custom) schemes.set(scheme, privileges ?? {})
  },
  handle: (scheme: string, answer: Answer): void => {
    if (!life.isReady) throw new Error('protocol.handle comes after ready')
    if (answers.has(scheme)) throw new Error('Failed to register protocol: a handler is there')
    answers.set(scheme, answer)
  },
}

/** Where the browser finds an address of Electron. @throws for file:// and unknown schemes. */
export function toBrowser(address: string): string {
  const { protocol: named, host, pathname, search, hash } = new URL(address)
  const scheme = named.slice(0, -1)
  if (['about', 'data', 'http', 'https'].includes(scheme)) return address
  const privileges = schemes.get(scheme)
  if (privileges?.standard !== true) throw new Error(`${scheme}: is no standard scheme of the app`)
  const secure = privileges.secure === true ? 'https' : 'http'
  return `${secure}://${host}.${scheme}.test${pathname}${search}${hash}`
}

/** The address Electron would show for one of the browser's. */
export function fromBrowser(address: string): string {
  const url = URL.parse(address)
  const [, host, scheme] = /^(.+)\.([a-z]+)\.test$/.exec(url?.hostname ?? '') ?? []
  if (url === null || host === undefined || scheme === undefined) return address
  return `${scheme}://${host}${url.pathname}${url.search}${url.hash}`
}

/** The origin Electron would give a frame at an address of the browser. */
export function originOf(address: string): string {
  const url = URL.parse(fromBrowser(address))
  return url === null || url.host === '' ? 'null' : `${url.protocol}//${url.host}`
}

/** What the app answers at an address of the browser; null when it is not its to answer. */
export async function answerOf(address: string, method: string): Promise<Response | null> {
  const ours = fromBrowser(address)
  const answer = answers.get(ours.slice(0, ours.indexOf(':')))
  return answer === undefined || ours === address ? null : await answer({ url: ours, method })
}

type Handlers = {
  check: ((...args: readonly unknown[]) => boolean) | null
  request: unknown
  device: unknown
}
/** What the app decides about permissions. */
export const permissions: Handlers = { check: null, request: null, device: null }

const defaultSession = Object.assign(new EventEmitter(), {
  protocol,
  setPermissionCheckHandler: (handler: Handlers['check']) => void (permissions.check = handler),
  setPermissionRequestHandler: (handler: unknown) => void (permissions.request = handler),
  setDevicePermissionHandler: (handler: unknown) => void (permissions.device = handler),
})
export const session = { defaultSession }
