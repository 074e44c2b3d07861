import t from 'tap'
import type { Classes } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { rowMode, type TensorSpec } from '../../../src/model/signature.ts'
import type { DataType } from '../../../src/tensor/data-type.ts'
import { checkConfig } from '../../../src/worker/task/check-config.ts'

const spec = (name: string, type: DataType, ...dims: (number | string)[]): TensorSpec => ({
  name,
  type,
  dims,
})

const IMAGE = spec('pixels', 'float32', 'n', 3, 224, 224)
const SCORES = spec('scores', 'float32', 'n', 10)

/** The mistakes of a config for a model of these inputs and this first output, without the head line. */
const mistakesOf = (
  config: object,
  inputs = [IMAGE],
  output = SCORES,
  labels?: readonly string[],
): string[] => {
  const signature = { inputs, outputs: [output], rows: rowMode(inputs, [output]) }
  try {
    checkConfig({ config: parseServingConfig(JSON.stringify(config)), signature, ...(labels && { labels }) })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'StartupError') throw error
    const [head, ...lines] = error.message.split('\n')
    return head === 'serving.yaml does not fit the model:'
      ? lines.map((line) => line.trim())
      : [error.message]
  }
  return []
}

const CROP = { width: 224, height: 224 }
const free = spec('pixels', 'float32', 'n', 3, 'h', 'w')

t.test('passes what fits', async (t) => {
  const full = {
    preprocess: { resize: { shortest: 256 }, crop: CROP },
    postprocess: { softmax: true, topK: 10 },
  }
  t.same(mistakesOf({}), [])
  t.same(mistakesOf(full, [IMAGE], SCORES, Array(10).fill('x')), [])
  t.same(mistakesOf({ preprocess: { input: 'pixels' } }, [spec('other', 'int64', 'n'), IMAGE]), [])
  t.same(mistakesOf({ preprocess: { resize: { width: 9, height: 7 } } }, [free]), [])
  t.same(mistakesOf({ preprocess: { resize: { shortest: 224 } } }), [], 'square images would fit')
  t.same(mistakesOf({ preprocess: {} }), [], 'images of just that size would fit')
  t.same(
    mistakesOf({ preprocess: { layout: 'nhwc', crop: { width: 8, height: 6 } } }, [
      spec('x', 'uint8', 1, 6, 8, 3),
    ]),
    [],
  )
  t.same(mistakesOf({ preprocess: { color: 'gray', rescale: 1 } }, [spec('x', 'uint8', 'n', 1, 8, 8)]), [])
})

