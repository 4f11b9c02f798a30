import { createStore } from 'zustand/vanilla'

/** The breaks being looked at, and the page whose panel asked for it. */
export type Looking = { readonly breakIds: readonly string[]; readonly page: Document }

export const settling = createStore<{ readonly looking: Looking | null }>(() => ({
  looking: null,
}))

/** Opens one break, or several to be settled together. */
export const lookAtBreaks = (breakIds: readonly string[], page: Document): void =>
  settling.setState({ looking: { breakIds, page } })

export const leaveBreaks = (): void => settling.setState({ looking: null })
