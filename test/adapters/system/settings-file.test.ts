import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { settingsFile } from '#adapters/system/settings-file.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function folderWith(content: string | null): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'truebook-test-'))
  folders.push(folder)
  const path = join(folder, 'settings.json')
  if (content !== null) writeFileSync(path, content)
  return { folder, path }
}
const textOf = (path: string): string => readFileSync(path, 'utf8')

describe('the settings file', () => {
  it('keeps what nobody knows, the order of keys and the indentation', () => {
    const { folder, path } = folderWith(
      '{\n\t"note": {"of": "mine"},\n\t"port": 1,\n\t"host": "a"\n}',
    )
    expect(settingsFile(folder).write({ port: 2, clientId: 5, host: null })).toEqual({
      ok: true,
      value: null,
    })
    expect(textOf(path)).toBe(
      '{\n\t"note": {\n\t\t"of": "mine"\n\t},\n\t"port": 2,\n\t"clientId": 5\n}\n',
    )
  })

  it('is made when there is none, and nothing is left beside it', () => {
    const { folder, path } = folderWith(null)
    settingsFile(folder).write({ port: 4002 })
    expect(textOf(path)).toBe('{\n  "port": 4002\n}\n')
    expect(readdirSync(folder)).toEqual(['settings.json'])
  })

  it('has what was written into it meanwhile', () => {
    const { folder, path } = folderWith('{}')
    const file = settingsFile(folder)
    expect(file.read()).toEqual({ ok: true, value: {} })
    writeFileSync(path, '{"httpPort": 8080}')
    file.write({ port: 1 })
    expect(file.read()).toEqual({ ok: true, value: { httpPort: 8080, port: 1 } })
  })

  it('that cannot be read is not written over', () => {
    const { folder, path } = folderWith('{"port": ')
    const written = settingsFile(folder).write({ port: 1 })
    expect(written).toEqual({ ok: false, error: expect.stringContaining('Correct it') as unknown })
    expect(textOf(path)).toBe('{"port": ')
  })

  it('that cannot be written is said so', () => {
    const { folder, path } = folderWith('{}')
    // What is written beside it would go nowhere.
    symlinkSync(join(folder, 'nowhere', 'at-all'), `${path}.new`)
    const written = settingsFile(folder).write({ port: 1 })
    expect(written).toEqual({
      ok: false,
      error: expect.stringMatching(/cannot be written: .*Nothing was changed\.$/) as unknown,
    })
    expect(textOf(path)).toBe('{}')
  })

  it('keeps its permissions, and stays a link when it is one', () => {
    const { folder, path } = folderWith(null)
    const elsewhere = folderWith('{}')
    chmodSync(elsewhere.path, 0o600)
    symlinkSync(elsewhere.path, path)
    settingsFile(folder).write({ port: 1 })
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(textOf(elsewhere.path)).toBe('{\n  "port": 1\n}\n')
    expect(statSync(elsewhere.path).mode & 0o777).toBe(0o600)
  })
})
