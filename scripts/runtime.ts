/**
 * How the workstation's process is started. It shares the machine with TWS, and V8 and glibc left
 * to themselves hold on to several times what is in use: under a flood of 100,000 executions 700
 * MiB were resident for 60 MiB in use.
 */
export const RUNTIME_FLAGS = ['--max-semi-space-size=16', '--heap-growing-percent=40'] as const

/** One arena for all threads: glibc's further ones are hardly ever given back. */
export const RUNTIME_VARIABLES = { MALLOC_ARENA_MAX: '1' } as const

/**
 * How the gateway alone is started (`npm run gateway` says the same): what a flood makes dies
 * young, and with room for it a sixth less time goes into collecting it.
 */
export const GATEWAY_FLAGS = ['--max-semi-space-size=64'] as const
