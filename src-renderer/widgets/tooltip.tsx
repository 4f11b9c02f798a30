import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { useNow } from '../workspace/context.ts'

type Shown = { readonly at: Element; readonly text: () => string }

/** The one tooltip of the page: what it says is asked for only while it is shown. */
const tooltip = createStore<{ readonly shown: Shown | null }>(() => ({ shown: null }))

/** Long enough that a pointer passing over a table sets nothing off. */
const DELAY_MS = 350
let waiting: ReturnType<typeof setTimeout> | undefined

export function hideTip(): void {
  clearTimeout(waiting)
  if (tooltip.getState().shown !== null) tooltip.setState({ shown: null })
}

export function showTip(at: Element, text: () => string, delayMs = DELAY_MS): void {
  hideTip()
  waiting = setTimeout(() => {
    // What it explains may be gone by now: another workspace, a row that moved out of sight.
    if (at.isConnected) tooltip.setState({ shown: { at, text } })
  }, delayMs)
}

/** What an element needs to explain itself on hover and on focus. */
export const tipOn = (text: string) => ({
  onPointerEnter: (event: React.PointerEvent) => showTip(event.currentTarget, () => text),
  onPointerLeave: hideTip,
  onFocus: (event: React.FocusEvent) => {
    if (event.currentTarget.matches(':focus-visible')) showTip(event.currentTarget, () => text, 0)
  },
  onBlur: hideTip,
})

const EDGE = 6

/** Below the element where there is room, else above; never outside the window. */
function placeFor(element: Element, size: DOMRect): { left: number; top: number } {
  const at = element.getBoundingClientRect()
  const view = element.ownerDocument.defaultView ?? window
  const below = at.bottom + EDGE
  const top = below + size.height > view.innerHeight - EDGE ? at.top - size.height - EDGE : below
  const left = Math.min(Math.max(EDGE, at.left), view.innerWidth - size.width - EDGE)
  return { left, top: Math.max(EDGE, top) }
}

function Bubble({ shown }: { readonly shown: Shown }) {
  useNow()
  const box = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState({ left: -9999, top: -9999 })
  useLayoutEffect(() => {
    const size = box.current?.getBoundingClientRect()
    if (size !== undefined) setPlace(placeFor(shown.at, size))
  }, [shown])
  const text = shown.text()
  return text === '' || !shown.at.isConnected ? null : (
    <div ref={box} role="tooltip" className="tooltip" style={place}>
      {text}
    </div>
  )
}

export function Tooltip() {
  const shown = useStore(tooltip, (state) => state.shown)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hideTip()
    }
    addEventListener('keydown', onKey, true)
    addEventListener('scroll', hideTip, true)
    return () => {
      removeEventListener('keydown', onKey, true)
      removeEventListener('scroll', hideTip, true)
    }
  }, [])
  if (shown === null) return null
  return createPortal(<Bubble shown={shown} />, shown.at.ownerDocument.body)
}
