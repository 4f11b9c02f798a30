import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { addressFile, tellAddress } from '#adapters/system/address-file.ts'
import { inFolder } from '../duckdb/folder.ts'

const ADDRESS = { url: 'http://127.0.0.1:4000', token: 'first', version: '0.1.0' }

const take = (told: ReturnType<typeof tellAddress>): (() => void) => {
  if (!told.ok) throw new Error(told.error)
  return told.value
}

describe('the file that tells scripts where the program answers', () => {
  it('is for its owner alone, whole, and gone afterwards', () =>
    inFolder(async (folder) => {
      await Promise.resolve()
      const forget = take(tellAddress(folder, ADDRESS))
      const path = addressFile(folder)
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ ...ADDRESS, pid: process.pid })
      expect(statSync(path).mode & 0o777).toBe(0o600)
      expect(readdirSync(folder)).toEqual(['api.json'])
      forget()
      expect(readdirSync(folder)).toEqual([])
    }))

  it('is written anew over what a killed program left, whoever could read that', () =>
    inFolder(async (folder) => {
      await Promise.resolve()
      writeFileSync(addressFile(folder), '{"token":"old"}', { mode: 0o644 })
      writeFileSync(`${addressFile(folder)}.${process.pid}`, 'half', { mode: 0o644 })
      const forget = take(tellAddress(folder, ADDRESS))
      expect(statSync(addressFile(folder)).mode & 0o777).toBe(0o600)
      expect(readFileSync(addressFile(folder), 'utf8')).toContain('"first"')
      forget()
      expect(readdirSync(folder)).toEqual([])
    }))

  it('stays when it is of a later run', () =>
    inFolder(async (folder) => {
      await Promise.resolve()
      const forgetFirst = take(tellAddress(folder, ADDRESS))
      const forgetSecond = take(tellAddress(folder, { ...ADDRESS, token: 'second' }))
      forgetFirst()
      expect(readFileSync(addressFile(folder), 'utf8')).toContain('"second"')
      forgetSecond()
      forgetSecond()
      expect(readdirSync(folder)).toEqual([])
    }))

  it('that cannot be written is told in a sentence, with its name', () =>
    inFolder(async (folder) => {
      await Promise.resolve()
      mkdirSync(join(folder, 'api.json'))
      const told = tellAddress(folder, ADDRESS)
      expect(told.ok ? '' : told.error).toContain(addressFile(folder))
      expect(readdirSync(folder)).toEqual(['api.json'])
    }))
})
