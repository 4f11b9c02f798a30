import { beforeEach, describe, expect, it } from 'vitest'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { Keeping, type Keeper } from '#renderer/stores/keeping.ts'
import type { WorkspaceDocument } from '#shared/api/workspace.ts'
import { aWorkspace } from '../fakes/workspace-document.ts'

let choices: StoreApi<WorkspaceDocument>
let saved: WorkspaceDocument[]
let told: string[]
let waiting: (() => void)[]
let failure: string | null

const answer = (): Promise<unknown> =>
  failure === null ? Promise.resolve() : Promise.reject(new Error(failure))

const keeping = (load: Keeper['load']) =>
  new Keeping(choices, {
    load,
    save: (document) => {
      saved.push(document)
      return answer()
    },
    tell: (sentence) => told.push(sentence),
    after: (_, run) => {
      waiting.push(run)
      return () => {
        waiting = waiting.filter((each) => each !== run)
      }
    },
  })

/** Lets the time pass that changes are given to settle. */
const settle = async () => {
  const due = waiting
  waiting = []
  for (const run of due) run()
  await new Promise((resolve) => setTimeout(resolve, 0))
}

beforeEach(() => {
  choices = createStore(() => aWorkspace({ theme: 'system' }))
  saved = []
  told = []
  waiting = []
  failure = null
})

describe('the arrangement', () => {
  it('is taken up from the core, and not saved for that', async () => {
    const document = aWorkspace({ theme: 'light' })
    await keeping(() => Promise.resolve({ document, notice: null })).start()
    await settle()
    expect(choices.getState()).toEqual(document)
    expect({ saved, told }).toEqual({ saved: [], told: [] })
  })

  it('is saved once for many changes, as it is in the end', async () => {
    await keeping(() => Promise.resolve({ document: null, notice: null })).start()
    choices.setState({ theme: 'dark' })
    choices.setState({ theme: 'light' })
    await settle()
    expect(saved).toEqual([aWorkspace({ theme: 'light' })])
  })

  it('is saved at once when the page goes away', async () => {
    const kept = keeping(() => Promise.resolve({ document: null, notice: null }))
    await kept.start()
    kept.flush()
    expect(saved).toEqual([])
    choices.setState({ theme: 'dark' })
    kept.flush()
    expect(saved).toEqual([aWorkspace({ theme: 'dark' })])
    await settle()
    expect(saved).toHaveLength(1)
  })

  it('says what was amiss with it', async () => {
    await keeping(() => Promise.resolve({ document: null, notice: 'It was damaged.' })).start()
    expect(told).toEqual(['It was damaged.'])
  })

  it('says once that it cannot be saved, and again after it could', async () => {
    await keeping(() => Promise.resolve({ document: null, notice: null })).start()
    const change = async (at: number) => {
      choices.setState({ snoozed: { x: at } })
      await settle()
    }
    failure = 'The disk is full.'
    await change(1)
    await change(2)
    failure = null
    await change(3)
    failure = 'The disk is full.'
    await change(4)
    expect(told).toEqual([
      'The layout was not saved: The disk is full.',
      'The layout was not saved: The disk is full.',
    ])
  })

  it('is left alone when it could not be read: saving would overwrite it', async () => {
    await keeping(() => Promise.reject(new Error('EACCES'))).start()
    choices.setState({ theme: 'dark' })
    await settle()
    expect(saved).toEqual([])
    expect(told).toEqual([
      'The saved layout could not be read (EACCES): the standard one is shown, and changes are ' +
        'not saved. Reload the page to try again.',
    ])
  })
})
