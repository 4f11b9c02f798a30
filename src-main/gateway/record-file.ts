import { createWriteStream, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import type { RecordSink } from './record.ts'

/**
 * Keeps the record in a file, replacing what was there: one run, one record.
 * @throws when the file cannot be opened.
 */
export function fileSink(path: string): RecordSink {
  const stream = createWriteStream(path, { fd: openSync(path, 'w') })
  const flush = (): Promise<void> =>
    new Promise((resolve, reject) => {
      stream.write('', (error) => {
        if (error === null || error === undefined) resolve()
        else reject(error)
      })
    })
  return {
    write: (lines) => void stream.write(lines),
    flush,
    close: async () => {
      stream.end()
      await finished(stream)
    },
    read: async () => {
      await flush()
      return readFile(path, 'utf8')
    },
  }
}
