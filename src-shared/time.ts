declare const brand: unique symbol

/**
 * Nanoseconds since 1970-01-01T00:00Z. Rows of one instant are told apart by single nanoseconds.
 */
export type UtcNanos = bigint & { readonly [brand]: 'UtcNanos' }
/** Milliseconds since 1970-01-01T00:00Z. */
export type UtcMillis = number & { readonly [brand]: 'UtcMillis' }

export const utcNanos = (nanos: bigint): UtcNanos => nanos as UtcNanos
export const utcMillis = (millis: number): UtcMillis => millis as UtcMillis

export const nanosOf = (millis: UtcMillis): UtcNanos =>
  (BigInt(Math.trunc(millis)) * 1_000_000n) as UtcNanos
export const millisOf = (nanos: UtcNanos): UtcMillis => Number(nanos / 1_000_000n) as UtcMillis

/** ISO 8601 in UTC with milliseconds, as logs and files carry it. */
export const isoOf = (millis: UtcMillis): string => new Date(millis).toISOString()
