import { useEffect } from 'react'

/** What can hold the focus inside a panel. */
const FOCUSABLE = '[data-focus], button, select, input, [tabindex="0"]'

/** The panels on screen, in reading order, each by what takes its focus. */
function places(): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-panel]')]
    .map(
      (panel) =>
        panel.querySelector<HTMLElement>('[data-focus]') ??
        panel.querySelector<HTMLElement>(FOCUSABLE),
    )
    .filter((place) => place !== null)
}

function goToPanel(step: 1 | -1): void {
  const all = places()
  const panel = document.activeElement?.closest('[data-panel]') ?? null
  const here = all.findIndex((place) => place.closest('[data-panel]') === panel)
  const from = here === -1 && step === -1 ? 0 : here
  all[(from + step + all.length) % all.length]?.focus()
}

function goToFilter(): void {
  const panel = document.activeElement?.closest('[data-panel]')
  const filter =
    panel?.querySelector<HTMLInputElement>('[data-filter]') ??
    document.querySelector<HTMLInputElement>('[data-filter]')
  filter?.focus()
  filter?.select()
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && ['INPUT', 'SELECT', 'TEXTAREA'].includes(target.tagName)

function onKeyDown(event: KeyboardEvent): void {
  if (event.key === 'F6') {
    event.preventDefault()
    goToPanel(event.shiftKey ? -1 : 1)
  } else if (event.key === '/' && !isTyping(event.target)) {
    event.preventDefault()
    goToFilter()
  }
}

/** Keys that work wherever the focus is: F6 and Shift+F6 between panels, / to filter. */
export function useKeys(): void {
  useEffect(() => {
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}
