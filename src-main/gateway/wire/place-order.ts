import { CONTRACT, ORDER_LEGS } from './contract-parts.ts'
import {
  between,
  decimal,
  flag,
  integer,
  rows,
  since,
  text,
  when,
  type Fields,
  type Part,
} from './layout.ts'

const MAIN: readonly Part[] = [
  text('secIdType'),
  text('secId'),
  text('action'),
  decimal('totalQuantity'),
  text('orderType'),
  decimal('lmtPrice'),
  decimal('auxPrice'),
  text('timeInForce'),
  text('ocaGroup'),
  text('account'),
  text('openClose'),
  integer('origin'),
  text('orderRef'),
  flag('transmit'),
  integer('parentId'),
  flag('blockOrder'),
  flag('sweepToFill'),
  integer('displaySize'),
  integer('triggerMethod'),
  flag('outsideRth'),
  flag('hidden'),
]

const HANDLING: readonly Part[] = [
  text('sharesAllocation'),
  decimal('discretionaryAmount'),
  text('goodAfterTime'),
  text('goodTillDate'),
  text('faGroup'),
  text('faMethod'),
  text('faPercentage'),
  text('modelCode'),
  integer('shortSaleSlot'),
  text('designatedLocation'),
  integer('exemptCode'),
  integer('ocaType'),
  text('rule80A'),
  text('settlingFirm'),
  flag('allOrNone'),
  integer('minQty'),
  decimal('percentOffset'),
  flag('eTradeOnly'),
  flag('firmQuoteOnly'),
  decimal('nbboPriceCap'),
  integer('auctionStrategy'),
  decimal('startingPrice'),
  decimal('stockRefPrice'),
  decimal('delta'),
  decimal('stockRangeLower'),
  decimal('stockRangeUpper'),
  flag('overridePercentageConstraints'),
]

const VOLATILITY: readonly Part[] = [
  decimal('volatility'),
  integer('volatilityType'),
  text('deltaNeutralOrderType'),
  decimal('deltaNeutralAuxPrice'),
  when(
    (soFar) => soFar.text('deltaNeutralOrderType') !== '',
    integer('deltaNeutralConId'),
    text('deltaNeutralSettlingFirm'),
    text('deltaNeutralClearingAccount'),
    text('deltaNeutralClearingIntent'),
    text('deltaNeutralOpenClose'),
    flag('deltaNeutralShortSale'),
    integer('deltaNeutralShortSaleSlot'),
    text('deltaNeutralDesignatedLocation'),
  ),
  flag('continuousUpdate'),
  integer('referencePriceType'),
  decimal('trailStopPrice'),
  decimal('trailingPercent'),
]

const SCALE: readonly Part[] = [
  integer('scaleInitLevelSize'),
  integer('scaleSubsLevelSize'),
  decimal('scalePriceIncrement'),
  when(
    (soFar) => Number(soFar.decimal('scalePriceIncrement') ?? 0) > 0,
    decimal('scalePriceAdjustValue'),
    integer('scalePriceAdjustInterval'),
    decimal('scaleProfitOffset'),
    flag('scaleAutoReset'),
    integer('scaleInitPosition'),
    integer('scaleInitFillQuantity'),
    flag('scaleRandomPercent'),
  ),
  text('scaleTable'),
  text('activeStartTime'),
  text('activeStopTime'),
  text('hedgeType'),
  when((soFar) => soFar.text('hedgeType') !== '', text('hedgeParam')),
]

const ROUTING: readonly Part[] = [
  flag('optOutSmartRouting'),
  text('clearingAccount'),
  text('clearingIntent'),
  flag('notHeld'),
  flag('hasDeltaNeutralContract'),
  when(
    (soFar) => soFar.flag('hasDeltaNeutralContract'),
    integer('neutralConId'),
    decimal('neutralDelta'),
    decimal('neutralPrice'),
  ),
  text('algoStrategy'),
  when(
    (soFar) => soFar.text('algoStrategy') !== '',
    rows('algoParameters', text('tag'), text('value')),
  ),
  text('algoId'),
  flag('whatIf'),
  text('miscellaneousOptions'),
  flag('solicited'),
  flag('randomizeSize'),
  flag('randomizePrice'),
]

