import t from 'tap'
import { npyCodec } from '../../../src/worker/codec/npy.ts'
import { npzCodec } from '../../../src/worker/codec/npz.ts'
import { decode, failure, MAX_BYTES, prediction, THREE_FLOATS, tensor } from './a-model.ts'

const TYPE = 'application/octet-stream'
const X = tensor('float32', [1, 3], Float32Array.of(1, 2, 3))

const written = (codec: typeof npyCodec) =>
  codec.encode?.(prediction({ x: X }), 'rows', MAX_BYTES) as Uint8Array

t.test('bytes of no type are what they begin with', async (t) => {
  for (const body of [written(npyCodec), written(npzCodec), '[[1,2,3]]', '\ufeff {"instances":[[1,2,3]]}']) {
    const { inputs } = await decode(TYPE, body, THREE_FLOATS)
    t.strictSame(Object.fromEntries(inputs), { x: X })
  }
  t.match(
    await failure(TYPE, Buffer.from('\x89PNG', 'latin1'), THREE_FLOATS),
    /^ERR_UNSUPPORTED_MEDIA_TYPE .*preprocess section/,
  )
})

t.test('others are refused, with what to send', async (t) => {
  for (const body of ['1,2,3', '', ' '.repeat(1e6)])
    t.match(
      await failure(TYPE, body, THREE_FLOATS),
      /^ERR_UNSUPPORTED_MEDIA_TYPE .*first bytes.*send the Content-Type/,
    )
})