for (const [name, preprocess, inputs, expected] of [
  ['an unknown input', { input: 'pixel' }, [IMAGE], 'preprocess.input: expected pixels, found "pixel"'],
  [
    'no choice of input',
    {},
    [IMAGE, spec('ids', 'int64', 'n')],
    'preprocess.input: expected pixels | ids, since the model has several inputs, found nothing',
  ],
  [
    'a type that no image has',
    {},
    [spec('x', 'int64', 'n', 3, 8, 8)],
    'preprocess.input: expected an input of uint8 | float16 | float32, found x int64[n,3,8,8]',
  ],
  [
    'another rank',
    {},
    [spec('x', 'float32', 'n', 30)],
    'preprocess.input: expected an input of 4 dimensions, found x float32[n,30]',
  ],
  [
    'several images in a run',
    {},
    [spec('x', 'float32', 8, 3, 9, 9)],
    'preprocess.input: expected one image in a run, found x float32[8,3,9,9]',
  ],
  [
    'the other layout',
    {},
    [spec('x', 'float32', 'n', 224, 224, 3)],
    'preprocess.layout: expected nhwc for x float32[n,224,224,3], found nchw',
  ],
  [
    'the wrong channels',
    {},
    [spec('x', 'float32', 'n', 1, 8, 8)],
    'preprocess.color: expected gray for x float32[n,1,8,8], found rgb',
  ],
  [
    'the wrong crop',
    { crop: { width: 224, height: 200 } },
    [IMAGE],
    'preprocess.crop.height: expected 224 for pixels float32[n,3,224,224], found 200',
  ],
  [
    'the wrong resize',
    { resize: { width: 256, height: 224 } },
    [IMAGE],
    'preprocess.resize.width: expected 224 for pixels float32[n,3,224,224], found 256',
  ],
  [
    'the wrong letterbox',
    { resize: { letterbox: { width: 224, height: 256 } } },
    [IMAGE],
    'preprocess.resize.letterbox.height: expected 224 for pixels float32[n,3,224,224], found 256',
  ],
  [
    'sizes that vary',
    { resize: { atLeast: 736, multipleOf: 32 } },
    [IMAGE],
    'preprocess.resize: expected {width: 224, height: 224} for pixels float32[n,3,224,224], found sizes that vary',
  ],
  [
    'a limit of the longer side',
    { resize: { shortest: 224, longest: 448 } },
    [IMAGE],
    'preprocess.resize: expected {width: 224, height: 224} for pixels float32[n,3,224,224], found sizes that vary',
  ],
  [
    'arithmetic without resize',
    { resample: 'opencv' },
    [IMAGE],
    'preprocess.resample: expected nothing without resize, found opencv',
  ],
  [
    'a line of another height',
    { resize: { line: { width: 320, height: 48 } } },
    [IMAGE],
    'preprocess.resize.line.height: expected 224 for pixels float32[n,3,224,224], found 48',
  ],
  [
    'a missing crop',
    { resize: { shortest: 256 } },
    [IMAGE],
    'preprocess.crop: expected {width: 224, height: 224} for pixels float32[n,3,224,224], found nothing',
  ],
  [
    'normalised bytes',
    { mean: [0, 0, 0] },
    [spec('x', 'uint8', 'n', 3, 8, 8)],
    'preprocess.mean: not possible, since input x takes uint8, the pixels as they are',
  ],
  [
    'rescaled bytes',
    { rescale: 2 },
    [spec('x', 'uint8', 'n', 3, 8, 8)],
    'preprocess.rescale: not possible, since input x takes uint8, the pixels as they are',
  ],
] as const) {
  t.test(`refuses ${name}`, async (t) => {
    t.same(mistakesOf({ preprocess }, [...inputs]), [expected])
  })
}

t.test('holds labels and topK against the classes', async (t) => {
  t.same(mistakesOf({ postprocess: { topK: 11 } }, [IMAGE], SCORES, ['a', 'b']), [
    'labels: expected 10 names for output scores float32[n,10], found 2',
    'postprocess.topK: expected at most 10 for output scores float32[n,10], found 11',
  ])
  t.same(mistakesOf({ postprocess: { topK: 11 } }, [IMAGE], spec('s', 'float32', 'n', 'classes'), ['a']), [])
  t.same(mistakesOf({ postprocess: { topK: 1 } }, [IMAGE], spec('s', 'float32', 'n')), [
    'postprocess.topK: expected an output [rows, classes], found output s float32[n]',
  ])
})

t.test('refuses softmax over what is not a float', async (t) => {
  t.same(mistakesOf({ postprocess: { softmax: true } }, [IMAGE], spec('label', 'int64', 'n', 10)), [
    'postprocess.softmax: expected false, since output label int64[n,10] is not of floats, found true',
  ])
})

const LABEL = spec('label', 'int64', 'n')

