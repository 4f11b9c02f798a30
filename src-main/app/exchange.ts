import type { Calendar } from '#domain/period.ts'

/** Where IB's day begins, since when it tells executions again, and where most of it expires. */
export const EXCHANGE: Calendar = { zone: 'America/New_York', resetHour: 0, firstWeekday: 1 }
