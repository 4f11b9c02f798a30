import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readSettingsFile } from '#adapters/system/settings-file.ts'
import { helpText, readCommandLine } from '#main/command-line.ts'
import { compose } from '#main/compose.ts'
import {
  flagOf,
  fromEnvironment,
  mergeSettings,
  settingsSchema,
  SIMPLE_KEYS,
  variableOf,
  type Settings,
  type Source,
} from '#shared/settings.ts'
import { present } from '#shared/assert.ts'
import { keptLog } from './fakes/log.ts'
import { keptNotifications } from './fakes/notifier.ts'
import { keptSettings } from './fakes/settings.ts'

const around = {
  ...{ dataDir: tmpdir(), migrations: '', isSimulated: false },
  ...{ log: keptLog(), notifier: keptNotifications() },
}

const file = (values: Record<string, unknown>): Source => ({
  kind: 'file',
  values,
  spelling: (key) => `"${key}" in settings.json`,
})

function settingsOf(...sources: readonly Source[]): Settings {
  const merged = mergeSettings(sources)
  if (!merged.ok) throw new Error(merged.error)
  return merged.value
}

function refusalOf(...sources: readonly Source[]): string {
  const merged = mergeSettings(sources)
  if (merged.ok) throw new Error('it was accepted')
  return merged.error
}

function flags(...args: readonly string[]): Source {
  const line = readCommandLine(args)
  if (!line.ok) throw new Error(line.error)
  return line.value.settings
}

