import type { Log } from '#ports/log.ts'
import type { WorkspaceStore } from '#ports/workspace.ts'
import {
  WORKSPACE_VERSION,
  workspaceDocument,
  type LoadedWorkspace,
  type WorkspaceDocument,
} from '#shared/api/workspace.ts'

/** Workspaces that could be restored and are kept; one a start at most. */
const COPIES = 5

/** What the trader arranged: restored when it makes sense, never lost when it does not. */
export type Workspace = {
  readonly load: () => Promise<LoadedWorkspace>
  readonly save: (document: WorkspaceDocument) => Promise<void>
  /** Back to how everything was at first; what there was is kept aside. */
  readonly reset: () => Promise<void>
}

type Trouble = 'unreadable' | 'newer'
type Read =
  | { readonly kind: 'good'; readonly document: WorkspaceDocument }
  | { readonly kind: 'bad'; readonly why: Trouble; readonly detail: string }

/** What a saved text says. A later version is told from a damaged file: neither is restored. */
function readDocument(text: string): Read {
  try {
    const value: unknown = JSON.parse(text)
    const version = versionOf(value)
    if (version !== null && version > WORKSPACE_VERSION) {
      return { kind: 'bad', why: 'newer', detail: `version ${version}` }
    }
    const parsed = workspaceDocument.safeParse(value)
    if (parsed.success) return { kind: 'good', document: parsed.data }
    const [issue] = parsed.error.issues
    const at = issue?.path.map(String).join('.') ?? ''
    return { kind: 'bad', why: 'unreadable', detail: `${at}: ${issue?.message ?? ''}` }
  } catch (error) {
    return { kind: 'bad', why: 'unreadable', detail: String(error) }
  }
}

function versionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('version' in value)) return null
  return typeof value.version === 'number' ? value.version : null
}

const REASON: Record<Trouble, string> = {
  unreadable: 'The saved layout is damaged',
  newer: 'The saved layout was written by a newer Truebook',
}

/** Loads, saves and resets the workspace; saves follow one another in the order they came. */
export function workspaceOf(store: WorkspaceStore, log: Log): Workspace {
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = <Answer>(run: () => Promise<Answer>): Promise<Answer> => {
    const answer = queue.then(run)
    queue = answer.catch(() => undefined)
    return answer
  }

  async function fallBack(why: Trouble, detail: string): Promise<LoadedWorkspace> {
    const place = await store.setAside(why)
    log.warn('The saved workspace could not be restored', { why: detail, keptAt: place ?? '' })
    const kept = place === null ? '' : ` It is kept as ${place}.`
    for (const copy of await store.copies()) {
      const read = readDocument(copy)
      if (read.kind !== 'good') continue
      const notice = `${REASON[why]}; the last good one is shown instead.${kept}`
      return { document: read.document, notice }
    }
    return { document: null, notice: `${REASON[why]}; the standard one is shown instead.${kept}` }
  }

  async function load(): Promise<LoadedWorkspace> {
    const text = await store.read()
    if (text === null) return { document: null, notice: null }
    const read = readDocument(text)
    if (read.kind === 'bad') return await fallBack(read.why, read.detail)
    const [latest] = await store.copies()
    if (latest !== text) await store.keepCopy(text, COPIES)
    return { document: read.document, notice: null }
  }

  return {
    load: () => inTurn(load),
    save: (document) => inTurn(() => store.write(JSON.stringify(document))),
    reset: () =>
      inTurn(async () => {
        await store.setAside('reset')
      }),
  }
}
