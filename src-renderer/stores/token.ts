const KEPT = 'truebook.token'

/**
 * The key of this run of the core: from the page's address on first load, then kept for this tab
 * only and taken out of the address bar, so that it is neither bookmarked nor shown.
 */
export function takeToken(): string | null {
  const url = new URL(location.href)
  const inFragment = new URLSearchParams(url.hash.replace(/^#\??/, ''))
  const token = url.searchParams.get('token') ?? inFragment.get('token')
  if (token === null || token === '') return sessionStorage.getItem(KEPT)
  sessionStorage.setItem(KEPT, token)
  url.searchParams.delete('token')
  url.hash = ''
  history.replaceState(null, '', url.pathname + url.search)
  return token
}
