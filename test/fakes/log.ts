import type { Log } from '#ports/log.ts'

/** A log that keeps its sentences for a test to read. */
export function keptLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = []
  const keep = (sentence: string): void => void lines.push(sentence)
  return { info: keep, warn: keep, error: keep, lines }
}
