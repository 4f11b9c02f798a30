import { createStore } from 'zustand/vanilla'

export const THEMES = ['system', 'dark', 'light'] as const
export type Theme = (typeof THEMES)[number]

const KEPT = 'truebook.theme'
const isTheme = (text: string | null): text is Theme => THEMES.some((theme) => theme === text)
const system = matchMedia('(prefers-color-scheme: light)')

function kept(): Theme {
  const text = localStorage.getItem(KEPT)
  return isTheme(text) ? text : 'system'
}

export const themeStore = createStore<{ readonly theme: Theme }>(() => ({ theme: kept() }))

function apply(): void {
  const { theme } = themeStore.getState()
  const bySystem = system.matches ? 'light' : 'dark'
  document.documentElement.dataset['theme'] = theme === 'system' ? bySystem : theme
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme)
  themeStore.setState({ theme })
  apply()
}

/** Colours the page as chosen, and follows the system when that is the choice. */
export function startTheme(): void {
  apply()
  system.addEventListener('change', apply)
}
