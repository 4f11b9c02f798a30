import { randomBytes } from 'node:crypto'
import { tellAddress } from '#adapters/system/address-file.ts'
import { serveWeb, type WebServer } from '#adapters/web/server.ts'
import type { Log } from '#ports/log.ts'
import { VERSION } from '#shared/version.ts'
import type { Core } from './compose.ts'

export type Serving = {
  /** The built renderer. */
  readonly root: string
  /** 0 takes a free one. */
  readonly port: number
  readonly dataDir: string
  /** What callers must know: one of this run, the same for every core of it. */
  readonly token: string
  readonly log: Log
}

/** A secret of this run. */
export const newToken = (): string => randomBytes(24).toString('base64url')

/**
 * Serves the screen and the API of a core on 127.0.0.1 under a token of this run, and tells scripts
 * where in `api.json` until it is closed.
 * @throws the system's error when the port cannot be listened on.
 */
export async function serveCore(core: Core, serving: Serving): Promise<WebServer> {
  const { root, port, dataDir, token, log } = serving
  const server = await serveWeb({ root, port, token, router: core.router, log })
  const url = `http://127.0.0.1:${server.port}`
  const told = tellAddress(dataDir, { url, token, version: VERSION })
  if (!told.ok) log.warn(told.error, {})
  return {
    ...server,
    close: async () => {
      if (told.ok) told.value()
      await server.close()
    },
  }
}
