import type { Contract, ContractDetails } from '@stoqey/ib'
import type { ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'

type Description = Result<Instrument, 'unknown' | 'timeout'>

/** The desk of contract details. */
export type Descriptions = {
  readonly listeners: Partial<ApiListeners>
  readonly describe: (conId: ConId) => Promise<Description>
}

/** Contract details are slow, and share 50 messages a second with everything else. */
const AT_ONCE = 5

export function createDescriptions(context: Context): Descriptions {
  const { requests, instruments, emit } = context
  const underWay = new Map<ConId, Promise<Description>>()
  const answers = new Map<number, ContractDetails[]>()
  const waiting: (() => void)[] = []
  let free = AT_ONCE

  const turn = async (): Promise<void> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free -= 1
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
  const ask = async (conId: ConId): Promise<Description> => {
    const details: ContractDetails[] = []
    let requestId = 0
    await turn()
    const answer = await requests.ask((api, id) => {
      requestId = id
      answers.set(id, details)
      api.reqContractDetails(id, contractOf(conId, instruments.known(conId)))
    })
    answers.delete(requestId)
    leave()
    if (!answer.ok) return err(answer.error.kind === 'refused' ? 'unknown' : 'timeout')
    const best = details.find(({ contract }) => contract.exchange === 'SMART') ?? details[0]
    const instrument = best === undefined ? null : instruments.detail(best)
    if (instrument === null) return err('unknown')
    emit({ kind: 'instrument', instrument })
    return ok(instrument)
  }
  const collect = (requestId: number, details: ContractDetails): void =>
    void answers.get(requestId)?.push(details)

  return {
    listeners: {
      contractDetails: collect,
      bondContractDetails: collect,
      contractDetailsEnd: (requestId) => requests.ended(requestId),
    },
    describe: (conId) => {
      // TWS does not describe combinations, and some builds never answer.
      if (instruments.known(conId)?.secType === 'BAG' || conId <= 0) {
        return Promise.resolve(err('unknown'))
      }
      const known = underWay.get(conId)
      if (known !== undefined) return known
      const asked = ask(conId).finally(() => underWay.delete(conId))
      underWay.set(conId, asked)
      return asked
    },
  }
}

/** Only futures can be described after they have expired, and only when asked for. */
const contractOf = (conId: ConId, known: Instrument | null): Contract =>
  known?.secType === 'FUT' ? { conId, includeExpired: true } : { conId }
