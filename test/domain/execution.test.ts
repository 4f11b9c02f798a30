import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitExecId } from '#domain/execution.ts'
import { execId } from '#shared/ids.ts'
import { RUNS } from './arbitraries.ts'

describe('an exec id', () => {
  it.each([
    ['0000e0d5.6560a1b2.01.01', '0000e0d5.6560a1b2.01', 1],
    ['0000e0d5.6560a1b2.01.02', '0000e0d5.6560a1b2.01', 2],
    ['0000e0d5.6560a1b2.01.10', '0000e0d5.6560a1b2.01', 10],
    ['0001.01', '0001', 1],
    ['F-0001.00', 'F-0001', 0],
  ])('%s is root %s at a revision', (id, root, revision) => {
    expect(splitExecId(execId(id))).toEqual({ root, revision })
  })

  it.each(['', '0001', '.01', '0001.', '0001.0a', '0001.-1', '0001.01 ', '0001.1e3'])(
    '"%s" has no revision and is all root',
    (id) => {
      expect(splitExecId(execId(id))).toEqual({ root: id, revision: 0 })
    },
  )

  it('shares its root with every revision of the same execution', () => {
    const parts = fc.tuple(fc.stringMatching(/^[0-9a-f.]{1,20}$/), fc.nat(), fc.nat())
    fc.assert(
      fc.property(parts, ([root, one, other]) => {
        const first = splitExecId(execId(`${root}.${one}`))
        expect(first).toEqual({ root, revision: one })
        expect(splitExecId(execId(`${root}.0${other}`))).toEqual({ root, revision: other })
      }),
      RUNS,
    )
  })
})
