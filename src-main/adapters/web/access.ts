import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Who may talk to the loopback server: pages it served itself, that know this run's token. */
export type Access = { readonly port: number; readonly token: string }

/**
 * The request was addressed to this server by a loopback name. A foreign page that resolves its own
 * name to 127.0.0.1 (DNS rebinding) carries that name here, and is refused.
 */
export const isOwnHost = ({ host }: IncomingHttpHeaders, { port }: Access): boolean =>
  host === `127.0.0.1:${port}` || host === `localhost:${port}`

/** A browser names the page's origin: it must be this server. Programs name none. */
export const isOwnOrigin = ({ origin }: IncomingHttpHeaders, { port }: Access): boolean =>
  origin === undefined ||
  origin === `http://127.0.0.1:${port}` ||
  origin === `http://localhost:${port}`

/** Compared in constant time. */
export function isToken(given: string | null, { token }: Access): boolean {
  if (given === null) return false
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Scripts send the token in a header, where it is neither logged nor kept in a history. */
export function hasToken({ authorization }: IncomingHttpHeaders, access: Access): boolean {
  const [, token = null] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? []
  return isToken(token, access)
}
