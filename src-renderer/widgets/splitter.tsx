import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { LEAST, MOST } from '../workspace/layout.ts'

type SplitterProps = {
  readonly name: string
  /** Which way the bar lies: `vertical` parts left from right. */
  readonly lies: 'vertical' | 'horizontal'
  /** Share of what is before the bar, in percent. */
  readonly share: number
  readonly standard: number
  readonly onChange: (share: number) => void
}

const STEP = 4
const within = (share: number): number => Math.min(MOST, Math.max(LEAST, Math.round(share)))

/** A bar between two panels: dragged, or moved with the arrows; a double press puts it back. */
export function Splitter({ name, lies, share, standard, onChange }: SplitterProps) {
  const bar = useRef<HTMLDivElement>(null)
  const onPointerMove = (event: PointerEvent) => {
    const around = bar.current?.parentElement?.getBoundingClientRect()
    if (around === undefined || !event.currentTarget.hasPointerCapture(event.pointerId)) return
    const part =
      lies === 'vertical'
        ? (event.clientX - around.left) / around.width
        : (event.clientY - around.top) / around.height
    onChange(within(part * 100))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Partial<Record<string, number>> =
      lies === 'vertical'
        ? { ArrowLeft: share - STEP, ArrowRight: share + STEP }
        : { ArrowUp: share - STEP, ArrowDown: share + STEP }
    const to = { ...steps, Home: LEAST, End: MOST, Enter: standard }[event.key]
    if (to === undefined) return
    event.preventDefault()
    onChange(within(to))
  }
  return (
    <div
      ref={bar}
      role="separator"
      tabIndex={0}
      aria-label={name}
      aria-orientation={lies}
      aria-valuenow={share}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      className={`splitter ${lies}`}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onDoubleClick={() => onChange(standard)}
      onKeyDown={onKeyDown}
    />
  )
}
