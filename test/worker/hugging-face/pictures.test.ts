/** Requests to the tasks of pictures, good ones and bad ones, and folders that do not fit. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { ModelFolder } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import type { DataType } from '../../../src/tensor/data-type.ts'
import type { Tensor } from '../../../src/tensor/tensor.ts'
import { Allowance } from '../../../src/worker/allowance.ts'
import { createReadPictures } from '../../../src/worker/hugging-face/pictures.ts'
import { LazyAbortController } from '../../../src/worker/lazy-abort.ts'
import { example, ROOT } from '../../fixtures/index.ts'
import { openFolder } from '../../fixtures/open-folder.ts'
import { largePng } from '../image/hostile.ts'

const CLASSES = example('hf-image-classification')
const OBJECTS = example('hf-object-detection')

const pictureOf = (name: string): Buffer => readFileSync(`${ROOT}test/fixtures/images/${name}`)

const PNG = pictureOf('png-rgb.png')
const BASE64 = PNG.toString('base64')

type Ask = Awaited<ReturnType<typeof openFolder>>['ask']

const answerOf = async (ask: Ask, body: Uint8Array | string, type = 'application/json') => {
  const reply = await ask(Buffer.from(body), type)
  return reply?.ok ? JSON.parse(String(reply.body)) : `${reply?.code} ${reply?.message}`
}

const asked = (inputs: unknown, parameters?: unknown): string => JSON.stringify({ inputs, parameters })

const form = (files: readonly Uint8Array[], field = 'file'): { body: Buffer; type: string } => {
  const parts = files.flatMap((file) => [
    Buffer.from(`--x\r\nContent-Disposition: form-data; name="${field}"; filename="a"\r\n\r\n`),
    file,
    Buffer.from('\r\n'),
  ])
  return {
    body: Buffer.concat([...parts, Buffer.from('--x--\r\n')]),
    type: 'multipart/form-data; boundary=x',
  }
}

/** The example's folder with other files; null leaves one out. */
const folderWith = (source: string, files: Record<string, unknown>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  cpSync(source, folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    rmSync(join(folder, name), { force: true })
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    if (content !== null) writeFileSync(join(folder, name), text)
  }
  return folder
}

