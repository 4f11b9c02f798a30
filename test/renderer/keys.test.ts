import { describe, expect, it } from 'vitest'
import {
  bind,
  entryFor,
  isSoleKeyOn,
  KEYS,
  keysOf,
  writtenKey,
} from '#renderer/workspace/key-bindings.ts'

const none = { key: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
const press = (key: string, held: Partial<typeof none> = {}) => ({ ...none, key, ...held })
const keys = { singles: true, bound: {} }

describe('the table of keys', () => {
  it('gives no key two meanings', () => {
    const all = KEYS.map(({ key }) => key).filter((key) => key !== '')
    expect(all).toEqual([...new Set(all)])
  })

  it('names every entry once', () => {
    const ids = KEYS.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)])
  })
})

describe('a press', () => {
  it('is written as it is shown', () => {
    expect(writtenKey(press('k', { ctrlKey: true }))).toBe('Ctrl+K')
    expect(writtenKey(press('k', { metaKey: true }))).toBe('Ctrl+K')
    expect(writtenKey(press('F6', { shiftKey: true }))).toBe('Shift+F6')
    expect(writtenKey(press('?', { shiftKey: true }))).toBe('?')
    expect(writtenKey(press('1', { altKey: true }))).toBe('Alt+1')
    expect(writtenKey(press(' '))).toBe('Space')
    expect(writtenKey(press('Shift', { shiftKey: true }))).toBeNull()
  })

  it('means what the table says, or nothing', () => {
    expect(entryFor(keys, press('k', { ctrlKey: true }))?.id).toBe('palette')
    expect(entryFor(keys, press('F6'))?.id).toBe('panel.next')
    expect(entryFor(keys, press('k'))).toBeNull()
  })

  it('means nothing as a single key once those are off', () => {
    const off = { ...keys, singles: false }
    expect(entryFor(off, press('/'))).toBeNull()
    expect(entryFor(off, press('F6'))?.id).toBe('panel.next')
    expect(isSoleKeyOn(off, '?')).toBe(false)
  })
})

describe('a key that is changed', () => {
  it('acts in place of the old one', () => {
    const outcome = bind(keys, 'palette', 'Ctrl+P')
    expect(outcome).toEqual({ bound: { palette: 'Ctrl+P' } })
    const changed = { ...keys, ...('bound' in outcome ? outcome : {}) }
    expect(entryFor(changed, press('p', { ctrlKey: true }))?.id).toBe('palette')
    expect(entryFor(changed, press('k', { ctrlKey: true }))).toBeNull()
  })

  it('can be taken away', () => {
    const outcome = bind(keys, 'filter', '')
    expect(outcome).toEqual({ bound: { filter: '' } })
    const changed = { singles: true, bound: { filter: '' } }
    expect(keysOf(changed, 'filter')).toBe('')
    expect(entryFor(changed, press('/'))).toBeNull()
  })

  it('is refused when it means something else, or is needed to move', () => {
    expect(bind(keys, 'palette', 'F6')).toEqual({ refusal: 'F6 already means: Next panel.' })
    expect(bind(keys, 'palette', 'ArrowDown')).toEqual({
      refusal: 'ArrowDown is needed in tables and dialogs.',
    })
  })
})
