/** So many crashes within so long are no accident: reloading again would only flicker. */
const MOST = 3
const WITHIN_MS = 60_000

/**
 * The crashes that count, this one included, and whether to reload after it.
 * @param before the moments of earlier crashes that count, in monotonic milliseconds
 */
export function afterCrash(
  before: readonly number[],
  now: number,
): { readonly crashes: readonly number[]; readonly reload: boolean } {
  const crashes = [...before.filter((at) => now - at < WITHIN_MS), now]
  return { crashes, reload: crashes.length <= MOST }
}