describe('a setting', () => {
  it('is what the flag says, else the environment, else the file, else the default', () => {
    const environment = fromEnvironment({ TRUEBOOK_PORT: '2', TRUEBOOK_HOST: 'env' })
    const settings = settingsOf(
      flags('--port', '1'),
      environment,
      file({ port: 3, host: 'file', clientId: 5 }),
    )
    const { port, host, clientId, httpPort, account, attribution } = settings
    expect({ port, host, clientId }).toEqual({ port: 1, host: 'env', clientId: 5 })
    expect({ httpPort, account, attribution }).toEqual({
      httpPort: 0,
      account: undefined,
      attribution: [],
    })
  })

  it.each(SIMPLE_KEYS)('%s has a flag and a variable', (key) => {
    const isWord = ['host', 'account', 'dataDir'].includes(key)
    const others = {
      marketData: ['delayed', 'delayed'],
      drawdownZone: ['Europe/Berlin', 'Europe/Berlin'],
      drawdownResetDay: ['7', 7],
      openingValue: ['firstObserved', 'firstObserved'],
      autoUpdate: ['true', true],
      autoUpdateClasses: ['stk, FUT', 'STK,FUT'],
      autoUpdateQuantity: ['12', '12'],
      autoUpdateNotional: ['12', '12'],
      settleAskAbove: ['12', '12'],
      snapshotHours: ['09:00-17:30 Europe/Berlin', '09:00-17:30 Europe/Berlin'],
    }
    const isAmount = key.endsWith('Tolerance')
    const usual = isWord ? ['there', 'there'] : ['12', isAmount ? '12' : 12]
    const [said = '', meant] = key in others ? others[key as keyof typeof others] : usual
    expect(settingsOf(flags(flagOf(key), String(said)))[key]).toBe(meant)
    expect(settingsOf(fromEnvironment({ [variableOf(key)]: ` ${said} ` }))[key]).toBe(meant)
  })

  it('refuses hours that are none, classes there are none of, and half a switch', () => {
    for (const said of ['25:00-26:00 UTC', '10:00-09:00 UTC', '09:00-17:30 Mars', 'sometimes'])
      expect(refusalOf(flags('--snapshot-hours', said))).toContain('--snapshot-hours is wrong')
    expect(refusalOf(flags('--auto-update-classes', 'STK,NFT'))).toContain('must be some of')
    expect(refusalOf(flags('--auto-update', 'maybe'))).toContain('must be true or false')
  })

  it('refuses a time zone that does not exist, and a weekday there is none of', () => {
    const refused = (...said: readonly string[]) => mergeSettings([flags(...said)])
    expect([
      refused('--drawdown-zone', 'Mars/Olympus'),
      refused('--drawdown-reset-day', '8'),
    ]).toEqual([
      {
        ok: false,
        error: '--drawdown-zone is wrong: must be a time zone such as America/New_York.',
      },
      {
        ok: false,
        error: '--drawdown-reset-day is wrong: Too big: expected number to be <=7.',
      },
    ])
  })

  it('that the environment sets to nothing is not set', () => {
    expect(settingsOf(fromEnvironment({ TRUEBOOK_CLIENT_ID: '', TRUEBOOK_ACCOUNT: '' }))).toEqual(
      settingsOf(),
    )
  })

  it('that is wrong is named where it was said', () => {
    expect(refusalOf(flags('--port', 'x'))).toBe('--port is wrong: must be a number.')
    expect(refusalOf(flags('--client-id='))).toBe('--client-id is wrong: must be a number.')
    expect(refusalOf(fromEnvironment({ TRUEBOOK_PORT: '99999' }))).toMatch(
      /^TRUEBOOK_PORT is wrong: .*65535/,
    )
    expect(refusalOf(file({ httpPort: 1.5 }))).toBe(
      '"httpPort" in settings.json is wrong: must be a whole number.',
    )
    expect(refusalOf(flags('--host', ' '))).toBe('--host is wrong: must not be empty.')
    expect(refusalOf(file({ attribution: [{ orderRef: 7 }] }))).toMatch(
      /^"attribution" in settings.json \(0.orderRef\) is wrong: /,
    )
  })

  it.each([null, true, '', ' ', [], {}, '0x10', '1e3', 'NaN', '7 apples'])(
    'that should be a number is none when it is %j',
    (said) => {
      expect(refusalOf(file({ clientId: said }))).toBe(
        '"clientId" in settings.json is wrong: must be a number.',
      )
    },
  )

  it.each(['-1', '2147483647', '0.5'])('is refused as a client id when it is %s', (said) => {
    expect(refusalOf(flags(`--client-id=${said}`))).toMatch(/^--client-id is wrong: /)
  })

  it('is told in one sentence each when several are wrong', () => {
    const refusal = refusalOf(flags('--port', 'x'), file({ clientId: null }))
    expect(refusal.match(/ is wrong: /g)).toHaveLength(2)
  })

  it('that does not exist is refused, with those that do', () => {
    for (const key of ['prot', 'toString', 'constructor']) {
      const refusal = refusalOf(file({ [key]: 1 }))
      expect(refusal).toContain(`There is no setting ${key}; the settings are: host, port`)
    }
    expect(refusalOf(file({ attribution: [{ strategie: 'x' }] }))).toContain('strategie')
  })
})

describe('the settings file', () => {
  const folders: string[] = []
  const folderWith = (content: string): string => {
    const folder = mkdtempSync(join(tmpdir(), 'truebook-test-'))
    folders.push(folder)
    writeFileSync(join(folder, 'settings.json'), content)
    return folder
  }
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })

  it('says nothing when there is none', () => {
    expect(readSettingsFile(join(tmpdir(), 'truebook-nowhere'))).toEqual({ ok: true, value: {} })
  })

  it.each([
    ['{"port": 1', /cannot be read: .*Correct it, or move it away/],
    ['[1]', /must hold one JSON object/],
    ['"port"', /must hold one JSON object/],
    ['{"dataDir": "/elsewhere"}', /cannot choose it: use --data-dir/],
  ])('that holds %s is refused in a sentence', (content, sentence) => {
    const read = readSettingsFile(folderWith(content))
    expect(read).toEqual({ ok: false, error: expect.stringMatching(sentence) as unknown })
  })

  it('is left alone by a wrong attribution rule, which the program refuses in a sentence', () => {
    const folder = folderWith('{"attribution": [{"orderRef": "(", "strategy": "x"}]}')
    const said = run(['--data-dir', folder, '--no-open', '--port', '1'])
    expect([said.status, said.stderr]).toEqual([
      2,
      expect.stringMatching(/^Attribution rule 1: the pattern \( does not compile: .*\.\n$/),
    ])
  })

  it('that is wrong is named with its path', () => {
    const folder = folderWith('{"clientId": null}')
    const { status, stderr } = run(['--data-dir', folder, '--no-open'])
    const path = join(folder, 'settings.json')
    expect([status, stderr]).toEqual([2, `"clientId" in ${path} is wrong: must be a number.\n`])
  })
})

