import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterEach, describe, expect, it } from 'vitest'
import { conId } from '#shared/ids.ts'
import { living } from './harness.ts'
import { executionRow, positionRow, startPeer, type Peer } from './peer.ts'

/** Everything the API offers to ask or to subscribe to, and this program may use. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...['cancelAccountSummary', 'cancelMktData', 'connect', 'disconnect', 'reqAccountSummary'],
  ...['reqAccountUpdates', 'reqAllOpenOrders', 'reqAutoOpenOrders', 'reqCompletedOrders'],
  ...['reqContractDetails', 'reqCurrentTime', 'reqExecutions', 'reqMarketDataType', 'reqMktData'],
  ...['reqOpenOrders', 'reqPnL', 'reqPositions'],
])

/** What changes something at the broker. None of these words may even be written. */
const FORBIDDEN = new RegExp(
  [
    ...['placeOrder', 'placeNewOrder', 'modifyOrder', 'cancelOrder', 'cancelAllOrders'],
    ...['reqGlobalCancel', 'exerciseOptions', 'replaceFA', 'reqIds', 'updateDisplayGroup'],
    ...['setServerLogLevel', 'IBApiNext'],
  ]
    .map((word) => `\\b${word}\\b`)
    .join('|'),
)

/** First tokens of the requests behind the allowed calls, and startApi. */
const PERMITTED = new Set(['71', '49', '61', '6', '62', '63', '7', '5', '16', '15', '99', '9', '1'])
for (const id of ['2', '59', '92']) PERMITTED.add(id)

const ROOT = join(import.meta.dirname, '../../..')
const sourcesUnder = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

const parse = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true)

/** Every use of the library's object in a file: what is called, and what is done otherwise. */
function usesOf(names: ReadonlySet<string>, source: ts.SourceFile): readonly string[] {
  const uses: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.has(node.text)) uses.push(useOf(node))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return uses.filter((use) => use !== '')
}

function useOf(node: ts.Identifier): string {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.expression === node) return parent.name.text
  if (ts.isElementAccessExpression(parent) && parent.expression === node) return 'dynamic access'
  return ''
}

const peers: Peer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

describe('No code path can trade', () => {
  const adapter = sourcesUnder('src-main/adapters/ib')

  it('because the words for it are not written, outside the simulated gateway', () => {
    const written = ['src-main', 'src-shared']
      .flatMap(sourcesUnder)
      .filter((path) => !path.startsWith(join('src-main', 'gateway')))
      .filter((path) => FORBIDDEN.test(readFileSync(join(ROOT, path), 'utf8')))
    expect(adapter.length).toBeGreaterThan(20)
    expect(written).toEqual([])
  })

  it('because one file alone holds the library, and calls only what asks', () => {
    const makers = adapter.filter((path) =>
      /\bnew IBApi\b/.test(readFileSync(join(ROOT, path), 'utf8')),
    )
    expect(makers).toEqual([join('src-main', 'adapters', 'ib', 'api.ts')])
    const used = new Set(usesOf(new Set(['api']), parse(makers[0]!)))
    expect([...used].filter((name) => !ALLOWED.has(name))).toEqual([])
    expect(used.size).toBe(ALLOWED.size)
  })

  it('because the rest holds an object with nothing else in it', () => {
    for (const path of adapter.filter((name) => !name.endsWith('api.ts'))) {
      const used = usesOf(new Set(['api', 'open']), parse(path))
      expect(
        [...used].filter((name) => !ALLOWED.has(name)),
        path,
      ).toEqual([])
    }
  })

  it('because the way inside the library is used to read alone', () => {
    const source = parse('src-main/adapters/ib/api.ts')
    expect([...usesOf(new Set(['socket', 'inside']), source)].sort()).toEqual([
      ...['client', 'client', 'controller', 'onData', 'onData'],
    ])
    expect([...usesOf(new Set(['events']), source)].sort()).toEqual(['on', 'removeAllListeners'])
  })

  it.each([0, 7])('and none does in a whole life, as client %i', async (clientId) => {
    const peer = await startPeer({ accounts: 'DU1234567,DU7654321' })
    peers.push(peer)
    peer.answers.set('61', (reply) => {
      reply(...positionRow(100))
      reply(62, 1)
    })
    await living({ ports: [peer.port], clientId, pollOrdersMs: 50 }, async (lived) => {
      await lived.reach('connected')
      const held = lived.of('position')[0]!.position.instrument
      lived.broker.watch([held])
      peer.send(...executionRow({ execId: 'a.01', clientId: 3 }))
      peer.send(3, 12, 'Submitted', 0, 100, 0, 4711, 0, 0, 7, '', 0)
      void lived.broker.describe(conId(265598))
      await lived.broker.snapshot(lived.of('session')[0]!.accounts[0]!)
      lived.broker.watch([])
      peer.send(4, 2, -1, 1101, 'Connectivity restored, data lost.', '')
      await lived.until(() => lived.of('caught-up').length === 2, 'the second catch-up')
      peer.drop()
      await lived.until(() => lived.of('caught-up').length === 3, 'the third catch-up')
    })
    const sent = new Set(peer.requests.map(([id]) => id ?? ''))
    expect([...sent].filter((id) => !PERMITTED.has(id))).toEqual([])
    for (const id of ['71', '61', '7', '9', '1', '2', '99', '62'])
      expect(sent.has(id), id).toBe(true)
  })
})
