/** Recipes of other libraries than Pillow: recipes.json has what they made of the images here. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Model } from '../../../src/model/model.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import { imageToTensor } from '../../../src/worker/image/image-to-tensor.ts'
import { readImage, sha256 } from './goldens.ts'

type Recipe = {
  file: string
  preprocess: Record<string, unknown>
  width: number
  height: number
  sha256: string
}

const { recipes } = JSON.parse(
  readFileSync(new URL('../../fixtures/images/recipes.json', import.meta.url), 'utf8'),
) as { recipes: Recipe[] }

/** A model that takes the pixels as they are. */
const modelOf = (preprocess: object): Model => ({
  name: 'test',
  file: '/nowhere/model.onnx',
  signature: {
    inputs: [{ name: 'pixels', type: 'uint8', dims: ['n', 'h', 'w', 3] }],
    outputs: [],
    rows: 'dynamic',
  },
  config: parseServingConfig(JSON.stringify({ preprocess: { layout: 'nhwc', ...preprocess } })),
})

const KINDS: [string, (section: string) => boolean][] = [
  ["torchvision's resize of uint8 tensors with antialias", (text) => text.includes('torchvision')],
  ["OpenCV's INTER_LINEAR", (text) => text.includes('opencv')],
  ["torchvision's CenterCrop of an image that is smaller", (text) => text.startsWith('{"crop"')],
  ["Ultralytics' LetterBox", (text) => text.includes('letterbox')],
  ["PaddleOCR's DetResizeForTest", (text) => /atLeast|atMost/.test(text)],
  ["Pillow's ImageOps.exif_transpose", (text) => text.includes('orientation')],
]

for (const [name, isOfKind] of KINDS) {
  t.test(`gives the pixels of ${name}, to the bit`, async (t) => {
    const cases = recipes.filter(({ preprocess }) => isOfKind(JSON.stringify(preprocess)))
    t.ok(cases.length >= 8, `${cases.length} cases`)
    const wrong: string[] = []
    for (const { file, preprocess, width, height, sha256: expected } of cases) {
      const { dims, data } = (await imageToTensor(readImage(file), modelOf(preprocess))).tensor
      const isSame = sha256(data as Uint8Array) === expected && dims[1] === height && dims[2] === width
      if (!isSame) wrong.push(`${file} ${JSON.stringify(preprocess)}: [${dims}], expected ${width}x${height}`)
    }
    t.strictSame(wrong, [])
  })
}

t.test("a line of text has PaddleOCR's size, with zeros on its right", async (t) => {
  const cases = recipes.filter(({ preprocess }) => JSON.stringify(preprocess).includes('"line"'))
  t.ok(cases.length > 3)
  for (const { file, preprocess, width, height, sha256: expected } of cases) {
    for (const layout of ['nhwc', 'nchw']) {
      const model = modelOf({ ...preprocess, layout })
      const { dims, data } = (await imageToTensor(readImage(file), model)).tensor
      const total = Math.max(320, width)
      t.strictSame(dims, layout === 'nhwc' ? [1, height, total, 3] : [1, 3, height, total], file)
      const at = (y: number, x: number, channel: number): number =>
        data[layout === 'nhwc' ? (y * total + x) * 3 + channel : (channel * height + y) * total + x] as number
      const kept = new Uint8Array(width * height * 3)
      let rest = 0
      for (let y = 0, to = 0; y < height; y++) {
        for (let x = 0; x < width; x++)
          for (let channel = 0; channel < 3; channel++) kept[to++] = at(y, x, channel)
        for (let x = width; x < total; x++) rest += at(y, x, 0) + at(y, x, 1) + at(y, x, 2)
      }
      t.equal(sha256(kept), expected, `${file} ${layout}`)
      t.equal(rest, 0)
    }
  }
})
