const SECOND_MS = 1000

/** Counts: each call is one message and answers how many came within the last second. */
export function createRate(now: () => number): () => number {
  let since = -Infinity
  let count = 0
  return () => {
    if (now() - since >= SECOND_MS) {
      since = now()
      count = 0
    }
    return (count += 1)
  }
}