const WEB = resolve('src-main/web.ts')
const run = (args: readonly string[]) =>
  spawnSync(process.execPath, [WEB, ...args], { encoding: 'utf8', timeout: 20_000 })

describe('the command line', () => {
  it.each([
    [['--nonsense'], "Unknown option '--nonsense'. See --help for the flags there are.\n"],
    [['--port'], /^Option '--port <value>' argument missing\. See --help/],
    [['--port', '--demo'], /^Option '--port' argument is ambiguous\. See --help/],
    [['stray'], /^Unexpected argument 'stray'\. See --help/],
    [['--seed', '1'], '--seed only goes with --demo.\n'],
    [['--port', 'x'], '--port is wrong: must be a number.\n'],
  ] as const)('%j is refused in one sentence, with exit code 2', (args, sentence) => {
    const { status, stderr, stdout } = run(args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(sentence)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('explains itself, every setting included', () => {
    const { status, stdout } = run(['--help'])
    expect([status, stdout]).toEqual([0, helpText()])
    for (const key of SIMPLE_KEYS) expect(stdout).toContain(`${flagOf(key)} `)
  })
})

describe('the core', () => {
  it('refuses a rule that cannot work, in a sentence', () => {
    const composed = (attribution: Settings['attribution']) =>
      compose(keptSettings([file({ attribution })]), around)
    expect(composed([{ orderRef: '(?<strategy>[a-z]+' }])).toEqual({
      ok: false,
      error: expect.stringMatching(
        /^Attribution rule 1: the pattern .* does not compile/,
      ) as unknown,
    })
    expect(composed([{ strategy: 'x' }, { symbol: 'SPY' }])).toEqual({
      ok: false,
      error: expect.stringMatching(/^Attribution rule 2 names no strategy/) as unknown,
    })
  })
})

describe('docs/settings.md', () => {
  const page = readFileSync('docs/settings.md', 'utf8')
  const rowOf = (key: string): string =>
    present(
      page.split('\n').find((line) => line.startsWith(`| \`${key}\``)),
      `the row of ${key}`,
    )

  it.each(Object.keys(settingsSchema.shape))(
    'documents %s, its default, flag and variable',
    (key) => {
      const fallback: unknown = settingsOf()[key as keyof Settings]
      const row = rowOf(key)
      if (typeof fallback === 'string' || typeof fallback === 'number') {
        expect(row).toContain(`\`${fallback}\``)
      }
      if (!SIMPLE_KEYS.some((one) => one === key)) return
      expect(row).toContain(`\`${flagOf(key)}\``)
      expect(row).toContain(`\`${variableOf(key)}\``)
    },
  )

  it('documents no setting that does not exist', () => {
    const keys = [...page.matchAll(/^\| `([a-zA-Z]+)` +\| `--/gm)].map(([, key]) => key)
    expect([...keys].sort()).toEqual([...SIMPLE_KEYS].sort())
  })

  it('shows attribution rules that work', () => {
    const examples = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text]) => text ?? '')
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      const settings = keptSettings([file(JSON.parse(example) as Record<string, unknown>)])
      expect(compose(settings, around).ok).toBe(true)
    }
  })
})
