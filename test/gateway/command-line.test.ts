import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readCommandLine } from '#gateway/command-line.ts'
import { SCENARIOS } from '#gateway/scenario/scenarios.ts'
import { endAll, linesOf, openRaw } from './support.ts'

afterEach(endAll)

const MAIN = join(import.meta.dirname, '../../src-main/gateway/main.ts')

function run(...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let complaints = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  const ended = new Promise<{ code: number | null; out: string; complaints: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, out, complaints })),
  )
  const listening = async (): Promise<string> => {
    while (!out.includes('control on')) await new Promise((resolve) => setTimeout(resolve, 20))
    return out
  }
  return { child, ended, listening }
}

describe('the command line', () => {
  it.each([
    ['--speed', 'fast'],
    ['--port', '70000'],
    ['--port', '-1'],
    ['--scenario', 'apocalypse'],
    ['--master-client-id', 'me'],
    ['--replay-days', '8'],
    ['--account', 'demo; rm'],
    ['--sead', '1'],
    ['stray'],
  ])('refuses %s %s with one sentence', (...args) => {
    const wanted = readCommandLine(args)
    expect(wanted.what).toBe('refuse')
    expect(wanted.what === 'refuse' && wanted.sentence.split('\n')).toHaveLength(1)
  })

  it('has a default for everything', () => {
    expect(readCommandLine([])).toMatchObject({
      what: 'run',
      line: { port: 4102, scenario: 'calm', speed: 1, account: 'DEMO1000001', replayDays: 0 },
    })
  })

  it('lists every scenario with what a correct book shows after it', () => {
    const wanted = readCommandLine(['--list'])
    const text = wanted.what === 'print' ? wanted.text : ''
    for (const { name, sentence, leaves } of SCENARIOS) {
      expect(text).toContain(name)
      expect(text).toContain(sentence)
      expect(text).toContain(leaves)
    }
  })
})

describe('the program', () => {
  it('says where it listens, serves, and leaves a whole record when told to stop', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'))
    const file = join(folder, 'record.jsonl')
    const args = ['--port', '0', '--control-port', '0', '--scenario', 'busy', '--record', file]
    const program = run(...args)
    const said = await program.listening()
    const match = /^gateway listening on 127\.0\.0\.1:(\d+)\ncontrol on 127\.0\.0\.1:(\d+)\n$/
    const [, port, control] = match.exec(said) ?? []
    await openRaw(Number(port), 1)
    await fetch(`http://127.0.0.1:${String(control)}/fill`, {
      method: 'POST',
      body: '{"symbol":"AAPL","side":"buy","quantity":1}',
    })
    program.child.kill('SIGTERM')
    const { code, complaints } = await program.ended
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
    const lines = linesOf(readFileSync(file, 'utf8'))
    expect(lines.some(({ type, symbol }) => type === 'execution' && symbol === 'AAPL')).toBe(true)
    rmSync(folder, { recursive: true })
  })

  it('ends with code 1 and one sentence when the port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => holder.once('listening', resolve))
    const { port } = holder.address() as AddressInfo
    const { code, complaints } = await run('--port', String(port)).ended
    holder.close()
    expect(code).toBe(1)
    expect(complaints).toBe(
      `Port ${port} is in use: stop what listens there or choose another with --port.\n`,
    )
  })

  it('ends with code 2 on a wrong flag', async () => {
    const { code, complaints } = await run('--speed', 'fast').ended
    expect(code).toBe(2)
    expect(complaints).toBe('--speed must be a number from 0 to 10000, not "fast".\n')
  })
})
