import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { PROJECT } from './program.ts'

/** A program to launch, and what its environment needs beside ours. */
export type Executable = {
  readonly path: string
  readonly variables: Readonly<Record<string, string>>
}

const PACKAGE = resolve(createRequire(import.meta.url).resolve('@sparticuz/chromium'), '../..')
const CACHE = join(PROJECT, 'node_modules', '.cache', 'truebook')
const UNPACKER = resolve(import.meta.dirname, 'unpack-chromium.ts')
/** The browser; NSS, NSPR and Expat, which it loads and a bare Linux lacks; and a font. */
const ARCHIVES = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br']
/** The project may belong to another user than the one who tests. */
const READABLE = 0o755

/**
 * The browser that comes with the packages. It writes in the font that comes along, so that the
 * screen measures the same on every machine. @throws when it cannot run on this one.
 */
export function packagedChromium(): Executable {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chromium, Chrome or Edge was found: install one to run these tests.')
  }
  const folder = unpacked()
  const libraries = [join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH'] ?? '']
  return {
    path: join(folder, 'chromium'),
    variables: {
      LD_LIBRARY_PATH: libraries.filter((path) => path !== '').join(':'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  }
}

/**
 * The folder with everything unpacked. Test processes that come here at the same time each unpack
 * beside it; the first to finish gives its folder the name, so what bears the name is whole.
 */
function unpacked(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    version: string
  }
  const folder = join(CACHE, `chromium-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(CACHE, { recursive: true })
  const beside = mkdtempSync(`${folder}-`)
  try {
    execFileSync(process.execPath, [UNPACKER, ...ARCHIVES], {
      env: { ...process.env, TMPDIR: beside },
    })
    writeFileSync(join(beside, 'fonts.conf'), fontsOf(folder))
    for (const name of ['.', 'chromium']) chmodSync(join(beside, name), READABLE)
    renameSync(beside, folder)
  } catch (error) {
    rmSync(beside, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/** Whatever is asked for is Open Sans; the system's fonts only lend the signs it has not. */
const fontsOf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
  <match target="pattern">
    <edit name="family" mode="prepend_first" binding="strong"><string>Open Sans</string></edit>
  </match>
</fontconfig>
`
