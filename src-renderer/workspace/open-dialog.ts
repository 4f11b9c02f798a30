import { createStore } from 'zustand/vanilla'

export type DialogName = 'palette' | 'help'

/** The dialog on screen, of those there is only one of. */
export const openedDialog = createStore<{ readonly name: DialogName | null }>(() => ({
  name: null,
}))

export const openDialog = (name: DialogName): void => openedDialog.setState({ name })
export const closeDialog = (): void => openedDialog.setState({ name: null })
