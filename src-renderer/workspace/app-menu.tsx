import { Menu as MenuGlyph, Search } from 'lucide-react'
import { useStore } from 'zustand'
import { choices } from '../stores/choices.ts'
import { THEMES, chooseTheme } from '../theme/theme.ts'
import { openMenu, type MenuEntry } from '../widgets/menu.tsx'
import { tipOn } from '../widgets/tooltip.tsx'
import { commandsOf, type Command, type CommandGroup } from './commands.ts'
import { useWorkspace, type Workspace } from './context.ts'
import { keysOf } from './key-bindings.ts'
import { openDialog } from './open-dialog.ts'
import { WORKSPACE_IDS, WORKSPACES } from './registry.tsx'

/** What the menu shows of all commands: those of one panel are in that panel's own menu. */
const isInMenu = ({ id }: Command): boolean =>
  id.startsWith('panel.show.') || ['layout.reset', 'link.reconnect', 'book.refold'].includes(id)

function entriesOf(workspace: Workspace): readonly MenuEntry[] {
  const { keys, theme, workspace: present } = choices.getState()
  const commands = commandsOf(workspace)
  const action = ({ id, title, run }: Command): MenuEntry => ({
    ...{ kind: 'action', label: title, hint: keysOf(keys, id) },
    run: () => void run(),
  })
  const group = (name: CommandGroup): readonly MenuEntry[] =>
    commands.filter((each) => each.group === name && isInMenu(each)).map(action)
  const heading = (label: string): MenuEntry => ({ kind: 'heading', label })
  return [
    heading('Workspaces'),
    ...WORKSPACE_IDS.map((id): MenuEntry => ({
      ...{ kind: 'check', isRadio: true, label: WORKSPACES[id].title, isChecked: id === present },
      run: () => choices.setState({ workspace: id }),
    })),
    ...group('Workspaces'),
    heading('Panels'),
    ...group('Panels'),
    heading('Book'),
    ...group('Book'),
    heading('Theme'),
    ...THEMES.map((each): MenuEntry => ({
      ...{ kind: 'check', isRadio: true, isChecked: theme === each },
      label: each === 'system' ? 'As the system' : each === 'dark' ? 'Dark' : 'Light',
      run: () => chooseTheme(each),
    })),
    { kind: 'separator' },
    ...commands.filter(({ group: name }) => name === 'Help').map(action),
  ]
}

/** The application menu and the way to the palette: the same in the window and in the browser. */
export function AppMenu() {
  const workspace = useWorkspace()
  const key = useStore(choices, (state) => keysOf(state.keys, 'palette'))
  return (
    <>
      <button
        type="button"
        className="bar-button"
        aria-label="Menu"
        aria-haspopup="menu"
        onClick={(event) =>
          openMenu({
            name: 'Truebook',
            entries: () => entriesOf(workspace),
            at: event.currentTarget,
          })
        }
        {...tipOn('Workspaces, panels, theme and help.')}
      >
        <MenuGlyph size={15} />
      </button>
      <button
        type="button"
        className="bar-button"
        aria-label="Commands"
        onClick={() => openDialog('palette')}
        {...tipOn(`Commands, symbols, strategies and settings${key === '' ? '' : ` (${key})`}.`)}
      >
        <Search size={15} />
      </button>
    </>
  )
}
