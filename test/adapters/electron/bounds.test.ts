import { describe, expect, it } from 'vitest'
import { visibleBounds, windowStateOf } from '#adapters/electron/bounds.ts'

const LEFT = { x: 0, y: 25, width: 1920, height: 1055 }
const RIGHT = { x: 1920, y: 0, width: 2560, height: 1400 }
const onRight = { x: 2500, y: 200, width: 1200, height: 800 }

describe('a window that is opened', () => {
  it('stands where it stood, on whichever display that was', () => {
    expect(visibleBounds(onRight, [LEFT, RIGHT])).toEqual(onRight)
  })

  it('comes to the first display when the one it stood on is gone', () => {
    expect(visibleBounds(onRight, [LEFT])).toEqual({ x: 360, y: 152, width: 1200, height: 800 })
  })

  it('comes back when its title bar was out of reach', () => {
    const above = { x: 100, y: -400, width: 1200, height: 800 }
    expect(visibleBounds(above, [LEFT]).y).toBeGreaterThanOrEqual(LEFT.y)
    const beside = { x: 1900, y: 100, width: 1200, height: 800 }
    expect(visibleBounds(beside, [LEFT])).toEqual({ x: 360, y: 152, width: 1200, height: 800 })
  })

  it('is pulled in whole when it stuck out, and never larger than its display', () => {
    const out = { x: 1500, y: 700, width: 1200, height: 800 }
    expect(visibleBounds(out, [LEFT])).toEqual({ x: 720, y: 280, width: 1200, height: 800 })
    const huge = { x: 100, y: 100, width: 5000, height: 4000 }
    expect(visibleBounds(huge, [LEFT])).toEqual(LEFT)
  })

  it('has a usual size in the middle the first time', () => {
    expect(visibleBounds(null, [LEFT])).toEqual({ x: 240, y: 102, width: 1440, height: 900 })
  })
})

describe('what is remembered of a window', () => {
  it('is taken when it is a window’s state', () => {
    const state = { bounds: onRight, isMaximized: true, isFullScreen: false }
    expect(windowStateOf(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })

  it.each([null, 7, 'x', {}, { bounds: null }, { bounds: { x: 1, y: 2, width: 3 } }])(
    'is forgotten when it is anything else: %j',
    (remembered) => expect(windowStateOf(remembered)).toBe(null),
  )

  it('is forgotten when a number of it is none', () => {
    const bounds = { x: 1, y: 2, width: Number.NaN, height: 4 }
    expect(windowStateOf({ bounds })).toBe(null)
    expect(windowStateOf({ bounds: { ...bounds, width: 1e300 } })).toBe(null)
  })
})
