import { describe, expect, it } from 'vitest'
import { isPage, PAGE, pathIn, POP_OUT_PAGE } from '#adapters/electron/addresses.ts'

const ROOT = '/program/out/renderer'

describe('an address of the program’s own scheme', () => {
  it('stands for a file of the built pages', () => {
    expect(pathIn(ROOT, PAGE)).toBe(`${ROOT}/index.html`)
    expect(pathIn(ROOT, 'truebook://app/assets/a%20b.js?x#y')).toBe(`${ROOT}/assets/a b.js`)
  })

  it.each([
    'truebook://app/..%2f..%2f..%2fetc/passwd',
    'truebook://app/%2e%2e/%2e%2e/secret',
    'truebook://app/a%00b',
    'truebook://app/%E0%A4%A',
    'truebook://app',
    'truebook://other/index.html',
    'truebook://app:81/index.html',
    'https://app/index.html',
    'file:///etc/passwd',
    'nonsense',
  ])('stands for nothing outside of them: %s', (address) => {
    const path = pathIn(ROOT, address)
    // A parser may fold the dots away: then it is a file of the folder, if one that is not there.
    expect(path === null || path.startsWith(`${ROOT}/`)).toBe(true)
    expect(path === null || !path.includes('..')).toBe(true)
  })
})

it('is a page with any query or fragment, and no other address that begins alike', () => {
  expect([PAGE, `${PAGE}?a`, `${PAGE}#b`].map((address) => isPage(address, PAGE))).toEqual([
    ...[true, true, true],
  ])
  expect(isPage(`${PAGE}.evil`, PAGE)).toBe(false)
  expect(isPage(POP_OUT_PAGE, PAGE)).toBe(false)
})
