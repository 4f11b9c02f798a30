import { D } from '#shared/money.ts'
import { instrumentOf } from '../market/catalogue.ts'
import type { Opening } from './account-book.ts'

/** conId, signed quantity, average cost of one unit with multiplier and commission. */
const HOLDINGS: readonly (readonly [number, string, string])[] = [
  [265598, '600', '214.3051'],
  [272093, '250', '418.8244'],
  [3691937, '400', '187.9025'],
  [4815747, '900', '121.4063'],
  [208813720, '320', '176.5512'],
  [107113386, '110', '512.8091'],
  [76792991, '-120', '402.1187'],
  [4391, '300', '148.7233'],
  [270639, '1500', '22.4052'],
  [1520593, '240', '241.6075'],
  [13977, '500', '109.3044'],
  [8894, '1200', '66.1052'],
  [8314, '180', '238.4061'],
  [8719, '260', '158.2043'],
  [10291, '-200', '161.5449'],
  [2841574, '90', '467.3111'],
  [756733, '450', '571.2066'],
  [320227571, '-140', '588.0034'],
  [51529211, '210', '301.4448'],
  [15547841, '1000', '88.1551'],
  [14204, '150', '221.9155'],
  [14121, '220', '189.7309'],
  [44652017, '70', '318.4514'],
  [117589399, '35', '702.1843'],
  [12178234, '160', '168.9127'],
  [29612193, '45', '598.3317'],
  [135542747, '22000', '0.7123'],
  [1918992, '120', '118.4433'],
  [29646174, '1400', '8.2219'],
  [37977290, '-500', '27.1108'],
  [801200101, '10', '2871.3061'],
  [801200202, '-8', '1589.3472'],
  [801200301, '6', '2904.6512'],
  [802100101, '3', '329812.2538'],
  [802100103, '-1', '487002.7462'],
  [802100104, '4', '59114.2506'],
  [479624278, '0.41250000', '71240.18304127'],
  [495759171, '5.75', '2411.72113391'],
]

const CASH: readonly (readonly [string, string])[] = [
  ['USD', '412806.37'],
  ['EUR', '96114.82'],
  ['GBP', '41873.15'],
]

/** What the simulated account owns when the day begins. */
export const OPENING: Opening = {
  holdings: HOLDINGS.map(([conId, quantity, average]) => {
    const instrument = instrumentOf(conId)
    if (instrument === null) throw new Error(`No instrument ${conId}`)
    return { instrument, quantity: new D(quantity), averageCost: new D(average) }
  }),
  cash: CASH.map(([currency, amount]) => ({ currency, amount: new D(amount) })),
}
