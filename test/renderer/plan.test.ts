import { describe, expect, it } from 'vitest'
import { arrangementFor } from '#renderer/workspace/arrangement.ts'
import {
  layoutFor,
  shapeOf,
  withoutPlaceholders,
  withPlaceholders,
  type Plan,
} from '#renderer/workspace/plan.ts'
import { workspaceLayout } from '#shared/api/workspace.ts'
import { aLayout } from '../fakes/workspace-document.ts'

const plan: Plan = {
  share: 100,
  column: [
    { share: 60, tabs: ['positions'] },
    {
      share: 40,
      row: [
        { share: 50, tabs: ['orders', 'fills'], front: 'fills' },
        { share: 50, tabs: ['connection'] },
      ],
    },
  ],
}
const room = { width: 1900, height: 1000 }

describe('how much room a window has', () => {
  it('is told by its width, and by its height when it is small', () => {
    expect(arrangementFor(1920, 1080)).toBe('wide')
    expect(arrangementFor(1366, 768)).toBe('standard')
    expect(arrangementFor(960, 1080)).toBe('half')
  })

  it('is that of a stacked page at 200 % of each size', () => {
    expect(arrangementFor(960, 540)).toBe('stacked')
    expect(arrangementFor(683, 384)).toBe('stacked')
    expect(arrangementFor(480, 540)).toBe('stacked')
  })
})

describe('a plan', () => {
  it('becomes a layout whose parts share the room', () => {
    expect(layoutFor(plan, room).grid).toEqual({
      root: {
        type: 'branch',
        size: 1900,
        data: [
          {
            type: 'leaf',
            size: 600,
            data: { id: 'group-positions', views: ['positions'], activeView: 'positions' },
          },
          {
            type: 'branch',
            size: 400,
            data: [
              {
                type: 'leaf',
                size: 950,
                data: { id: 'group-orders', views: ['orders', 'fills'], activeView: 'fills' },
              },
              {
                type: 'leaf',
                size: 950,
                data: { id: 'group-connection', views: ['connection'], activeView: 'connection' },
              },
            ],
          },
        ],
      },
      ...room,
      orientation: 'VERTICAL',
    })
  })

  it('is a layout that may be saved', () => {
    const layout = layoutFor(plan, room)
    expect(workspaceLayout.parse(layout)).toEqual(layout)
  })

  it('has one shape in windows of every size', () => {
    expect(shapeOf(layoutFor(plan, room))).toBe(
      shapeOf(layoutFor(plan, { width: 1203, height: 617 })),
    )
  })

  it('has another shape once a panel is moved, brought to the front or made wider', () => {
    const [first, second] = plan.column
    const moved: Plan = {
      share: 100,
      row: plan.column.map((part) => ({
        share: 50,
        tabs: 'tabs' in part ? part.tabs : ['orders', 'fills', 'connection'],
      })),
    }
    const wider: Plan = {
      share: 100,
      column: [
        { ...first!, share: 70 },
        { ...second!, share: 30 },
      ],
    }
    const shapes = [plan, moved, wider].map((each) => shapeOf(layoutFor(each, room)))
    const front = layoutFor(plan, room)
    shapes.push(
      shapeOf(
        JSON.parse(
          JSON.stringify(front).replace('"activeView":"fills"', '"activeView":"orders"'),
        ) as typeof front,
      ),
    )
    expect(new Set(shapes).size).toBe(4)
  })
})

describe('a panel this program does not have', () => {
  const isKnown = (panel: string) => panel !== 'orders'

  it('is stood in for, in its place, and is there again when it is saved', () => {
    const shown = withPlaceholders(aLayout(), isKnown)
    expect(shown.panels['orders']).toEqual({
      id: 'orders',
      contentComponent: 'placeholder',
      params: { was: { id: 'orders', contentComponent: 'orders' } },
    })
    expect(shown.panels['fills']).toEqual({ id: 'fills', contentComponent: 'fills' })
    expect(shown.grid).toEqual(aLayout().grid)
    expect(withoutPlaceholders(shown)).toEqual(aLayout())
  })
})
