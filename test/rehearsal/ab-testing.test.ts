/** The Python in docs/ab-testing.md computes what assignVariant does. */

import t from 'tap'
import { assignVariant } from '../../scripts/traffic/assign-variant.ts'
import { codeBlock, readVectors } from '../scripts/traffic/vectors.ts'
import { python } from './python.ts'

const PROGRAM = `${codeBlock('python')}
import json, sys
example, cases = json.load(sys.stdin)
print(json.dumps([digest(*example).hex(), [assign_variant(*case) for case in cases]]))
`

t.test('Python and TypeScript assign the same variants', async (t) => {
  const { example, vectors } = readVectors()
  const weights = { primary: 90, challenger: 7.5, 'dark-1': 0, third: 2.5 }
  const users = Array.from({ length: 5000 }, (_, index) => `user-${index} ü🦊`)
  const cases = [
    ...vectors.map((vector) => [vector.user, vector.weights, vector.salt]),
    ...users.map((user) => [user, weights, 'exp-7']),
  ]
  const [sha256, assigned] = JSON.parse(python(PROGRAM, JSON.stringify([example.texts, cases])))
  t.equal(sha256, example.sha256)
  t.strictSame(assigned, [
    ...vectors.map(({ variant }) => variant),
    ...users.map((user) => assignVariant(user, weights, 'exp-7')),
  ])
})