const isType = (name: string): ((soFar: Fields) => boolean) => {
  const spelled = name.replace(' ', '')
  return (soFar) => soFar.text('orderType').replace(' ', '') === spelled
}

const BENCHMARK: Part = when(
  isType('PEG BENCH'),
  integer('referenceContractId'),
  flag('isPeggedChangeAmountDecrease'),
  decimal('peggedChangeAmount'),
  decimal('referenceChangeAmount'),
  text('referenceExchange'),
)

/** Condition types: 1 price, 3 time, 4 margin, 5 execution, 6 volume, 7 percent change. */
const isCondition = (...types: readonly number[]): ((soFar: Fields) => boolean) => {
  return (soFar) => types.includes(soFar.integer('type') ?? 0)
}

const CONDITIONS: readonly Part[] = [
  rows(
    'conditions',
    integer('type'),
    text('conjunction'),
    when(isCondition(5), text('secType'), text('exchange'), text('symbol')),
    when(isCondition(1, 3, 4, 6, 7), flag('isMore'), text('value')),
    when(isCondition(1, 6, 7), integer('conId'), text('exchange')),
    when(isCondition(1), integer('triggerMethod')),
  ),
  when(
    (soFar) => soFar.rows('conditions').length > 0,
    flag('conditionsIgnoreRth'),
    flag('conditionsCancelOrder'),
  ),
]

const ADJUSTED: readonly Part[] = [
  text('adjustedOrderType'),
  decimal('triggerPrice'),
  decimal('lmtPriceOffset'),
  decimal('adjustedStopPrice'),
  decimal('adjustedStopLimitPrice'),
  decimal('adjustedTrailingAmount'),
  integer('adjustableTrailingUnit'),
  text('extOperator'),
  text('softDollarName'),
  text('softDollarValue'),
  decimal('cashQuantity'),
  text('decisionMaker'),
  text('decisionAlgo'),
  text('executionTrader'),
  text('executionAlgo'),
  flag('dontUseAutoPriceForHedge'),
  flag('isOmsContainer'),
  flag('discretionaryUpToLimitPrice'),
  flag('usePriceManagementAlgo'),
  integer('duration'),
  integer('postToAts'),
  flag('autoCancelParent'),
  text('advancedErrorOverride'),
  text('manualOrderTime'),
]

const isPegBest = isType('PEG BEST')
const isPegMid = isType('PEG MID')
/** An offset of infinity is the client's word for "up to the middle". */
const isUpToMid = (soFar: Fields): boolean => soFar.text('competeAgainstBestOffset') === 'Infinity'

const PEGS: readonly Part[] = [
  when((soFar) => soFar.text('exchange') === 'IBKRATS', integer('minTradeQuantity')),
  when(isPegBest, integer('minCompeteSize'), decimal('competeAgainstBestOffset')),
  when(
    (soFar) => isPegMid(soFar) || (isPegBest(soFar) && isUpToMid(soFar)),
    decimal('midOffsetAtWhole'),
    decimal('midOffsetAtHalf'),
  ),
]

/** An order as clients send it; no message version since server version 145. */
export const PLACE_ORDER: readonly Part[] = [
  integer('orderId'),
  ...CONTRACT,
  ...MAIN,
  ORDER_LEGS,
  ...HANDLING,
  ...VOLATILITY,
  ...SCALE,
  ...ROUTING,
  BENCHMARK,
  ...CONDITIONS,
  ...ADJUSTED,
  ...PEGS,
  since(183, text('customerAccount')),
  since(184, flag('professionalCustomer')),
  between(187, 190, text('externalUserId'), integer('manualOrderIndicator')),
  since(189, flag('includeOvernight')),
  since(192, integer('manualOrderIndicator')),
]

/** Below 192 with a message version; from 187 to 189 with tokens that were taken back. */
export const CANCEL_ORDER: readonly Part[] = [
  between(0, 192, text('version')),
  integer('orderId'),
  text('manualCancelTime'),
  between(187, 190, text('rfqId'), text('externalUserId'), integer('rfqIndicator')),
  since(192, text('extOperator'), integer('manualOrderIndicator')),
]

export const GLOBAL_CANCEL: readonly Part[] = [
  between(0, 192, text('version')),
  since(192, text('extOperator'), integer('manualOrderIndicator')),
]
