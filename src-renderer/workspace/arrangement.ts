/**
 * How much room the window has; each keeps a layout of its own. `stacked` is a small window, or one
 * zoomed in to 200 %: panels stand under one another and the page scrolls down.
 */
export type Arrangement = 'wide' | 'standard' | 'half' | 'stacked'

const WIDE_FROM = 1700
const STANDARD_FROM = 1120
const STACKED_BELOW = { width: 720, height: 560 }

/** The arrangement of a window of so many CSS pixels. */
export function arrangementFor(width: number, height: number): Arrangement {
  if (width < STACKED_BELOW.width || height < STACKED_BELOW.height) return 'stacked'
  if (width >= WIDE_FROM) return 'wide'
  return width >= STANDARD_FROM ? 'standard' : 'half'
}
