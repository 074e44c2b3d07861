/** objects.json has what transformers 4.57 and 5 find in the same outputs. */

import { readFileSync } from 'node:fs'
import t from 'tap'
import { PROCESSORS, type Processor } from '../../../src/model/layouts/image-processors.ts'
import { findObjects, toBox } from '../../../src/worker/hugging-face/objects.ts'
import { ROOT } from '../../fixtures/index.ts'

type Made = {
  processor: string
  threshold: number
  width: number
  height: number
  queries: number
  classes: number
  logits: number[]
  boxes: number[]
  found: { label: number; score: number; box: [number, number, number, number] }[]
}

const MADE = JSON.parse(readFileSync(`${ROOT}test/fixtures/hugging-face/objects.json`, 'utf8')) as Made[]

t.test('objects are those of each image processor, with boxes in whole pixels', async (t) => {
  for (const { processor, threshold, queries, classes, logits, boxes, found, ...size } of MADE) {
    const { objects } = PROCESSORS[processor] as Processor
    const what = `${processor}, ${queries} queries, above ${threshold}`
    const own = findObjects(Float32Array.from(logits), queries, classes, threshold, objects as never)
    const places = Float32Array.from(boxes)
    t.strictSame(
      own.map(({ query, label }) => ({ label, box: Object.values(toBox(places, query, size)) })),
      found.map(({ label, box }) => ({ label, box })),
      what,
    )
    t.ok(
      own.every(({ score }, index) => Math.abs(score - (found[index]?.score ?? 0)) < 1e-6),
      `${what}: scores`,
    )
  }
})

t.test('every image processor of detectors is among them', async (t) => {
  const detectors = Object.keys(PROCESSORS).filter((name) => PROCESSORS[name]?.objects !== undefined)
  t.strictSame([...new Set(MADE.map(({ processor }) => processor))].sort(), detectors.sort())
})
