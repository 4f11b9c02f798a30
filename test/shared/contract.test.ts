import { isContractProcedure } from '@orpc/contract'
import { expect, it } from 'vitest'
import { contract } from '#shared/api/contract.ts'

type Route = { readonly method?: string; readonly path?: string; readonly summary?: string }
type Placed = Route & { readonly name: string; readonly tags?: readonly string[] }

/** Every procedure of the contract with the route it has, however deep it lies. */
function placesIn(router: object, name = ''): readonly Placed[] {
  return Object.entries(router).flatMap(([key, value]: [string, unknown]) => {
    const inside = name === '' ? key : `${name}.${key}`
    if (isContractProcedure(value)) return [{ name: inside, ...(value['~orpc'].route as Route) }]
    return placesIn(value as object, inside)
  })
}

const places = placesIn(contract)

it('has procedures to look at', () => {
  expect(places.map(({ name }) => name)).toContain('positions.list')
})

it.each(places.map((place) => [place.name, place] as const))(
  'answers over HTTP, under a path and with a sentence of its own: %s',
  (_, { method, path, summary, tags }) => {
    expect(method).toMatch(/^(GET|POST)$/)
    expect(path).toMatch(/^(\/[a-z{}-]+)+$/)
    expect(path?.startsWith('/api/')).toBe(true)
    expect(summary).toMatch(/^[A-Z].{10,}[^.]$/)
    expect(tags).toHaveLength(1)
  },
)

it('has no two procedures at one place', () => {
  const taken = places.map(({ method, path }) => `${method} ${path}`)
  expect(taken).toEqual([...new Set(taken)])
})
