import { toast, toastWithUndo } from '../../stores/toasts.ts'
import { useDesk } from '../../workspace/context.ts'
import type { AskAbove } from './confirmation.ts'
import type { Done } from './jobs.ts'

/** Settling rests on what the broker says now: why it cannot be done, else null. */
export function useWhyDisabled(): string | null {
  const isConnected = useDesk(
    ({ core, told }) => core.kind === 'open' && told?.link.state === 'connected',
  )
  return isConnected ? null : 'Not connected: nothing can be settled before the broker answers.'
}

/** What is worth more than this is asked about once more before it is settled. */
export function useAskAbove(): AskAbove {
  const above = useDesk(({ told }) => told?.reconciliation?.askAbove ?? '0')
  const currency = useDesk(({ told }) => told?.account.baseCurrency ?? null)
  return { above, currency }
}

const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Takes a settlement back, and says what came of it. */
export async function takeBack(undo: Done['undo']): Promise<void> {
  try {
    await undo()
    toast('Taken back: the entries are reversed.')
  } catch (error) {
    toast(`Not taken back. ${sentenceOf(error)}`, true)
  }
}

/** Says what was settled; what was written can be taken back for a while. */
export function sayDone(said: string, { commands, undo }: Pick<Done, 'commands' | 'undo'>): void {
  if (commands.length === 0) toast(said)
  else toastWithUndo(said, { command: commands.join(' '), run: () => takeBack(undo) })
}
