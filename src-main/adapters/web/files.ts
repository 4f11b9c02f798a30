import { createReadStream, statSync, type Stats } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
}

/** Nothing but what this server serves, and no frame around it. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; object-src 'none'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Serves one file of a folder; false when it has none of that name. */
export function serveFile(root: string, urlPath: string, response: ServerResponse): boolean {
  const path = normalize(join(root, urlPath === '/' ? 'index.html' : urlPath))
  if (!path.startsWith(root + sep)) return false
  const found = look(path)
  if (!found?.isFile()) return false
  // Names of built files carry a hash of their content; the page itself does not.
  const isHashed = urlPath.startsWith('/assets/')
  response.writeHead(200, {
    ...PAGE_HEADERS,
    'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-store',
  })
  createReadStream(path)
    .on('error', () => response.destroy())
    .pipe(response)
  return true
}

/** What lies at a path; nothing where there can be nothing, such as behind a name too long. */
function look(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
