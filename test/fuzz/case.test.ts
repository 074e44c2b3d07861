import assert from 'node:assert/strict'
import t from 'tap'
import { type Case, makeCase } from '../../fuzz/lib/case.ts'
import { readFaultFile, writeFaultFile } from '../../fuzz/lib/fault-file.ts'
import { SUBJECTS } from '../../fuzz/lib/subjects.ts'

const CASES = 500

const bytesOf = ({ pieces }: Case): string =>
  Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('base64')

t.test('the same seed and number make the same bytes, another seed others', async (t) => {
  let same = 0
  for (let number = 0; number < CASES; number += 1) {
    const bytes = bytesOf(makeCase(1, number))
    const again = bytesOf(makeCase(1, number))
    if (bytes !== again) t.fail(`case ${number} differs`)
    if (bytes === bytesOf(makeCase(2, number))) same += 1
  }
  t.ok(same < CASES / 100, `${same} of ${CASES} do not depend on the seed`)
})

t.test('cases go round the models, and every kind of them occurs', async (t) => {
  const cases = Array.from({ length: CASES }, (_, number) => makeCase(1, number))
  t.strictSame(
    cases.slice(0, SUBJECTS.length).map(({ model }) => model),
    SUBJECTS.map(({ name }) => name),
  )
  const kinds = new Set(cases.map(({ what }) => what))
  for (const kind of ['json', 'lines', 'csv', 'npy', 'image', 'form'])
    for (const how of ['valid', 'mutated']) t.ok(kinds.has(`${how} ${kind}`), `${how} ${kind}`)
  for (const kind of ['slow bytes', 'two at once', 'broken chunks', 'trailers']) t.ok(kinds.has(kind), kind)
})

t.test('a file of a fault gives back the case, its expected answer too', async (t) => {
  const folder = t.testdir()
  for (let number = 0; number < 10 * SUBJECTS.length; number += 1) {
    const sent = makeCase(1, number)
    const fault = { sent, front: 'none', faults: [{ kind: 'wrong answers', what: 'x' }] } as const
    assert.deepEqual(readFaultFile(writeFaultFile(folder, fault)), fault)
  }
})
