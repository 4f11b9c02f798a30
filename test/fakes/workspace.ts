import type { SetAside, WorkspaceStore } from '#ports/workspace.ts'

/** A workspace kept in memory, open to a test's look. */
export type MemoryWorkspace = WorkspaceStore & {
  text: string | null
  readonly copied: string[]
  readonly aside: { readonly why: SetAside; readonly text: string }[]
}

export function memoryWorkspace(text: string | null = null): MemoryWorkspace {
  const store: MemoryWorkspace = {
    text,
    copied: [],
    aside: [],
    read: () => Promise.resolve(store.text),
    write: (written) => {
      store.text = written
      return Promise.resolve()
    },
    copies: () => Promise.resolve([...store.copied]),
    keepCopy: (copy, most) => {
      store.copied.unshift(copy)
      store.copied.length = Math.min(store.copied.length, most)
      return Promise.resolve()
    },
    setAside: (why) => {
      if (store.text === null) return Promise.resolve(null)
      store.aside.push({ why, text: store.text })
      store.text = null
      return Promise.resolve(`workspace.${why}.json`)
    },
  }
  return store
}
