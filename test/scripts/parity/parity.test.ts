import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { add, differenceOf, NONE, outputDifference } from '../../../scripts/parity/differences.ts'
import { readReference } from '../../../scripts/parity/read-reference.ts'
import { formatNpyHeader } from '../../../src/worker/codec/npy-header.ts'
import { DIGITS, program, ROOT } from '../../fixtures/index.ts'

const npy = (descr: string, shape: number[], data: Uint8Array): Buffer =>
  Buffer.concat([formatNpyHeader(descr, shape), data])

const names = (...given: string[]): Buffer => {
  const text = Buffer.from(JSON.stringify(given))
  return npy('|u1', [text.length], text)
}

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)

t.test('reads arrays that lie one after another in a file', async (t) => {
  const file = join(t.testdir({}), 'reference')
  writeFileSync(
    file,
    Buffer.concat([names('a.png', 'b.png'), npy('<f4', [1, 2], floats(1, 2)), npy('<f4', [1], floats(3))]),
  )
  t.strictSame(
    readReference(file).map(({ name, dims, data }) => [name, dims, [...data]]),
    [
      ['a.png', [1, 2], [1, 2]],
      ['b.png', [1], [3]],
    ],
  )
  writeFileSync(file, readFileSync(file).subarray(0, -1))
  t.throws(() => readReference(file), /ends inside an array/)
})

t.test('means are over all values, maxima over all pictures', async (t) => {
  const total = add(add(NONE, differenceOf([1, 2], [1, 4])), differenceOf([0], [1]))
  t.strictSame(total, { sum: 3, count: 3, largest: 2 })
  const tensor = (value: number) => ({ type: 'float32' as const, dims: [1], data: Float32Array.of(value) })
  const outputs = outputDifference(new Map([['y', tensor(1)]]), new Map([['y', tensor(3)]]))
  t.strictSame(outputs, { sum: 2, count: 1, largest: 2 })
})

t.test('says how far a model is from a reference, and what is wrong with another', async (t) => {
  const folder = t.testdir({})
  mkdirSync(join(folder, 'pictures'))
  writeFileSync(join(folder, 'pictures/3.png'), readFileSync(`${DIGITS}/digits/3.png`))
  const reference = join(folder, 'reference')
  const parity = () =>
    promisify(execFile)(
      process.execPath,
      [
        ...[...program('scripts/parity'), '--model', `${DIGITS}/model`],
        ...['--images', join(folder, 'pictures'), '--reference', reference],
      ],
      { cwd: ROOT },
    )
  writeFileSync(reference, Buffer.concat([names('3.png'), npy('<f4', [1, 1, 1, 1], floats(0))]))
  await t.rejects(parity(), { message: /3\.png: \[1,.*\] here, and \[1,1,1,1\] in / })
})
