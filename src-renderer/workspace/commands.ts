import { choices, chooseKeys, STANDARD } from '../stores/choices.ts'
import { takeBackLatest, toast } from '../stores/toasts.ts'
import { chooseTheme, THEMES } from '../theme/theme.ts'
import type { Workspace } from './context.ts'
import { goToFilter, goToPanel } from './focus.ts'
import {
  closePanel,
  movePanel,
  resizePanel,
  showPanel,
  toggleMaximized,
  togglePoppedOut,
  turnTab,
} from './dock-moves.ts'
import { resetLayout } from './dock-state.ts'
import { openDialog } from './open-dialog.ts'
import { PANEL_IDS, PANELS, WORKSPACE_IDS, WORKSPACES } from './registry.tsx'

export type CommandGroup = 'Panels' | 'Workspaces' | 'Book' | 'Settings' | 'Help'

/** Something the trader can have done by a key, in the palette or from the menu. */
export type Command = {
  /** Keys are bound to it by this name. */
  readonly id: string
  readonly group: CommandGroup
  readonly title: string
  readonly run: () => unknown
}

const command = (
  group: CommandGroup,
  id: string,
  [title, run]: readonly [string, () => unknown],
): Command => ({ id, group, title, run })

const panels: readonly Command[] = [
  ...PANEL_IDS.map((id) =>
    command('Panels', `panel.show.${id}`, [`Show ${PANELS[id].title}`, () => showPanel(id)]),
  ),
  command('Panels', 'panel.next', ['Next panel', () => goToPanel(1)]),
  command('Panels', 'panel.previous', ['Previous panel', () => goToPanel(-1)]),
  command('Panels', 'tab.next', ['Next tab', () => turnTab(1)]),
  command('Panels', 'tab.previous', ['Previous tab', () => turnTab(-1)]),
  command('Panels', 'filter', ['Filter this table', goToFilter]),
  command('Panels', 'panel.maximize', ['Maximize or restore this panel', toggleMaximized]),
  command('Panels', 'panel.popout', ['Pop this panel out, or take it back', togglePoppedOut]),
  command('Panels', 'panel.left', ['Move this panel left', () => movePanel('left')]),
  command('Panels', 'panel.right', ['Move this panel right', () => movePanel('right')]),
  command('Panels', 'panel.up', ['Move this panel up', () => movePanel('up')]),
  command('Panels', 'panel.down', ['Move this panel down', () => movePanel('down')]),
  command('Panels', 'panel.wider', ['Make this panel wider', () => resizePanel({ width: 1 })]),
  command('Panels', 'panel.narrower', [
    'Make this panel narrower',
    () => resizePanel({ width: -1 }),
  ]),
  command('Panels', 'panel.taller', ['Make this panel taller', () => resizePanel({ height: 1 })]),
  command('Panels', 'panel.shorter', [
    'Make this panel shorter',
    () => resizePanel({ height: -1 }),
  ]),
  command('Panels', 'panel.close', ['Close this panel', closePanel]),
]

const workspaces: readonly Command[] = [
  ...WORKSPACE_IDS.map((id) =>
    command('Workspaces', `workspace.${id}`, [
      `Workspace ${WORKSPACES[id].title}`,
      () => choices.setState({ workspace: id }),
    ]),
  ),
  command('Workspaces', 'layout.reset', ['Reset layout', resetLayout]),
]

const settings: readonly Command[] = [
  ...THEMES.map((theme) =>
    command('Settings', `theme.${theme}`, [
      theme === 'system' ? 'Theme: as the system' : `Theme: ${theme}`,
      () => chooseTheme(theme),
    ]),
  ),
  command('Settings', 'keys.singles', [
    'Turn single keys on or off',
    () => {
      const { singles } = choices.getState().keys
      chooseKeys({ singles: !singles })
      toast(singles ? 'Single keys such as / and ? are off.' : 'Single keys are on.')
    },
  ]),
]

const help: readonly Command[] = [
  command('Help', 'palette', ['All commands', () => openDialog('palette')]),
  command('Help', 'help', ['Keyboard shortcuts', () => openDialog('help')]),
]

/** What a refold found, as a sentence. */
const refoldSentence = (found: { positions: number; differed: number }): string =>
  found.differed === 0
    ? `Folded ${found.positions} positions anew from their fills: all came out the same.`
    : `Folded ${found.positions} positions anew from their fills: ${found.differed} differed and ` +
      'are corrected.'

/** A failure is told, whatever asked for it. */
async function told(run: () => Promise<string | null>): Promise<void> {
  try {
    const sentence = await run()
    if (sentence !== null) toast(sentence)
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error), true)
  }
}

async function undoLatest(): Promise<string | null> {
  const run = takeBackLatest()
  if (run === null) return 'Nothing was done just now: what was done before is in the history.'
  await run
  return null
}

function bookCommands({ desk, tables }: Workspace): readonly Command[] {
  const reconnect = async () => {
    await desk.reconnect()
    return 'The link is opened anew.'
  }
  const reconcile = async () => {
    await desk.reconcile()
    return 'The ledger was compared with the broker.'
  }
  const refold = async () => refoldSentence(await desk.ask((client, of) => client.book.refold(of)))
  const resetAll = async () => {
    await desk.ask((client) => client.workspace.reset())
    choices.setState(STANDARD, true)
    resetLayout()
    return 'Layout, columns, keys and theme are as on the first day.'
  }
  return [
    command('Book', 'link.reconnect', ['Reconnect to TWS or Gateway', () => told(reconnect)]),
    command('Book', 'reconcile', ['Reconcile now', () => told(reconcile)]),
    command('Book', 'undo', ['Take back what was just done', () => told(undoLatest)]),
    command('Book', 'book.refold', ['Fold every position anew', () => told(refold)]),
    command('Book', 'positions.expand', [
      'Show the strategies of every symbol',
      () => tables.positions.setAllExpanded(true),
    ]),
    command('Book', 'positions.collapse', [
      'Show symbols alone',
      () => tables.positions.setAllExpanded(false),
    ]),
    command('Settings', 'workspace.reset', [
      'Reset everything: layout, columns, keys, theme',
      () => told(resetAll),
    ]),
  ]
}

/** Every command there is, for this desk. */
export const commandsOf = (workspace: Workspace): readonly Command[] => [
  ...panels,
  ...workspaces,
  ...bookCommands(workspace),
  ...settings,
  ...help,
]
