import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { StartupError } from '../../src/errors.ts'
import { configKeys, parseServingConfig } from '../../src/model/serving-config.ts'

const DEFAULTS = {
  postprocess: { softmax: false },
  limits: { maxImagePixels: 25_000_000, maxRows: 1_000_000, maxResponseBytes: 26_214_400 },
}

/** The lines of the error that a text gives, without the first. */
const mistakesOf = (text: string): string[] => {
  try {
    parseServingConfig(text)
  } catch (error) {
    if (error instanceof StartupError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim())
    throw error
  }
  return []
}

t.test('gives the defaults for an empty file and one of comments', async (t) => {
  t.same(parseServingConfig(''), DEFAULTS)
  t.same(parseServingConfig('# nothing yet\n'), DEFAULTS)
})

t.test('reads every key', async (t) => {
  const config = {
    model: 'resnet.onnx',
    preprocess: {
      input: 'pixels',
      color: 'bgr',
      resize: { shortest: 256 },
      interpolation: 'bicubic',
      crop: { width: 224, height: 200 },
      rescale: 1,
      mean: [1, 2, 3],
      std: [4, 5, 6],
      layout: 'nhwc',
    },
    labels: ['cat', 'dog'],
    postprocess: { softmax: true, topK: 5 },
    limits: { maxBatchSize: 8, maxImagePixels: 1000, maxRows: 10, maxResponseBytes: 1000 },
  }
  t.same(parseServingConfig(JSON.stringify(config)), config)
})

t.test('fills the defaults of an image model', async (t) => {
  t.same(parseServingConfig('preprocess: {}').preprocess, {
    color: 'rgb',
    interpolation: 'bilinear',
    rescale: 1 / 255,
    layout: 'nchw',
  })
})

t.test('takes whole numbers as labels, and a file name', async (t) => {
  t.same(parseServingConfig('labels: [0, 1, two]').labels, ['0', '1', 'two'])
  t.equal(parseServingConfig('labels: labels.txt').labels, 'labels.txt')
})

t.test('lists all mistakes, each with its key, what is expected and what was found', async (t) => {
  const text = `
model: 3
preprocess:
  colour: rgb
  resize: 256
  crop: {width: 224}
  std: [0, 1, a]
  layout: chw
labels: [1.5, true, ""]
postprocess: {topK: 0, softmax: "yes"}
limit: {}
`
  t.same(mistakesOf(text), [
    'model: expected text, found 3',
    'preprocess.resize: expected {shortest: n}, {shortest: n, longest: n}, {width: n, height: n}, {letterbox: …}, {atLeast: n, multipleOf: n}, {atMost: n, multipleOf: n} or {line: …}, found 256',
    'preprocess.crop.height: expected a number, found nothing',
    'preprocess.std[0]: expected more than 0, found 0',
    'preprocess.std[2]: expected a number, found "a"',
    'preprocess.layout: expected nchw | nhwc, found "chw"',
    'preprocess.colour: unknown key; did you mean preprocess.color?',
    'labels[0]: expected a name; put it in quotes, found 1.5',
    'labels[1]: expected a name; put it in quotes, found true',
    'labels[2]: expected some text, found ""',
    'postprocess.softmax: expected true or false, found "yes"',
    'postprocess.topK: expected at least 1, found 0',
    'limit: unknown key; did you mean limits?',
  ])
})

for (const [text, expected] of [
  [
    'preprocess: {color: gray, mean: [1, 2, 3]}',
    'preprocess.mean: expected 1 number, one for each channel of "gray", found a list of 3',
  ],
  [
    'preprocess: {std: [1]}',
    'preprocess.std: expected 3 numbers, one for each channel of "rgb", found a list of 1',
  ],
  [
    'preprocess: {resize: {letterbox: {width: 9, height: 5}}, crop: {width: 6, height: 6}}',
    'preprocess.crop: expected nothing beside resize.letterbox, which gives the final size, found a group of keys',
  ],
  [
    'preprocess: {resize: {shortest: 9}, resample: opencv, interpolation: bicubic}',
    'preprocess.interpolation: expected bilinear, which is what resample: opencv can do, found "bicubic"',
  ],
  [
    'preprocess: {resize: {shortest: 9}, resample: torchvision, interpolation: nearest}',
    'preprocess.interpolation: expected bilinear | bicubic | lanczos, which is what resample: torchvision can do, found "nearest"',
  ],
  [
    'preprocess: {resize: {line: {width: 320, height: 48}}, interpolation: lanczos}',
    'preprocess.interpolation: expected bilinear, which is what resample: opencv can do, found "lanczos"',
  ],
  [
    'preprocess: {resize: {letterbox: {width: 9}}}',
    'preprocess.resize.letterbox.height: expected a number, found nothing',
  ],
  ['preprocess: {resize: {atLeast: 736}}', 'preprocess.resize.multipleOf: expected a number, found nothing'],
  ['preprocess: {resize: {shortest: 1.5}}', 'preprocess.resize.shortest: expected a whole number, found 1.5'],
  [
    'preprocess: {resize: {shortest: 9, width: 9}}',
    'preprocess.resize.width: unknown key beside the others there',
  ],
  [
    'preprocess: {resize: {shortest: 100000}}',
    'preprocess.resize.shortest: expected at most 16384, found 100000',
  ],
  ['preprocess:', 'preprocess: expected a group of keys, found an empty value'],
  ['mean: [1, 2, 3]', 'mean: unknown key; did you mean preprocess.mean?'],
  ['quantum: 1', 'quantum: unknown key'],
  ['__proto__: 1', '__proto__: unknown key'],
  ['labels: []', 'labels: expected at least one entry, found a list of 0'],
  ['labels: 3', 'labels: expected a list of names, or the name of a text file, found 3'],
  ['- 1', 'the whole file: expected a group of keys, found a list of 1'],
  ['a: 1\nmodel: x\nmodel: y', 'line 3: Map keys must be unique'],
] as const) {
  t.test(`refuses ${JSON.stringify(text)}`, async (t) => {
    t.same(mistakesOf(text), [expected])
  })
}

t.test('refuses a bomb of aliases and a file that is far too long', async (t) => {
  const levels = 'bcdefghij'.split('').map((name, i) => {
    const below = 'abcdefghij'[i]
    return `${name}: &${name} [${Array(10).fill(`*${below}`).join(', ')}]`
  })
  t.match(mistakesOf(['a: &a [x]', ...levels].join('\n')), ['Excessive alias count'])
  t.match(mistakesOf(`model: ${'x'.repeat(5_000_000)}`), [/at most 4194304 characters, found 5000007/])
})

t.test('docs/serving-yaml.md describes exactly the keys that exist', async (t) => {
  const text = readFileSync(new URL('../../docs/serving-yaml.md', import.meta.url), 'utf8')
  const described = [...text.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, key]) => key)
  t.same(described, configKeys())
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example ?? '')
  t.ok(examples.length >= 2)
  for (const example of examples) t.match(parseServingConfig(example), parse(example))
})
