import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WorkspaceStore } from '#ports/workspace.ts'
import { isoOf, utcMillis } from '#shared/time.ts'

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** A moment as part of a file name: sorts by time, never the same twice, fit for every system. */
function stamper(): () => string {
  let last = 0
  return () => {
    last = Math.max(Date.now(), last + 1)
    return isoOf(utcMillis(last)).replaceAll(/[:.]/g, '-')
  }
}

/** Written beside and renamed: whoever reads sees the old one or the new one, never half. */
async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.new`
  await writeFile(beside, text, { encoding: 'utf8', flush: true })
  await rename(beside, path)
}

/** Keeps the workspace as workspace.json in a folder, and its copies in workspace-copies. */
export function workspaceIn(folder: string): WorkspaceStore {
  const path = join(folder, 'workspace.json')
  const copies = join(folder, 'workspace-copies')
  const stamp = stamper()

  /** Names of the copies, the latest first: a name is a moment. */
  const names = async (): Promise<readonly string[]> => {
    const all = await readdir(copies).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    return all
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .toReversed()
  }

  return {
    read: () => readIfThere(path),
    write: async (text) => {
      await mkdir(folder, { recursive: true })
      await replace(path, text)
    },
    copies: async () => {
      const texts = await Promise.all(
        (await names()).map((name) => readIfThere(join(copies, name))),
      )
      return texts.filter((text) => text !== null)
    },
    keepCopy: async (text, most) => {
      await mkdir(copies, { recursive: true })
      await replace(join(copies, `${stamp()}.json`), text)
      for (const name of (await names()).slice(most)) await rm(join(copies, name), { force: true })
    },
    setAside: async (why) => {
      const aside = join(folder, `workspace.${why}.${stamp()}.json`)
      try {
        await rename(path, aside)
        return aside
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
  }
}
