import type { Schedule } from './instrument.ts'

/** Commissions in the manner of IB's fixed schedules; good enough to book, not to budget with. */
export const SCHEDULES = {
  usStock: { per: 'unit', rate: '0.005', least: '1.00', currency: null },
  euStock: { per: 'value', rate: '0.0005', least: '3.00', currency: null },
  ukStock: { per: 'value', rate: '0.0005', least: '1.70', currency: null },
  usOption: { per: 'unit', rate: '0.65', least: '1.00', currency: null },
  euOption: { per: 'unit', rate: '1.10', least: '0', currency: null },
  future: { per: 'unit', rate: '2.25', least: '0', currency: null },
  microFuture: { per: 'unit', rate: '0.87', least: '0', currency: null },
  euFuture: { per: 'unit', rate: '2.00', least: '0', currency: null },
  // IB charges conversions in the base currency, whatever the pair.
  conversion: { per: 'value', rate: '0.00002', least: '2.00', currency: 'USD' },
  coin: { per: 'value', rate: '0.0018', least: '1.75', currency: null },
  // A combination is charged by its legs.
  none: { per: 'unit', rate: '0', least: '0', currency: null },
} as const satisfies Record<string, Schedule>
