import { join, normalize, sep } from 'node:path'

/**
 * Our pages come from a scheme of our own: with an origin, a secure context and a content security
 * policy, none of which file:// has.
 */
export const SCHEME = 'truebook'
export const ORIGIN = `${SCHEME}://app`
export const PAGE = `${ORIGIN}/index.html`
/** The only page a window may be opened for: panels are moved into it by the page that opens it. */
export const POP_OUT_PAGE = `${ORIGIN}/popout.html`

/** The file an address of ours stands for; null for what is not of ours, or not in the folder. */
export function pathIn(root: string, address: string): string | null {
  const url = URL.parse(address)
  if (url === null || `${url.protocol}//${url.host}` !== ORIGIN) return null
  try {
    const path = normalize(join(root, decodeURIComponent(url.pathname)))
    return path.startsWith(root + sep) && !path.includes('\0') ? path : null
  } catch {
    return null
  }
}

/** True for an address of this very page, whatever its query or fragment. */
export const isPage = (address: string, page: string): boolean =>
  address === page || address.startsWith(`${page}?`) || address.startsWith(`${page}#`)
