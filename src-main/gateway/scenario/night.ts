import type { Desk } from '../desk.ts'

/** What a night does to the gateway. */
export type NightParts = {
  readonly desk: Desk
  readonly news: (code: number, sentence: string) => void
  readonly restart: (seconds: number) => void
  readonly endDay: () => void
  readonly setNight: (isNight: boolean) => void
}

const WARNING_MS = 1500
/** After a restart the data farms come back tens of seconds later. */
const FARMS_MS = 12_000

const LOST = 'Connectivity between IB and Trader Workstation has been lost.'
const RESTORED =
  'Connectivity between IB and Trader Workstation has been restored - data maintained.'
const FARM = 'Market data farm connection is'

/** The day ends: nobody trades, the sockets close, and the gateway returns on another day. */
export function fallNight({
  desk,
  news,
  restart,
  endDay,
  setNight,
}: NightParts): (s: number) => void {
  const { timeline } = desk
  return (seconds) => {
    setNight(true)
    news(1100, LOST)
    timeline.after(WARNING_MS, () => {
      restart(seconds)
      endDay()
      news(1102, RESTORED)
      timeline.after(seconds * 1000 + WARNING_MS, () => {
        setNight(false)
        news(2103, `${FARM} broken:usfarm`)
        timeline.after(FARMS_MS, () => news(2104, `${FARM} OK:usfarm`))
      })
    })
  }
}
