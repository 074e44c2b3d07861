/** detections.json has what Ultralytics, torchvision and PaddleOCR's decoder made of the same outputs. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Model } from '../../../src/model/model.ts'
import type { BoxesConfig, CtcConfig } from '../../../src/model/postprocess-config.ts'
import { parseServingConfig } from '../../../src/model/serving-config.ts'
import type { TensorSpec } from '../../../src/model/signature.ts'
import type { PictureView } from '../../../src/tensor/picture-view.ts'
import type { NamedTensors, Tensor } from '../../../src/tensor/tensor.ts'
import { jsonCodec } from '../../../src/worker/codec/json.ts'
import { canvasFor, resizedSize } from '../../../src/worker/image/geometry.ts'
import { suppressAsTorchvision } from '../../../src/worker/task/nms.ts'
import { createPostprocess } from '../../../src/worker/task/postprocess.ts'
import { ROOT } from '../../fixtures/index.ts'

const postprocess = (given: NamedTensors, byRow: boolean, model: Model, views?: readonly PictureView[]) =>
  createPostprocess(model)(given, byRow, views)

type Detected = { label: string; score: number; box: Record<'xmin' | 'ymin' | 'xmax' | 'ymax', number> }

const goldens = JSON.parse(readFileSync(`${ROOT}test/fixtures/detection/detections.json`, 'utf8')) as {
  yolo: {
    config: BoxesConfig
    width: number
    height: number
    output: number[][]
    detections: number[][]
  }[]
  batched: { iou: number; boxes: number[][]; scores: number[]; classes: number[]; kept: number[] }[]
  ctc: { characters: string; scores: number[][]; text: string; score: number }[]
}

/** The rows of the reply that the outputs become. */
const answer = (
  outputs: Record<string, Tensor>,
  section: { boxes?: Partial<BoxesConfig>; ctc?: Partial<CtcConfig>; softmax?: boolean },
  { labels, views }: { labels?: readonly string[]; views?: readonly PictureView[] } = {},
): unknown[] => {
  const given: NamedTensors = new Map(Object.entries(outputs))
  const specs = [...given].map(([name, { type, dims }]): TensorSpec => ({ name, type, dims }))
  const model = {
    name: 'test',
    file: '/nowhere/model.onnx',
    signature: { inputs: [], outputs: specs, rows: 'dynamic' as const },
    config: parseServingConfig(JSON.stringify({ postprocess: section })),
    ...(labels && { labels }),
  }
  const prediction = postprocess(given, true, model, views)
  const reply = JSON.parse(String(jsonCodec.encode?.(prediction, 'rows', 1e8))) as { predictions: unknown[] }
  return reply.predictions
}

const float32 = (dims: number[], values: readonly number[]): Tensor => ({
  type: 'float32',
  dims,
  data: Float32Array.from(values),
})

const letterboxView = (width: number, height: number): PictureView => {
  const picture = { width, height }
  const letterbox = { width: 320, height: 320, value: 114, scaleUp: true }
  const size = resizedSize(picture, { letterbox })
  const { preprocess } = parseServingConfig(JSON.stringify({ preprocess: { resize: { letterbox } } }))
  const canvas = preprocess && canvasFor(size, preprocess)
  return {
    left: canvas?.left ?? 0,
    top: canvas?.top ?? 0,
    scaleX: size.width / width,
    scaleY: size.height / height,
    width,
    height,
  }
}

t.test("detects as Ultralytics' non_max_suppression and scale_boxes, to the bit", async (t) => {
  for (const { config, width, height, output, detections } of goldens.yolo) {
    const tensor = float32([1, output.length, output[0]?.length ?? 0], output.flat())
    const [found] = answer({ output0: tensor }, { boxes: config }, { views: [letterboxView(width, height)] })
    const rows = (found as Detected[]).map(({ label, score, box }) => [
      box.xmin,
      box.ymin,
      box.xmax,
      box.ymax,
      score,
      Number(label),
    ])
    t.strictSame(rows, detections)
  }
})

