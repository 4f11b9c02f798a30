import { createStore } from 'zustand/vanilla'

export type Toast = { readonly id: number; readonly text: string; readonly isLasting: boolean }

/** Short words at the edge of the screen; what must not be missed stays until it is dismissed. */
export const toasts = createStore<{ readonly all: readonly Toast[] }>(() => ({ all: [] }))

let count = 0

export function toast(text: string, isLasting = false): void {
  count += 1
  const others = toasts.getState().all.filter((each) => each.text !== text)
  toasts.setState({ all: [...others, { id: count, text, isLasting }] })
}

export const dismiss = (id: number): void =>
  toasts.setState(({ all }) => ({ all: all.filter((each) => each.id !== id) }))
