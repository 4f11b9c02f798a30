import { dock } from './dock-state.ts'
import { focusIn } from './dock-moves.ts'

/** What F6 goes round: the bars and the groups of panels, as they stand in the page. */
const REGION = '[data-region], .dv-groupview'

const pages = (): readonly Document[] => [
  document,
  ...(dock.getState().api?.getPopouts() ?? []).map((popout) => popout.window.document),
]

/** The page that has the focus: this one, or that of a panel popped out. */
const present = (): Document => pages().find((page) => page.hasFocus()) ?? document

type Region = { readonly around: Element; readonly place: HTMLElement }

/** The regions in reading order, those of windows popped out last; empty ones are passed over. */
const regions = (): readonly Region[] =>
  pages()
    .flatMap((page) => [...page.querySelectorAll(REGION)])
    .flatMap((around) => {
      const place = focusIn(around.querySelector('[data-panel]') ?? around) ?? focusIn(around)
      return place === null ? [] : [{ around, place }]
    })

export function goToPanel(step: 1 | -1): void {
  const all = regions()
  const focused = present().activeElement
  const here = all.findIndex(({ around }) => around.contains(focused))
  const from = here === -1 && step === -1 ? 0 : here
  const to = all[(from + step + all.length) % all.length]
  to?.place.ownerDocument.defaultView?.focus()
  to?.place.focus()
}

export function goToFilter(): void {
  const page = present()
  const group = page.activeElement?.closest('.dv-groupview')
  const filter =
    group?.querySelector<HTMLInputElement>('[data-filter]') ??
    page.querySelector<HTMLInputElement>('[data-filter]')
  filter?.focus()
  filter?.select()
}
