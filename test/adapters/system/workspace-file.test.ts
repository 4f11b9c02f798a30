import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { workspaceIn } from '#adapters/system/workspace-file.ts'
import { makeFolder } from '../../harness/folder.ts'

const folder = makeFolder()
afterAll(() => folder.remove())

describe('the workspace on disk', () => {
  it('is nothing in a new folder, and what was written afterwards', async () => {
    const at = folder.path('new/deep')
    const store = workspaceIn(at)
    expect(await store.read()).toBeNull()
    expect(await store.copies()).toEqual([])
    expect(await store.setAside('reset')).toBeNull()
    await store.write('one')
    await store.write('two')
    expect(await store.read()).toBe('two')
    expect(readdirSync(at)).toEqual(['workspace.json'])
  })

  it('survives a write that never ended', async () => {
    const at = folder.dataDir('torn')
    const store = workspaceIn(at)
    await store.write('whole')
    writeFileSync(`${at}/workspace.json.new`, 'hal')
    expect(await store.read()).toBe('whole')
    await store.write('next')
    expect(await store.read()).toBe('next')
  })

  it('keeps the latest copies and no more', async () => {
    const store = workspaceIn(folder.dataDir('copies'))
    for (const copy of ['a', 'b', 'c', 'd']) await store.keepCopy(copy, 3)
    expect(await store.copies()).toEqual(['d', 'c', 'b'])
  })

  it('is moved aside with its words and its reason', async () => {
    const store = workspaceIn(folder.dataDir('aside'))
    await store.write('damaged')
    const place = await store.setAside('unreadable')
    expect(place).toMatch(/workspace\.unreadable\.[\dTZ-]+\.json$/)
    expect(readFileSync(place!, 'utf8')).toBe('damaged')
    expect(await store.read()).toBeNull()
  })
})
