import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { useLayoutEffect, useState, type RefObject } from 'react'
import type { Line, Table } from '../../stores/table.ts'

export const ROW_HEIGHT = 24
const HEADER_HEIGHT = 26

/** The width inside an element, without its scroll bar. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(1000)
  useLayoutEffect(() => {
    const { current } = element
    if (current === null) return undefined
    // The observer of the page the element is in: a panel may be popped out into another.
    const view = current.ownerDocument.defaultView ?? window
    const observer = new view.ResizeObserver(() => setWidth(current.clientWidth))
    observer.observe(current)
    return () => observer.disconnect()
  }, [element])
  return width
}

/** Takes the table back to where it was scrolled, and remembers where it is left. */
export function useScrolled(scroller: RefObject<HTMLElement | null>, table: Table): void {
  useLayoutEffect(() => {
    const { current } = scroller
    if (current === null) return undefined
    current.scrollTo({ top: table.store.getState().scrolled })
    return () => table.setScrolled(current.scrollTop)
  }, [scroller, table])
}

type Drawn = {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly table: Table
  readonly lines: readonly Line[]
  /** The line the keyboard is at: always drawn, so that it can be named. */
  readonly active: string
}

/** The drawn part of the lines. */
export function useDrawn({ scroller, table, lines, active }: Drawn) {
  const activeIndex = active === '' ? -1 : lines.findIndex((line) => line.key === active)
  // The virtualizer is read anew on every drawing; nothing of it is memoized.
  // eslint-disable-next-line react-hooks/incompatible-library
  return useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
    initialOffset: () => table.store.getState().scrolled,
    overscan: 6,
    scrollPaddingStart: HEADER_HEIGHT,
    useFlushSync: false,
    rangeExtractor: (range: Range) => {
      const drawn = defaultRangeExtractor(range)
      if (activeIndex < 0 || drawn.includes(activeIndex)) return drawn
      return [...drawn, activeIndex].toSorted((left, right) => left - right)
    },
  })
}
