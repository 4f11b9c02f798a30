/**
 * Stops on a broken invariant: something this program promises is not so, and going on could
 * write a wrong book.
 * @throws {Error} when the claim is false.
 */
export function assert(claim: boolean, message: string): asserts claim {
  if (!claim) throw new Error(`Broken invariant: ${message}`)
}

/** The value, which cannot be absent here. @throws {Error} when it is. */
export function present<Value>(value: Value | null | undefined, what: string): Value {
  assert(value !== null && value !== undefined, `${what} is missing`)
  return value
}