const jsonOf = (folder: string, name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'))

const refusalOf = async (folder: string): Promise<string> => {
  try {
    await openFolder(folder, { run: false })
    return 'served'
  } catch (error) {
    return (error as Error).message
  }
}

t.test('a picture may be the body, base64, a data URL, a line of JSON or a file of a form', async (t) => {
  const { ask } = await openFolder(CLASSES)
  const expected = await answerOf(ask, asked(BASE64))
  t.equal(expected.length, 5)
  t.same(Object.keys(expected[0]), ['label', 'score'])
  t.same(await answerOf(ask, PNG, 'image/png'), expected)
  t.same(await answerOf(ask, PNG, 'application/x-image'), expected)
  t.same(await answerOf(ask, PNG, 'application/octet-stream'), expected)
  t.same(await answerOf(ask, PNG, ''), expected, 'without a type, by its first bytes')
  t.same(await answerOf(ask, asked(`data:image/png;base64,${BASE64}`)), expected)
  t.same(await answerOf(ask, asked(BASE64.replace(/.{76}/g, '$&\n'))), expected, 'as MIME breaks its lines')
  t.same(await answerOf(ask, BASE64, 'text/plain'), expected)
  t.same(await answerOf(ask, asked([BASE64, BASE64])), [expected, expected])
  const { body, type } = form([PNG, PNG])
  t.same(await answerOf(ask, body, type), [expected, expected])
  const reply = await ask(Buffer.from(`${asked(BASE64)}\n${asked(BASE64)}\n`), 'application/jsonlines')
  t.equal(reply?.ok && String(reply.body), `${JSON.stringify(expected)}\n`.repeat(2))
  t.same(await answerOf(ask, asked([])), [])
})

t.test('pictures of any size share no run that changes their answers', async (t) => {
  const { ask } = await openFolder(OBJECTS)
  const names = ['jpeg-640x480.jpg', 'exif-6.jpg', 'png-rgb.png']
  const inputs = names.map((name) => pictureOf(name).toString('base64'))
  const threshold = { threshold: 0.01 }
  const alone = []
  for (const input of inputs) alone.push(await answerOf(ask, asked(input, threshold)))
  t.ok(alone.every((objects) => objects.length > 0))
  t.same(await answerOf(ask, asked(inputs, threshold)), alone)
})

const REFUSED: [name: string, body: string | Uint8Array, type: string, message: RegExp][] = [
  [
    'a link',
    asked('https://example.com/cat.jpg'),
    'application/json',
    /^ERR_INVALID_INPUT inputs: links are not followed/,
  ],
  ['a link to S3', asked('s3://bucket/cat.jpg'), 'application/json', /links are not followed/],
  [
    'a file',
    asked('/etc/passwd.jpg'),
    'application/json',
    /expected the base64 of a picture, found the string/,
  ],
  [
    'no base64',
    asked('a cat!'),
    'application/json',
    /expected the base64 of a picture, found the string "a cat!"/,
  ],
  [
    'base64 of something else',
    asked('aGVsbG8='),
    'application/json',
    /^ERR_INVALID_IMAGE inputs: image: not a readable JPEG/,
  ],
  ['nothing', asked(''), 'application/json', /expected the base64 of a picture/],
  [
    'a number',
    asked(3),
    'application/json',
    /^ERR_INVALID_INPUT inputs: expected the base64 of a picture, found 3/,
  ],
  [
    'pixels',
    asked([[1, 2]]),
    'application/json',
    /inputs\[0\]: expected the base64 of a picture, found a list of 2/,
  ],
  [
    'one bad one of several',
    asked([BASE64, BASE64.slice(0, 200)]),
    'application/json',
    /^ERR_INVALID_IMAGE inputs\[1\]: image: the PNG is damaged or truncated/,
  ],
  [
    'a data URL without base64',
    asked('data:image/png,x'),
    'application/json',
    /expected the base64 of a picture/,
  ],
  [
    'a truncated body',
    PNG.subarray(0, 300),
    'image/png',
    /^ERR_INVALID_IMAGE inputs: image: the PNG is damaged or truncated/,
  ],
  [
    'an SVG',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'image/svg+xml',
    /^ERR_UNSUPPORTED_MEDIA_TYPE .*image\/png/,
  ],
  [
    'bytes of no picture',
    'hello',
    'application/octet-stream',
    /^ERR_INVALID_IMAGE inputs: image: not a readable/,
  ],
  [
    'a table',
    '1,2',
    'text/csv',
    /^ERR_UNSUPPORTED_MEDIA_TYPE Content-Type "text\/csv" is not supported for image-classification/,
  ],
  [
    'an unknown parameter',
    asked(BASE64, { topk: 3 }),
    'application/json',
    /parameters\.topk: unknown key.*knows top_k, function_to_apply/,
  ],
  [
    'no class at all',
    asked(BASE64, { top_k: 0 }),
    'application/json',
    /parameters\.top_k: expected at least 1, found 0/,
  ],
  [
    'an unknown function',
    asked(BASE64, { function_to_apply: 'tanh' }),
    'application/json',
    /function_to_apply: expected sigmoid \| softmax \| none/,
  ],
  [
    'a form with a field',
    '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
    'multipart/form-data; boundary=x',
    /^ERR_INVALID_BODY the form field "a" is not a file/,
  ],
]

t.test('what is no picture is refused with what it is', async (t) => {
  const { ask } = await openFolder(CLASSES)
  for (const [name, body, type, message] of REFUSED) t.match(await answerOf(ask, body, type), message, name)
})

t.test('pictures cost bounded memory: bombs, and more than fit', async (t) => {
  const folder = folderWith(CLASSES, { 'serving.yaml': 'limits: { maxImagePixels: 1000000, maxRows: 100 }' })
  const { ask } = await openFolder(folder)
  t.match(
    await answerOf(ask, asked(largePng().toString('base64'))),
    /^ERR_INVALID_IMAGE inputs: image: .* pixels; at most 1000000 are allowed/,
  )
  t.match(
    await answerOf(ask, asked(Array(101).fill(BASE64))),
    /^ERR_INVALID_INPUT the request has more than 100 rows/,
  )
  t.equal((await answerOf(ask, asked(Array(100).fill(BASE64)))).length, 100)
})

const MASKS: [dims: (number | string)[], type: DataType, expected: number[]][] = [
  [['batch', 'height', 'width'], 'int64', [1, 5, 7]],
  [['batch', 64, 64], 'int64', [1, 64, 64]],
  [['batch', 'height', 'width'], 'bool', [1, 5, 7]],
]

t.test('a mask of pixels says that all of the picture is picture', async (t) => {
  for (const [dims, type, expected] of MASKS) {
    const read = createReadPictures({
      model: {
        name: 'test',
        file: '/nowhere/model.onnx',
        signature: {
          inputs: [
            { name: 'pixel_values', type: 'float32', dims: ['batch', 3, 'height', 'width'] },
            { name: 'pixel_mask', type, dims },
          ],
          outputs: [],
          rows: 'dynamic',
        },
        config: parseServingConfig('preprocess: { input: pixel_values, resize: { width: 7, height: 5 } }'),
      },
      files: { folder: '/nowhere', config: {} },
      labels: [],
    })
    const allowance = new Allowance(new LazyAbortController())
    const { parts } = await read(BASE64, allowance)
    // It is the process's, which other files share.
    allowance.release()
    const mask = parts[0]?.inputs.get('pixel_mask') as Tensor
    t.strictSame([mask.type, mask.dims], [type, expected])
    t.ok([...(mask.data as Uint8Array)].every((value) => Number(value) === 1))
  }
})

t.test('a picture too narrow to be resized is refused', async (t) => {
  const preprocessor = jsonOf(OBJECTS, 'preprocessor_config.json')
  const size = { shortest_edge: 16, longest_edge: 16 }
  const { ask } = await openFolder(
    folderWith(OBJECTS, { 'preprocessor_config.json': { ...preprocessor, size } }),
  )
  t.match(
    await answerOf(ask, pictureOf('jpeg-wide.jpg'), 'image/jpeg'),
    /^ERR_INVALID_IMAGE inputs: image: resizing 900x24 would leave nothing of its shorter side/,
  )
})

t.test("serving.yaml names another library's arithmetic, or says all itself", async (t) => {
  const recipeOf = async (files: Record<string, string>) => {
    const { found } = await openFolder(folderWith(CLASSES, files), { run: false })
    return (found.folder as ModelFolder).config.preprocess
  }
  const plain = await recipeOf({})
  const other = await recipeOf({ 'serving.yaml': 'preprocess: { resample: torchvision }' })
  t.strictSame(other, { ...plain, resample: 'torchvision' })
  const own = await recipeOf({
    'serving.yaml': 'preprocess: { resize: { width: 32, height: 32 }, color: bgr }',
  })
  t.match(own, { input: 'pixel_values', color: 'bgr', orientation: undefined, mean: undefined })
})

t.test('labels are those of config.json, or of serving.yaml', async (t) => {
  const yaml = 'labels: [a, b, c, d, e, f]'
  const { found, ask } = await openFolder(folderWith(CLASSES, { 'serving.yaml': yaml }))
  t.same(found.description.labels, ['a', 'b', 'c', 'd', 'e', 'f'])
  const [first] = await answerOf(ask, asked(BASE64))
  t.match(first.label, /^[a-f]$/)
  const { description } = (await openFolder(CLASSES)).found
  t.match(description, {
    task: 'image-classification',
    labels: ['cat', 'dog', 'ship', 'tree', 'house', 'cup'],
  })
})

const classes = jsonOf(CLASSES, 'config.json')
const processor = jsonOf(CLASSES, 'preprocessor_config.json')

const UNFIT: [name: string, files: Record<string, unknown>, message: RegExp][] = [
  [
    'too few labels',
    { 'config.json': { ...classes, id2label: { 0: 'a', 1: 'b' } } },
    /6 classes, and there are 2 labels/,
  ],
  [
    'labels with a gap',
    { 'config.json': { ...classes, id2label: { 0: 'a', 2: 'b' } } },
    /id2label: expected the keys "0" to "1", each once, found "2"/,
  ],
  [
    'labels by name',
    { 'config.json': { ...classes, id2label: { cat: 0 } } },
    /id2label: expected the keys "0" to "0", each once, found "cat"/,
  ],
  [
    'labels as a list',
    { 'config.json': { ...classes, id2label: ['a'] } },
    /id2label: expected an object like .* found a list of 1/,
  ],
  [
    'a name that is none',
    { 'config.json': { ...classes, id2label: { 0: { a: 1 } } } },
    /id2label: expected a name for class 0, found an object/,
  ],
  ['no labels', { 'config.json': { ...classes, id2label: {} } }, /id2label is empty/],
  [
    'an unknown processor',
    { 'preprocessor_config.json': { image_processor_type: 'X' } },
    /^model .* cannot be served: preprocessor_config.json: the image processor "X"/,
  ],
  [
    'a detector’s rule for classes',
    { 'serving.yaml': 'task: object-detection' },
    /names an image processor that finds no objects/,
  ],
  [
    'a ranking by serving.yaml',
    { 'serving.yaml': 'postprocess: { topK: 3 }' },
    /postprocess.topK: not possible with task image-classification/,
  ],
  [
    'a filter that the library does not do',
    {
      'serving.yaml': 'preprocess: { resample: opencv }',
      'preprocessor_config.json': { ...processor, resample: 3 },
    },
    /preprocess.resample: opencv does not do bicubic/,
  ],
]

t.test('a folder that contradicts itself is refused at the start', async (t) => {
  for (const [name, files, message] of UNFIT)
    t.match(await refusalOf(folderWith(CLASSES, files)), message, name)
})

t.test('"task: tensors" serves what preprocessor_config.json says nothing understood of', async (t) => {
  const files = { 'preprocessor_config.json': { image_processor_type: 'X' }, 'serving.yaml': 'task: tensors' }
  t.equal(await refusalOf(folderWith(CLASSES, files)), 'served')
})
