/** The ranges performance is looked at in. */
export const TIMEFRAMES = ['1D', '1W', '1M', '3M', 'YTD', 'ALL'] as const
export type Timeframe = (typeof TIMEFRAMES)[number]
