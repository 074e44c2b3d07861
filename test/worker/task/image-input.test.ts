import t from 'tap'
import { ServingError } from '../../../src/errors.ts'
import type { Model } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { rowMode, type TensorSpec } from '../../../src/model/signature.ts'
import { imageCodec } from '../../../src/worker/task/image-input.ts'
import { readImage } from '../image/goldens.ts'

const IMAGE: TensorSpec = { name: 'pixels', type: 'uint8', dims: ['n', 3, 'h', 'w'] }

const modelOf = (yaml: string, ...inputs: TensorSpec[]): Model => ({
  name: 'test',
  file: '/nowhere/model.onnx',
  signature: { inputs, outputs: inputs, rows: rowMode(inputs, inputs) },
  config: parseServingConfig(yaml),
})

const decode = async (type: string, body: Uint8Array, model: Model) =>
  imageCodec.decode?.(body, { type, parameters: {} }, model)

const failure = async (body: Uint8Array, model: Model): Promise<string> => {
  const error = await decode('image/jpeg', body, model).catch((error: unknown) => error)
  return error instanceof ServingError ? `${error.code} ${error.message}` : `no error of ours: ${error}`
}

for (const [type, file] of [
  ['image/jpeg', 'jpeg-420.jpg'],
  ['image/png', 'png-rgb.png'],
  ['image/webp', 'webp-lossy.webp'],
  ['image/gif', 'gif-still.gif'],
  ['application/x-image', 'png-palette.png'],
] as const) {
  t.test(`makes one row of the image input from ${type}`, async (t) => {
    t.ok(imageCodec.mediaTypes.includes(type))
    const request = await decode(type, readImage(file), modelOf('preprocess: {}', IMAGE))
    t.equal(request?.form, 'rows')
    t.same([...(request?.inputs.keys() ?? [])], ['pixels'])
    const dims = type === 'image/jpeg' ? [1, 3, 120, 160] : [1, 3, 70, 90]
    t.same(request?.inputs.get('pixels')?.dims, dims)
  })
}

t.test('takes an image whatever kind of image the Content-Type says', async (t) => {
  const request = await decode('image/jpeg', readImage('png-rgb.png'), modelOf('preprocess: {}', IMAGE))
  t.same(request?.inputs.get('pixels')?.dims, [1, 3, 70, 90])
})

t.test('says what to add where the model has no preprocessing', async (t) => {
  t.equal(
    await failure(readImage('jpeg-420.jpg'), modelOf('', IMAGE)),
    'ERR_UNSUPPORTED_MEDIA_TYPE Content-Type image/jpeg is not supported by this model: add a preprocess section to its serving.yaml',
  )
})

t.test('says which other inputs an image alone does not fill', async (t) => {
  const ids: TensorSpec = { name: 'ids', type: 'int64', dims: ['n'] }
  t.equal(
    await failure(readImage('jpeg-420.jpg'), modelOf('preprocess: {input: pixels}', ids, IMAGE)),
    'ERR_INVALID_INPUT an image fills only input "pixels", but the model also takes "ids"',
  )
})

t.test('refuses a body that is no image', async (t) => {
  t.match(
    await failure(Buffer.from('{}'), modelOf('preprocess: {}', IMAGE)),
    /^ERR_INVALID_IMAGE image: not a readable/,
  )
})
