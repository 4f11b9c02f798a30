import { readCommandLine, type CommandLine } from './command-line.ts'
import { startGateway, type Gateway } from './gateway.ts'
import { realTime } from './real-time.ts'
import { fileSink } from './record-file.ts'

/** The gateway as a program: the only place of it that knows the machine's clock. */

const say = (sentence: string): void => void process.stdout.write(`${sentence}\n`)
const complain = (sentence: string): void => void process.stderr.write(`${sentence}\n`)

const WRONG_ARGUMENTS = 2

function failure(error: unknown, line: CommandLine): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  const port = error instanceof Error && 'port' in error ? error.port : line.port
  const flag = port === line.port ? '--port' : '--control-port'
  if (code === 'EADDRINUSE')
    return `Port ${String(port)} is in use: stop what listens there or choose another with ${flag}.`
  return error instanceof Error ? error.message : String(error)
}

function start(line: CommandLine): Promise<Gateway> {
  const time = realTime(() => Date.now(), line.speed, line.start ?? Date.now())
  return startGateway({
    clock: time,
    scheduler: time,
    skip: time.skip,
    wall: () => performance.timeOrigin + performance.now(),
    ...line,
    record: line.record === null ? null : fileSink(line.record),
    log: complain,
  })
}

async function run(line: CommandLine): Promise<void> {
  const gateway = await start(line)
  let isClosing = false
  const stop = (): void => {
    if (isClosing) return
    isClosing = true
    gateway.close().then(
      () => process.exit(0),
      (error: unknown) => {
        complain(String(error))
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  say(`gateway listening on 127.0.0.1:${gateway.port}`)
  if (gateway.controlPort !== null) say(`control on 127.0.0.1:${gateway.controlPort}`)
}

const wanted = readCommandLine(process.argv.slice(2))
if (wanted.what === 'print') process.stdout.write(wanted.text)
else if (wanted.what === 'refuse') {
  complain(wanted.sentence)
  process.exitCode = WRONG_ARGUMENTS
} else {
  run(wanted.line).catch((error: unknown) => {
    complain(failure(error, wanted.line))
    process.exit(1)
  })
}
