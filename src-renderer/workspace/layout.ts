import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** What the trader arranged: kept on this computer. */
export type Layout = {
  readonly tab: 'fills' | 'orders'
  /** Share of the positions in a narrow window, in percent of the height. */
  readonly stacked: number
  /** Share of the positions in a wide window, in percent of the width. */
  readonly beside: number
  /** Share of the fills above the orders in a wide window, in percent of the height. */
  readonly fills: number
}

export const STANDARD: Layout = { tab: 'fills', stacked: 58, beside: 57, fills: 52 }
export const LEAST = 20
export const MOST = 80

const KEPT = 'truebook.layout'

const share = (value: unknown, standard: number): number =>
  typeof value === 'number' && value >= LEAST && value <= MOST ? value : standard

/** What was kept, as far as it makes sense; the standard for the rest. */
export function parseLayout(text: string | null): Layout {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<Record<keyof Layout, unknown>>
    return {
      tab: kept.tab === 'orders' ? 'orders' : 'fills',
      stacked: share(kept.stacked, STANDARD.stacked),
      beside: share(kept.beside, STANDARD.beside),
      fills: share(kept.fills, STANDARD.fills),
    }
  } catch {
    return STANDARD
  }
}

const layoutStore = createStore<Layout>(() => STANDARD)

/** Takes up the layout of last time. */
export const startLayout = (): void => layoutStore.setState(parseLayout(localStorage.getItem(KEPT)))

export function arrange(change: Partial<Layout>): void {
  layoutStore.setState(change)
  localStorage.setItem(KEPT, JSON.stringify(layoutStore.getState()))
}

export const useLayout = (): Layout => useStore(layoutStore)
