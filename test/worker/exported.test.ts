/** One network in the forms that ONNX's tools make of it: answered as ONNX Runtime in Python answers. */

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { ROOT } from '../fixtures/index.ts'
import { openFolder } from '../fixtures/open-folder.ts'

const EXPORTED = `${ROOT}test/fixtures/exported`

/** Largest difference from Python's answer, whose size is about 5: float16 has three digits, and versions fuse it differently. */
const TOLERANCE: Record<string, number> = {
  'external-files': 1e-5,
  'external-subfolder': 1e-5,
  float16: 0.01,
  'float16-inside': 0.01,
  'ort-format': 1e-5,
  'quantised-dynamic': 1e-5,
  'quantised-static': 1e-5,
}

/** Dynamic quantisation scales by the largest value of all rows. */
const NOT_BATCHED = ['quantised-dynamic']

t.test('each form is served with the numbers of Python', async (t) => {
  const names = readdirSync(EXPORTED).filter((name) => name !== 'make.py')
  t.strictSame(names.sort(), Object.keys(TOLERANCE).sort())
  for (const name of names) {
    const { inputs, outputs } = JSON.parse(readFileSync(`${EXPORTED}/${name}/expected.json`, 'utf8'))
    for (const directory of [undefined, t.testdir({})]) {
      const { found, loaded, ask } = await openFolder(`${EXPORTED}/${name}`, { directory })
      const reply = await ask(Buffer.from(JSON.stringify({ inputs })))
      const what = `${name}${directory === undefined ? '' : ', optimised'}`
      t.equal(loaded.rows, NOT_BATCHED.includes(name) ? 'none' : 'dynamic', what)
      const given = (reply?.ok ? JSON.parse(String(reply.body)).outputs.flat() : []) as number[]
      const expected = outputs.flat() as number[]
      const difference = Math.max(...expected.map((value, i) => Math.abs(value - (given[i] ?? Number.NaN))))
      t.ok(difference <= (TOLERANCE[name] ?? 0), `${what}: ${difference}`)
      t.equal(found.file !== undefined, directory !== undefined, `${what}: its copy passed`)
    }
  }
})
