import type { Log, LogFields } from '#ports/log.ts'
import { isoOf, utcMillis } from '#shared/time.ts'

/** Account ids keep their kind and their last two digits: enough to tell them apart. */
const redact = (text: string): string => text.replace(/\b(DU|DF|U|F)\d{2,}(\d{2})\b/g, '$1…$2')

/** One JSON object a line, for people and programs. */
export function lineLog(write: (line: string) => void): Log {
  const log = (level: string, sentence: string, fields: LogFields = {}): void =>
    write(redact(JSON.stringify({ at: isoOf(utcMillis(Date.now())), level, sentence, ...fields })))
  return {
    info: (sentence, fields) => log('info', sentence, fields),
    warn: (sentence, fields) => log('warn', sentence, fields),
    error: (sentence, fields) => log('error', sentence, fields),
  }
}
