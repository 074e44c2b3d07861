import t from 'tap'
import { fromFloat16 } from '../../../src/tensor/float16.ts'
import { decodeImage } from '../../../src/worker/image/decode.ts'
import { toTensor } from '../../../src/worker/image/normalize.ts'
import { toGray } from '../../../src/worker/image/pixels.ts'
import { goldens, readImage, sha256 } from './goldens.ts'
import { preprocessOf } from './preprocess.ts'

for (const golden of goldens.tensor) {
  const { file, preprocess: section, type, dims, first } = golden
  t.test(`makes the ${type} tensor of numpy from ${file} with ${JSON.stringify(section)}`, async (t) => {
    const preprocess = preprocessOf(section)
    const decoded = await decodeImage(readImage(file), 25_000_000)
    const image = preprocess.color === 'gray' ? toGray(decoded) : decoded
    const tensor = toTensor(image, preprocess, type)
    const data = tensor.data as Uint8Array | Uint16Array | Float32Array
    t.equal(tensor.type, type)
    t.same(tensor.dims, dims)
    t.same(
      [...data.subarray(0, 4)].map((value) => (type === 'float16' ? fromFloat16(value) : value)),
      first,
    )
    t.equal(sha256(data), golden.sha256)
  })
}

t.test('makes planes or interleaved pixels of the channels in the order of `color`', async (t) => {
  const image = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(1, 2, 3, 4, 5, 6) }
  const make = (section: Record<string, unknown>) => toTensor(image, preprocessOf(section), 'uint8')
  t.same([...(make({}).data as Uint8Array)], [1, 4, 2, 5, 3, 6])
  t.same(make({}).dims, [1, 3, 1, 2])
  t.same([...(make({ color: 'bgr' }).data as Uint8Array)], [3, 6, 2, 5, 1, 4])
  t.same([...(make({ layout: 'nhwc' }).data as Uint8Array)], [1, 2, 3, 4, 5, 6])
  t.same(make({ layout: 'nhwc' }).dims, [1, 1, 2, 3])
  t.same([...(make({ layout: 'nhwc', color: 'bgr' }).data as Uint8Array)], [3, 2, 1, 6, 5, 4])
})
