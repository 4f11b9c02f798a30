import { copyFileSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram, type GatewayProgram } from '../harness/gateway.ts'
import { changeLedger, ledgerPath } from '../harness/ledger-file.ts'
import { endAllPrograms, eventually, within, type Ending } from '../harness/program.ts'
import { openSwitchboard, type Answer, type Switchboard } from '../harness/switchboard.ts'
import { launch, startWorkstation, type Workstation } from '../harness/workstation.ts'

const folder = makeFolder()
let gateway: GatewayProgram

beforeAll(async () => {
  buildIfNeeded()
  gateway = await startGatewayProgram(folder.path('record.jsonl'))
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

const flags = (dataDir: string, clientId = 7, port = gateway.port): readonly string[] => [
  ...['--port', String(port), '--client-id', String(clientId), '--data-dir', dataDir],
]

describe('a peer that is no working TWS', () => {
  let switchboard: Switchboard
  let workstation: Workstation

  beforeAll(async () => {
    switchboard = await openSwitchboard(gateway.port)
    await switchboard.become('nothing')
    workstation = await startWorkstation([
      ...flags(folder.dataDir('peers'), 7, switchboard.port),
      ...['--handshake-timeout-seconds', '1'],
    ])
  })
  afterAll(async () => {
    await workstation.stop()
    await switchboard.close()
  })

  const peers: readonly (readonly [Answer, RegExp])[] = [
    ['nothing', /Nothing listens on 127\.0\.0\.1:\d+\. Start TWS or IB Gateway/],
    ['a web server', /Something else than TWS answers on .* Choose the port TWS shows/],
    ['silence', /accepts the connection but says nothing for 1 s\. Look for a dialog in TWS/],
    ['half a message', /The connection was cut in the middle of a message/],
    ['an absurd length', /TWS announced a message of an impossible length/],
    ['an old TWS', /This TWS speaks server version 120; 163 or later is needed\. Update TWS/],
  ]

  it.each(peers)('%s: says what is wrong, and goes on when it is right', async (peer, sentence) => {
    await switchboard.become(peer)
    const link = await workstation.complains(sentence)
    expect(link.state).not.toBe('connected')
    await switchboard.become('the gateway')
    // Nobody updates TWS within seconds: it is not asked again before half a minute has gone.
    if (peer === 'an old TWS') await workstation.client.link.reconnect()
    const again = await workstation.linked()
    expect(again.problem).toBeNull()
  })
})

describe('a client id in use', () => {
  it('is said with its remedy, and taken as soon as it is free', async () => {
    const first = await startWorkstation(flags(folder.dataDir('first')))
    await first.linked()
    const second = await startWorkstation(flags(folder.dataDir('second')))
    const { problem } = await second.complains(/Client id 7 is in use by another program/)
    expect(problem?.code).toBe(326)
    expect(problem?.remedy).toMatch(/choose another client id here or there/)
    expect((await first.link()).state).toBe('connected')
    await first.stop()
    await second.linked()
    await second.stop()
  })
})

// Each waits for seconds until the ledger is tried again: they wait together.
describe.concurrent('a ledger that cannot be used', () => {
  const good = folder.path('good.duckdb')

  /** What the screen says of the ledger; null when nothing stands in the way. */
  const problemOf = async (workstation: Workstation): Promise<string | null> =>
    (await workstation.screen()).status.ledger?.problem ?? null
  const says = (workstation: Workstation, sentence: RegExp): Promise<string> =>
    eventually(`the ledger's problem is ${String(sentence)}`, async () => {
      const problem = await problemOf(workstation)
      return problem !== null && sentence.test(problem) && problem
    })
  const opens = async (workstation: Workstation): Promise<void> => {
    await eventually('the ledger is open', async () => {
      const { status, book } = await workstation.screen()
      return status.ledger?.problem === null && status.ledger.path !== '' && book !== null
    })
    await workstation.opened()
  }

  beforeAll(async () => {
    const dataDir = folder.dataDir('good')
    const workstation = await startWorkstation(flags(dataDir))
    await workstation.opened()
    await workstation.stop()
    copyFileSync(ledgerPath(dataDir), good)
  })

  const withLedger = (name: string): string => {
    const dataDir = folder.dataDir(name)
    mkdirSync(dirname(ledgerPath(dataDir)), { recursive: true })
    copyFileSync(good, ledgerPath(dataDir))
    return dataDir
  }

  it('is open in another process: waits for it', async () => {
    const dataDir = withLedger('locked')
    const owner = await startWorkstation(flags(dataDir, 7))
    await opens(owner)
    const other = await startWorkstation(flags(dataDir, 8))
    await says(other, /is open in another program, probably a second Truebook: close that one/)
    await owner.stop()
    await opens(other)
    await other.stop()
  })

  it('has lost its end: is left as it is until a whole one is put back', async () => {
    const dataDir = withLedger('truncated')
    const path = ledgerPath(dataDir)
    const size = Math.floor(statSync(path).size / 2)
    truncateSync(path, size)
    const workstation = await startWorkstation(flags(dataDir, 9))
    await says(workstation, /is damaged\. It was left as it is: restore the latest copy/)
    expect(statSync(path).size).toBe(size)
    copyFileSync(good, path)
    await opens(workstation)
    await workstation.stop()
  })

  it('was written by a newer program: says to install that', async () => {
    const dataDir = withLedger('newer')
    const path = ledgerPath(dataDir)
    await changeLedger(path, [`INSERT INTO migrations VALUES (9999, '9999-later.sql')`])
    const workstation = await startWorkstation(flags(dataDir, 10))
    await says(workstation, /was written by a newer version of Truebook: install that version/)
    copyFileSync(good, path)
    await opens(workstation)
    await workstation.stop()
  })
})

describe('a start that cannot work', () => {
  /** How a start ends that is refused, and what it says. */
  async function refused(args: readonly string[]): Promise<Ending & { readonly said: string }> {
    const program = launch(args)
    const ending = await within(20_000, program.ended, () => 'It did not end.')
    return { ...ending, said: program.stderr.join('\n') }
  }
  const starts = async (args: readonly string[]): Promise<void> => {
    const workstation = await startWorkstation(args)
    expect((await workstation.stop()).code).toBe(0)
  }

  it('names an unknown flag', async () => {
    const { code, said } = await refused(['--no-such-flag'])
    expect(code).toBe(2)
    expect(said).toMatch(/--no-such-flag.*See --help for the flags there are\.$/)
  })

  it('names a data directory that cannot be made', async () => {
    const file = folder.path('a-file')
    writeFileSync(file, '')
    const { code, said } = await refused(flags(join(file, 'data')))
    expect(code).toBe(1)
    expect(said).toMatch(/The data directory cannot be made: .* Choose another with --data-dir\.$/)
    await starts(flags(folder.dataDir('another')))
  })

  it('names an attribution pattern that does not compile', async () => {
    const dataDir = folder.dataDir('pattern')
    const settings = (orderRef: string): void => {
      const attribution = [{ orderRef, strategy: 'ALPHA' }]
      writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ attribution }))
    }
    settings('^alpha(')
    const { code, said } = await refused(flags(dataDir))
    expect(code).toBe(2)
    expect(said).toMatch(/^Attribution rule 1: the pattern \^alpha\( does not compile: /)
    settings('^alpha')
    await starts(flags(dataDir))
  })

  it('names a settings file that is no JSON', async () => {
    const dataDir = folder.dataDir('settings')
    writeFileSync(join(dataDir, 'settings.json'), '{ "clientId": 7,')
    const { code, said } = await refused(flags(dataDir))
    expect(code).toBe(2)
    expect(said).toMatch(/settings\.json cannot be read: .* or move it away to use the defaults\.$/)
  })

  it('names the port of the screen when it is taken', async () => {
    const taken = await openSwitchboard(gateway.port)
    const args = [...flags(folder.dataDir('port')), '--http-port', String(taken.port)]
    const { code, said } = await refused(args)
    expect(code).toBe(1)
    expect(said).toMatch(/The port of the browser shell is in use: choose another with --http-port/)
    await taken.close()
    await starts(args)
  })
})
