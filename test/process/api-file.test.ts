import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { makeFolder } from '../harness/folder.ts'
import { endAllPrograms } from '../harness/program.ts'
import { startWorkstation } from '../harness/workstation.ts'

const folder = makeFolder()

beforeAll(() => {
  buildIfNeeded()
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

type Told = { readonly url: string; readonly token: string; readonly pid: number }

/** Nothing listens there: the API answers all the same. */
const flagsOf = (dataDir: string) => ['--port', '1', '--data-dir', dataDir]

const toldIn = (dataDir: string): Told =>
  JSON.parse(readFileSync(join(dataDir, 'api.json'), 'utf8')) as Told

const statusOf = async ({ url, token }: Told): Promise<number> =>
  (await fetch(`${url}/api/link`, { headers: { authorization: `Bearer ${token}` } })).status

it('leads a script to the program while it runs, and is gone when it ends', async () => {
  const dataDir = folder.dataDir('stopped')
  const workstation = await startWorkstation(flagsOf(dataDir))
  const told = toldIn(dataDir)
  expect(told).toMatchObject({ url: new URL(workstation.url).origin, pid: workstation.program.pid })
  expect(statSync(join(dataDir, 'api.json')).mode & 0o777).toBe(0o600)
  expect(await statusOf(told)).toBe(200)
  expect(await workstation.stop()).toEqual({ code: 0, signal: null })
  expect(existsSync(join(dataDir, 'api.json'))).toBe(false)
})

it('is replaced by the next run after a crash, and the old token is worth nothing', async () => {
  const dataDir = folder.dataDir('killed')
  const first = await startWorkstation(flagsOf(dataDir))
  const stale = toldIn(dataDir)
  await first.kill()
  expect(toldIn(dataDir)).toEqual(stale)
  const second = await startWorkstation(flagsOf(dataDir))
  const told = toldIn(dataDir)
  expect(told.token).not.toBe(stale.token)
  expect(await statusOf(told)).toBe(200)
  expect(await statusOf({ ...told, token: stale.token })).toBe(401)
  await second.stop()
})