/** The mistakes of a config for a model of these outputs. */
const ofOutputs = (
  postprocess: object,
  outputs: TensorSpec[],
  labels?: readonly string[],
  classes?: ReadonlyMap<string, Classes>,
): string[] => {
  const signature = { inputs: [IMAGE], outputs, rows: 'dynamic' as const }
  const config = parseServingConfig(JSON.stringify({ postprocess }))
  try {
    checkConfig({ config, signature, ...(labels && { labels }), ...(classes && { classes }) })
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
  return []
}

t.test('postprocess is about the output that is named, else the first that fits', async (t) => {
  const ten = Array.from({ length: 10 }, (_, index) => `class ${index}`)
  t.same(ofOutputs({ softmax: true, topK: 3 }, [LABEL, SCORES], ten), [], 'the scores, which come second')
  t.same(ofOutputs({ softmax: true }, [spec('boxes', 'int64', 'n', 10), SCORES]), [], 'the first of floats')
  t.same(ofOutputs({ softmax: true, topK: 3 }, [spec('ids', 'int64', 'n', 10), SCORES], ten), [])
  t.same(ofOutputs({ output: 'scores', topK: 3 }, [LABEL, SCORES], ten), [])
  t.same(ofOutputs({ output: 'label' }, [LABEL, SCORES], ['a', 'b']), [], 'numbers of classes get names')
  t.same(ofOutputs({}, [LABEL], ['a', 'b']), [])
  t.same(ofOutputs({ output: 'nothing' }, [LABEL, SCORES]), [
    'postprocess.output: expected label | scores, found "nothing"',
  ])
})

t.test('a key without effect is a mistake', async (t) => {
  t.same(ofOutputs({ output: 'label', softmax: true, topK: 2 }, [LABEL, SCORES]), [
    'postprocess.softmax: expected false, since output label int64[n] is not of floats, found true',
    'postprocess.topK: expected an output [rows, classes], found output label int64[n]',
  ])
  const image = spec('mask', 'float32', 'n', 1, 8, 8)
  t.same(ofOutputs({}, [image], ['a']), [
    'labels: expected none, since output mask float32[n,1,8,8] has neither a score for each class nor the number of one',
  ])
  t.same(ofOutputs({}, [spec('label', 'string', 'n')], ['a']), [
    'labels: expected none, since output label string[n] has neither a score for each class nor the number of one',
  ])
  t.same(ofOutputs({}, [LABEL, SCORES], ['a', 'b']), [], 'two labels may name the number of a class')
  const known = new Map([['scores', { of: 'scores', labels: ['0', '1'], zipped: true } as const]])
  t.same(ofOutputs({ output: 'scores' }, [spec('scores', 'float32', 'n', 2)], ['a', 'b', 'c'], known), [
    'labels: expected 2 names for output scores float32[n,2], found 3',
  ])
})

t.test('holds boxes and ctc against the outputs', async (t) => {
  const mistakes = (postprocess: object, output: TensorSpec, labels?: string[]) =>
    mistakesOf({ postprocess }, [IMAGE], output, labels)
  const yolo = { boxes: { format: 'yolo' } }
  const raw = spec('output0', 'float32', 'n', 7, 8400)
  t.same(mistakes(yolo, raw, ['a', 'b', 'c']), [])
  t.same(mistakes(yolo, spec('output0', 'float32', 'n', 'c', 'a')), [])
  t.same(mistakes(yolo, raw, ['a', 'b']), [
    'postprocess.boxes.format: yolo expects [rows, 4 + classes, boxes] for 2 labels, 4 + 2 channels, found output output0 float32[n,7,8400]',
  ])
  t.match(mistakes(yolo, spec('o', 'float32', 'n', 8400, 84)), [/this one has the boxes before the classes/])
  t.match(mistakes(yolo, spec('o', 'float32', 'n', 300, 6)), [/end-to-end is for \[rows, boxes, 6\]/])
  t.match(mistakes({ boxes: { format: 'torchvision' } }, raw), [/torchvision expects boxes \[boxes, 4\]/])
  t.match(mistakes({ boxes: { format: 'end-to-end', iou: 0.5 } }, spec('o', 'float32', 'n', 300, 6)), [
    /boxes.iou: not possible/,
  ])
  t.same(mistakes({ ...yolo, topK: 1, softmax: true }, raw), [
    'postprocess.softmax: not possible beside postprocess.boxes',
    'postprocess.topK: not possible beside postprocess.boxes',
  ])
  const text = spec('text', 'float32', 'n', 40, 4)
  t.same(mistakes({ ctc: {} }, text, ['a', 'b', 'c']), [])
  t.same(mistakes({ ctc: { space: true } }, text, ['a', 'b']), [])
  t.match(mistakes({ ctc: {} }, text, ['a', 'b']), [
    /expected 3 characters .* or postprocess.ctc.space: true/,
  ])
  t.match(mistakes({ ctc: {} }, text), [/expected the characters/])
  t.match(mistakes({ ctc: { blank: 4 } }, text, ['a', 'b', 'c']), [/blank: expected at most 3/])
  t.match(mistakes({ ctc: {} }, SCORES, Array(10).fill('x')), [/expected scores \[rows, steps, classes\]/])
})