t.test("suppresses as torchvision's batched_nms", async (t) => {
  for (const { iou, boxes, scores, classes, kept } of goldens.batched) {
    const candidates = {
      boxes: Float32Array.from(boxes.flat()),
      scores: Float32Array.from(scores),
      classes: Int32Array.from(classes),
    }
    t.ok(kept.length < scores.length)
    t.strictSame(suppressAsTorchvision(candidates, iou, 10_000), kept)
    t.strictSame(suppressAsTorchvision(candidates, iou, 5), kept.slice(0, 5))
  }
})

t.test("reads text as PaddleOCR's CTCLabelDecode", async (t) => {
  for (const { characters, scores, text, score } of goldens.ctc) {
    const tensor = float32([1, scores.length, scores[0]?.length ?? 0], scores.flat())
    const [line] = answer({ y: tensor }, { ctc: { space: true } }, { labels: [...characters] })
    const read = line as { text: string; score: number }
    t.equal(read.text, text)
    t.ok(Math.abs(read.score - score) < 1e-12, `${read.score} ${score}`)
  }
})

t.test('boxes that are final stay in their order, and those of a tensor in its pixels', async (t) => {
  const boxes = [1, 2, 3, 4, 0.5, 1, 1, 2, 3, 4, 0.9, 0, 0, 0, 9, 9, 0.1, 0]
  const expected = [
    { label: 'b', score: 0.5, box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 } },
    { label: 'a', score: Math.fround(0.9), box: { xmin: 1, ymin: 2, xmax: 3, ymax: 4 } },
  ]
  const output = float32([1, 3, 6], boxes)
  t.strictSame(answer({ output }, { boxes: { format: 'end-to-end' } }, { labels: ['a', 'b'] }), [expected])
})

t.test("torchvision's three outputs are one reply, for one picture or for several", async (t) => {
  const data = [1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8]
  const labels = (dims: number[]): Tensor => ({ type: 'int64', dims, data: BigInt64Array.from([1n, 1n, 2n]) })
  const all = (rows: number[]) => ({
    boxes: float32([...rows, 3, 4], data),
    labels: labels([...rows, 3]),
    scores: float32([...rows, 3], [0.5, 0.75, 0.25]),
  })
  const box = { xmin: 1, ymin: 2, xmax: 3, ymax: 4 }
  const both = [
    { label: '1', score: 0.75, box },
    { label: '1', score: 0.5, box },
  ]
  t.strictSame(answer(all([]), { boxes: { format: 'torchvision' } }), [both])
  t.strictSame(answer(all([1]), { boxes: { format: 'torchvision', iou: 0.5 } }), [[both[0]]])
})

t.test('scores that are no numbers detect nothing, and hostile ones take no time', async (t) => {
  const nan = float32([1, 5, 2], Array(10).fill(Number.NaN))
  t.strictSame(answer({ output: nan }, { boxes: { format: 'yolo' } }), [[]])
  const count = 30_000
  const apart = Array.from({ length: count }, (_, i) => i * 10)
  const ones: number[] = Array(count).fill(1)
  const hostile = float32([1, 5, count], [...apart, ...apart, ...ones, ...ones, ...ones])
  const start = performance.now()
  const [found] = answer({ output: hostile }, { boxes: { format: 'yolo', maxDetections: 1000 } })
  t.equal((found as unknown[]).length, 1000)
  t.ok(performance.now() - start < 5000)
})

t.test('a box with a class score that is NaN is none, wherever the NaN stands', async (t) => {
  const box = [5, 5, 2, 2]
  for (const scores of [
    [0.9, Number.NaN, 0.5],
    [Number.NaN, 0.9, 0.5],
    [0.9, 0.5, Number.NaN],
  ])
    t.strictSame(
      answer({ output0: float32([1, 7, 1], [...box, ...scores]) }, { boxes: { format: 'yolo' } }),
      [[]],
    )
})
