import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { hideTip, tipOn } from './tooltip.tsx'

type PopoverProps = {
  /** What the button shows. */
  readonly button: ReactNode
  /** What the button is, for those who do not see it. */
  readonly name: string
  readonly tip?: string
  readonly className?: string
  readonly side: 'below' | 'above'
  readonly align?: 'start' | 'end'
  readonly children: ReactNode
}

/** A button and what it opens; a press outside or Escape closes it. */
export function Popover(props: PopoverProps) {
  const [isOpen, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const id = useId()
  useEffect(() => {
    if (!isOpen) return undefined
    const onPress = (event: PointerEvent) => {
      if (root.current?.contains(event.target as Node) !== true) setOpen(false)
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    addEventListener('pointerdown', onPress)
    addEventListener('keydown', onKey)
    return () => {
      removeEventListener('pointerdown', onPress)
      removeEventListener('keydown', onKey)
    }
  }, [isOpen])
  return (
    <div ref={root} className="popover-root">
      <button
        ref={button}
        type="button"
        className={props.className}
        aria-label={props.name}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => {
          hideTip()
          setOpen(!isOpen)
        }}
        {...(props.tip === undefined || isOpen ? {} : tipOn(props.tip))}
      >
        {props.button}
      </button>
      {isOpen ? (
        <div id={id} role="dialog" aria-label={props.name} className={popoverClass(props)}>
          {props.children}
        </div>
      ) : null}
    </div>
  )
}

const popoverClass = ({ side, align = 'start' }: PopoverProps): string => `popover ${side} ${align}`
