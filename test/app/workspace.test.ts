import { describe, expect, it } from 'vitest'
import { workspaceOf } from '#app/workspace.ts'
import { keptLog } from '../fakes/log.ts'
import { aLayout, aWorkspace } from '../fakes/workspace-document.ts'
import { memoryWorkspace, type MemoryWorkspace } from '../fakes/workspace.ts'

const load = (store: MemoryWorkspace) => workspaceOf(store, keptLog()).load()
const good = JSON.stringify(aWorkspace())

describe('the workspace', () => {
  it('is nothing before anything was saved', async () => {
    expect(await load(memoryWorkspace())).toEqual({ document: null, notice: null })
  })

  it('comes back as it was saved', async () => {
    const store = memoryWorkspace()
    await workspaceOf(store, keptLog()).save(aWorkspace())
    expect(await load(store)).toEqual({ document: aWorkspace(), notice: null })
  })

  it('keeps what the docking library says beyond what is checked', async () => {
    const layout = { ...aLayout(), edgeGroups: { left: { size: 200 } } }
    const saved = aWorkspace({ layouts: { monitor: { wide: layout } } })
    const store = memoryWorkspace(JSON.stringify(saved))
    expect((await load(store)).document).toEqual(saved)
  })

  it('saves in the order it was told to', async () => {
    const store = memoryWorkspace()
    const workspace = workspaceOf(store, keptLog())
    await Promise.all(
      (['dark', 'light', 'system'] as const).map((theme) => workspace.save(aWorkspace({ theme }))),
    )
    expect((await load(store)).document?.theme).toBe('system')
  })

  it('keeps the last five that were restored, each once', async () => {
    const store = memoryWorkspace(good)
    const workspace = workspaceOf(store, keptLog())
    await workspace.load()
    await workspace.load()
    expect(store.copied).toEqual([good])
    for (let width = 1; width <= 6; width += 1) {
      store.text = JSON.stringify(aWorkspace({ snoozed: { width } }))
      await workspace.load()
    }
    expect(store.copied.map((copy) => (JSON.parse(copy) as { snoozed: object }).snoozed)).toEqual(
      [6, 5, 4, 3, 2].map((width) => ({ width })),
    )
  })

  it('is put aside when it is reset', async () => {
    const store = memoryWorkspace(good)
    await workspaceOf(store, keptLog()).reset()
    expect(store.aside).toEqual([{ why: 'reset', text: good }])
    expect(await load(store)).toEqual({ document: null, notice: null })
  })
})

describe('a workspace that makes no sense', () => {
  const views = { id: 'g1', views: ['positions', 'charts'] }
  const grid = { ...aLayout().grid, root: { type: 'leaf' as const, data: views } }
  const twice = { ...aLayout().grid.root }
  const damaged: Readonly<Record<string, string>> = {
    'is no JSON': good.slice(0, -9),
    'is no object': '[]',
    'has no version': good.replace('"version":1', '"versions":1'),
    'shows a panel nobody described': JSON.stringify(
      aWorkspace({ layouts: { monitor: { wide: aLayout({ grid }) } } }),
    ),
    'shows a panel twice': JSON.stringify(
      aWorkspace({
        layouts: {
          monitor: {
            wide: aLayout({
              grid: { ...aLayout().grid, root: { type: 'branch', data: [twice, twice] } },
            }),
          },
        },
      }),
    ),
  }

  it.each(Object.keys(damaged))(
    '%s: it is kept aside, and the standard one shown',
    async (what) => {
      const text = damaged[what]!
      const store = memoryWorkspace(text)
      expect(await load(store)).toEqual({
        document: null,
        notice:
          'The saved layout is damaged; the standard one is shown instead. ' +
          'It is kept as workspace.unreadable.json.',
      })
      expect(store.aside).toEqual([{ why: 'unreadable', text }])
    },
  )

  it('gives way to the last good one', async () => {
    const store = memoryWorkspace('{')
    store.copied.push('{', good)
    expect(await load(store)).toEqual({
      document: aWorkspace(),
      notice:
        'The saved layout is damaged; the last good one is shown instead. ' +
        'It is kept as workspace.unreadable.json.',
    })
  })

  it('is left to the newer program that wrote it', async () => {
    const text = JSON.stringify({ version: 2, panes: [] })
    const store = memoryWorkspace(text)
    store.copied.push(good)
    expect(await load(store)).toEqual({
      document: aWorkspace(),
      notice:
        'The saved layout was written by a newer Truebook; the last good one is shown instead. ' +
        'It is kept as workspace.newer.json.',
    })
    expect(store.aside).toEqual([{ why: 'newer', text }])
  })
})
