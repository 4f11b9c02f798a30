import type { IDockviewPanel } from 'dockview-react'
import { choices } from '../stores/choices.ts'
import type { MenuEntry } from '../widgets/menu.tsx'
import {
  closePanel,
  isPoppedOut,
  movePanel,
  resizePanel,
  toggleMaximized,
  togglePoppedOut,
} from './dock-moves.ts'
import { keysOf } from './key-bindings.ts'

/** What can be done with a panel without dragging it. */
export function panelMenu(panel: IDockviewPanel): readonly MenuEntry[] {
  const { keys } = choices.getState()
  const action = (label: string, run: () => void, key?: string): MenuEntry => ({
    ...{ kind: 'action', label },
    run: () => {
      panel.api.setActive()
      run()
    },
    ...(key === undefined ? {} : { hint: keysOf(keys, key) }),
  })
  if (isPoppedOut(panel)) {
    return [
      action('Take back into the main window', togglePoppedOut, 'panel.popout'),
      action('Close panel', closePanel),
    ]
  }
  return [
    action('Window of its own', togglePoppedOut, 'panel.popout'),
    action(panel.api.isMaximized() ? 'Restore' : 'Maximize', toggleMaximized, 'panel.maximize'),
    { kind: 'separator' },
    action('Move left', () => movePanel('left'), 'panel.left'),
    action('Move right', () => movePanel('right'), 'panel.right'),
    action('Move up', () => movePanel('up'), 'panel.up'),
    action('Move down', () => movePanel('down'), 'panel.down'),
    { kind: 'separator' },
    action('Wider', () => resizePanel({ width: 1 })),
    action('Narrower', () => resizePanel({ width: -1 })),
    action('Taller', () => resizePanel({ height: 1 })),
    action('Shorter', () => resizePanel({ height: -1 })),
    { kind: 'separator' },
    action('Close panel', closePanel),
  ]
}
