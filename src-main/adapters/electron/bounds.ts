import type { Rectangle } from 'electron'

/** Where the window was when it was last closed; bounds as if it were not maximized. */
export type WindowState = {
  readonly bounds: Rectangle
  readonly isMaximized: boolean
  readonly isFullScreen: boolean
}

const USUAL = { width: 1440, height: 900 }
export const SMALLEST = { width: 720, height: 480 }
/** So much of a title bar must be within reach to drag the window by it. */
const REACHABLE = { width: 120, height: 32 }

/** What was remembered, if it is a window's state at all; null otherwise. */
export function windowStateOf(remembered: unknown): WindowState | null {
  if (typeof remembered !== 'object' || remembered === null) return null
  const { bounds, isMaximized, isFullScreen } = remembered as Record<string, unknown>
  if (typeof bounds !== 'object' || bounds === null) return null
  const { x, y, width, height } = bounds as Record<string, unknown>
  const numbers = [x, y, width, height].filter((each) => Number.isSafeInteger(each))
  if (numbers.length !== 4) return null
  return {
    bounds: { x, y, width, height } as Rectangle,
    isMaximized: isMaximized === true,
    isFullScreen: isFullScreen === true,
  }
}

/**
 * Where to open the window: where it was, if its title bar is within reach on a display there is;
 * else in the middle of the first. Never larger than the display it is on. In display points.
 * @param areas the work areas of the displays, the primary one first
 */
export function visibleBounds(wanted: Rectangle | null, areas: readonly Rectangle[]): Rectangle {
  const [first] = areas
  if (first === undefined) return wanted ?? { x: 0, y: 0, ...USUAL }
  const home = wanted === null ? undefined : areas.find((area) => isWithinReach(wanted, area))
  if (wanted === null || home === undefined) return centred(wanted ?? USUAL, first)
  const { width, height } = fitted(wanted, home)
  return {
    x: between(wanted.x, home.x, home.x + home.width - width),
    y: between(wanted.y, home.y, home.y + home.height - height),
    width,
    height,
  }
}

type Size = Pick<Rectangle, 'width' | 'height'>

function isWithinReach(window: Rectangle, area: Rectangle): boolean {
  const left = Math.max(window.x, area.x)
  const right = Math.min(window.x + window.width, area.x + area.width)
  const isTitleIn =
    window.y >= area.y - REACHABLE.height && window.y <= area.y + area.height - REACHABLE.height
  return right - left >= REACHABLE.width && isTitleIn
}

const fitted = (size: Size, area: Size): Size => ({
  width: Math.min(Math.max(size.width, SMALLEST.width), area.width),
  height: Math.min(Math.max(size.height, SMALLEST.height), area.height),
})

function centred(size: Size, area: Rectangle): Rectangle {
  const { width, height } = fitted(size, area)
  return {
    x: area.x + Math.floor((area.width - width) / 2),
    y: area.y + Math.floor((area.height - height) / 2),
    width,
    height,
  }
}

const between = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), Math.max(least, most))
