import { makeFolder } from './folder.ts'
import { startGatewayProgram, type GatewayProgram } from './gateway.ts'
import { endAllPrograms } from './program.ts'
import { closeBrowser, startIn, type Shell, type Shown } from './shells.ts'

/** A gateway at rest, a workstation on it whose book is open, and its screen. */
export type Scene = Shown & { readonly gateway: GatewayProgram; readonly dataDir: string }

type Flags = {
  /** Without them client 7, which is the workstation, hears of everybody's executions. */
  readonly gateway?: readonly string[]
  readonly workstation?: readonly string[]
}

export type Scenes = {
  /** Starts one; no two stories of a shell share files. */
  readonly begin: (shell: Shell, story: string, flags?: Flags) => Promise<Scene>
  /** For `afterAll`: ends every program there is, and removes the files. */
  readonly end: () => Promise<void>
}

/** The scenes of one test file, in a folder of their own. */
export function scenes(): Scenes {
  const folder = makeFolder()
  const begin: Scenes['begin'] = async (shell, story, flags = {}) => {
    const name = `${story}, ${shell}`
    const dataDir = folder.dataDir(name)
    const gateway = await startGatewayProgram(
      folder.path(`${name}.jsonl`),
      flags.gateway ?? ['--master-client-id', '7'],
    )
    const shown = await startIn(shell, [
      ...['--port', String(gateway.port), '--client-id', '7', '--data-dir', dataDir],
      ...(flags.workstation ?? []),
    ])
    await shown.workstation.opened()
    await gateway.hush()
    return { ...shown, gateway, dataDir }
  }
  const end = async (): Promise<void> => {
    await endAllPrograms()
    await closeBrowser()
    folder.remove()
  }
  return { begin, end }
}
