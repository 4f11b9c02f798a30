import { VERSION } from '#shared/version.ts'
import type { Route } from './routes.ts'

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const rowOf = ({ method, path, summary }: Route): string =>
  `<tr><td>${method}<td><code>${escaped(path)}</code>` + `<td>${escaped(summary)}`

/** A page for people who open the address of the API in a browser: what there is, nothing more. */
export const pageOf = (routes: readonly Route[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Truebook: API</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto }
  td { padding: 0.1rem 1rem 0.1rem 0; vertical-align: top }
</style>
<h1>Truebook ${escaped(VERSION)}: API</h1>
<p>For scripts on this machine. Every request carries <code>authorization: Bearer TOKEN</code>; the
token and the address of this run are in <code>api.json</code> in the data directory.
<code>/api/openapi.json</code> describes everything, <code>docs/api.md</code> shows how to use it.
<table>
${routes.map(rowOf).join('\n')}
</table>
</html>
`
