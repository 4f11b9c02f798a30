import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { err, ok, type Result } from '#shared/result.ts'
import { flagOf, settingsSchema, SIMPLE_KEYS, variableOf, type Source } from '#shared/settings.ts'

/** What the command line of the workstation says. */
export type CommandLine = {
  /** Start the built-in simulated gateway and connect to it. */
  readonly demo: boolean
  readonly open: boolean
  readonly help: boolean
  readonly scenario: string | undefined
  readonly seed: string | undefined
  readonly controlPort: string | undefined
  readonly record: string | undefined
  readonly settings: Source
}

const OWN: ParseArgsOptionsConfig = {
  demo: { type: 'boolean' },
  'no-open': { type: 'boolean' },
  help: { type: 'boolean' },
  scenario: { type: 'string' },
  seed: { type: 'string' },
  'control-port': { type: 'string' },
  record: { type: 'string' },
}

const nameOf = (key: string): string => flagOf(key).slice(2)

/** Reads the flags. Refuses an unknown one, or one without its value, in a sentence. */
export function readCommandLine(args: readonly string[]): Result<CommandLine, string> {
  const options = { ...OWN }
  for (const key of SIMPLE_KEYS) options[nameOf(key)] = { type: 'string' }
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true })
    const given = (name: string): string | undefined =>
      typeof values[name] === 'string' ? values[name] : undefined
    const demoOnly = ['scenario', 'seed', 'control-port', 'record'].find((name) => given(name))
    if (demoOnly && values['demo'] !== true) return err(`--${demoOnly} only goes with --demo.`)
    return ok({
      demo: values['demo'] === true,
      open: values['no-open'] !== true,
      help: values['help'] === true,
      scenario: given('scenario'),
      seed: given('seed'),
      controlPort: given('control-port'),
      record: given('record'),
      settings: {
        kind: 'flag',
        values: Object.fromEntries(SIMPLE_KEYS.map((key) => [key, given(nameOf(key))])),
        spelling: flagOf,
      },
    })
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s/)
    return err(`${why}. See --help for the flags there are.`)
  }
}

/** What --help prints. */
export function helpText(): string {
  const rows = SIMPLE_KEYS.map((key) => {
    const meaning = settingsSchema.shape[key].description ?? ''
    return `  ${flagOf(key).padEnd(28)} ${meaning} (${variableOf(key)})`
  })
  return `Truebook in the browser: your own ledger beside TWS.

${rows.join('\n')}
  --demo                       start the built-in simulated gateway and connect to it
  --scenario NAME              what the demo's market does (npm run gateway -- --list names them)
  --seed S                     decides everything that happens in the demo
  --record FILE                let the demo's gateway write down what truly happened
  --control-port P             let the demo's gateway take commands on 127.0.0.1:P
  --no-open                    do not open a browser
  --help                       this text

Flags win over the environment, which wins over settings.json in the data directory.
Every setting is explained in docs/settings.md.
`
}
