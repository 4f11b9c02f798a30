import { choices } from '../stores/choices.ts'

export const THEMES = ['system', 'dark', 'light'] as const
export type Theme = (typeof THEMES)[number]

const system = matchMedia('(prefers-color-scheme: light)')

/** Every page of this window and of the panels popped out of it. */
const pages = new Set<Document>([document])

function colour(page: Document): void {
  const { theme } = choices.getState()
  const bySystem = system.matches ? 'light' : 'dark'
  page.documentElement.dataset['theme'] = theme === 'system' ? bySystem : theme
}

const colourAll = (): void => pages.forEach(colour)

export const chooseTheme = (theme: Theme): void => choices.setState({ theme })

/** Colours a page, too; answers how to let go of it. */
export function colourPage(page: Document): () => void {
  pages.add(page)
  colour(page)
  return () => pages.delete(page)
}

/** Colours the page as chosen, and follows the system when that is the choice. */
export function startTheme(): void {
  colourAll()
  choices.subscribe(colourAll)
  system.addEventListener('change', colourAll)
}
