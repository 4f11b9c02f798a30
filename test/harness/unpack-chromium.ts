import { inflate } from '@sparticuz/chromium'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Unpacks archives of the packaged browser, by name, into the folder for temporary files: the
 * package knows no other place, so this is a process of its own that is given one.
 */
const PACKAGE = dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium')))

for (const name of process.argv.slice(2)) await inflate(join(PACKAGE, '..', 'bin', name))
