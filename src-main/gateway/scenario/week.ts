import type { Planned } from './scenario.ts'

/**
 * What happens in the week without anybody trading: so that each kind of it comes at least once,
 * and never two of them so close together that one could be taken for the other.
 */
export const WEEK_PLAN: readonly Planned[] = [
  { day: 0, time: '09:45:00', what: 'deposit' },
  { day: 0, time: '10:30:00', what: 'dividend' },
  { day: 0, time: '12:00:00', what: 'assignment' },
  { day: 0, time: '14:00:00', what: 'tradedConversion' },
  { day: 0, time: '15:30:00', what: 'fee' },
  { day: 1, time: '09:40:00', what: 'split' },
  { day: 1, time: '11:00:00', what: 'interest' },
  { day: 1, time: '13:00:00', what: 'silentConversion' },
  { day: 1, time: '15:00:00', what: 'withdrawal' },
  { day: 2, time: '10:00:00', what: 'exercise' },
  { day: 2, time: '11:30:00', what: 'dividend' },
  { day: 2, time: '13:30:00', what: 'reverseSplit' },
  { day: 2, time: '15:55:00', what: 'expiry' },
  { day: 3, time: '10:15:00', what: 'dividend' },
  { day: 3, time: '12:30:00', what: 'deposit' },
  { day: 3, time: '14:30:00', what: 'silentConversion' },
  { day: 4, time: '09:50:00', what: 'fee' },
  { day: 4, time: '11:15:00', what: 'tradedConversion' },
  { day: 4, time: '13:45:00', what: 'interest' },
  { day: 4, time: '15:50:00', what: 'expiry' },
]
