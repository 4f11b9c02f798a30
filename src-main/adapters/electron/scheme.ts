import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { protocol, type Session } from 'electron'
import { pathIn, SCHEME } from './addresses.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Nothing but our own files; no connection anywhere, for the contract comes through a port. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
    "img-src 'self' data:; font-src 'self'; connect-src 'none'; object-src 'none'; " +
    "base-uri 'none'; form-action 'none'; frame-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Must come before the app is ready, once. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      // Modules and fonts are asked for across origins, even those of one's own.
      privileges: {
        ...{ standard: true, secure: true, codeCache: true },
        ...{ supportFetchAPI: true, corsEnabled: true },
      },
    },
  ])
}

/** Answers our scheme with the files of a folder. */
export function servePages(session: Session, root: string): void {
  session.protocol.handle(SCHEME, async ({ method, url }) => {
    const path = method === 'GET' ? pathIn(root, url) : null
    const bytes = path === null ? null : await readFile(path).catch(() => null)
    if (path === null || bytes === null) {
      return new Response('There is no such page.', { status: 404, headers: HEADERS })
    }
    const type = TYPES[extname(path)] ?? 'application/octet-stream'
    return new Response(bytes, { headers: { ...HEADERS, 'content-type': type } })
  })
}
