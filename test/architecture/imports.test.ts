import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { cruise, type Cruised } from './cruise.ts'
import { ROOT } from './planted.ts'

const sourcesUnder = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`)

const SOURCES = ['src-shared', 'src-main', 'src-renderer'].flatMap(sourcesUnder)

describe('the source tree', () => {
  let cruised: Cruised
  beforeAll(async () => {
    cruised = await cruise(ROOT)
  })

  it('keeps every import rule', () => {
    expect(cruised.violations).toEqual([])
  })

  it('was looked at in full: a guard that looked at nothing must fail', () => {
    expect(SOURCES.length).toBeGreaterThan(50)
    expect(cruised.totalCruised).toBeGreaterThanOrEqual(SOURCES.length)
    expect(SOURCES.filter((source) => !cruised.sources.has(source))).toEqual([])
  })
})

describe('the ports', () => {
  it.each(sourcesUnder('src-main/ports'))('%s is types only: nothing of it runs', (port) => {
    const code = stripTypeScriptTypes(readFileSync(join(ROOT, port), 'utf8'))
    const left = code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replaceAll(/[;\s]/g, '')
    expect(left).toBe('')
  })
})
