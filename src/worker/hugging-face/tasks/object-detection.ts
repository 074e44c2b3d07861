/** Objects in a picture, with boxes in its own pixels: `pipeline("object-detection")`. */

import * as z from 'zod'
import { StartupError } from '../../../errors.ts'
import { findProcessor } from '../../../model/layouts/image-processor.ts'
import type { PictureView } from '../../../tensor/picture-view.ts'
import type { Tensor } from '../../../tensor/tensor.ts'
import { requireLabels, requireOutput } from '../hub.ts'
import type { HubTask } from '../hub-task.ts'
import { findObjects, toBox } from '../objects.ts'
import { requireClasses } from '../outputs.ts'
import { readParameters } from '../parameters.ts'
import { createReadPictures, ONE_PIXEL } from '../pictures.ts'
import { floatsOf } from '../scores.ts'

/** The pipeline's `threshold`. */
const THRESHOLD = 0.5

const PARAMETERS = z.strictObject({ threshold: z.number().min(0).max(1).default(THRESHOLD) })

type Context = { single: boolean; views: readonly PictureView[]; threshold: number }

export const objectDetection: HubTask = {
  name: 'object-detection',
  architectures: /ForObjectDetection$/,
  example: ONE_PIXEL,
  takesPictures: true,
  create: (hub) => {
    const read = createReadPictures(hub)
    const { labels } = hub
    const rule = findProcessor(hub.files).objects
    if (rule === undefined)
      throw new StartupError('preprocessor_config.json names an image processor that finds no objects')
    // Where the best class of a query counts, the last one is that there is no object.
    const others = rule === 'best-class' ? 1 : 0
    const logits = requireOutput(hub, 'logits', 3)
    const boxes = requireOutput(hub, 'pred_boxes', 3)
    const classes = logits.dims[2] as number | string
    requireLabels(hub, { ...logits, dims: [typeof classes === 'number' ? classes - others : classes] })
    return {
      read: async (request, allowance) => {
        const { threshold } = readParameters(PARAMETERS, request)
        const { parts, views, single } = await read(request.inputs, allowance)
        if (parts.length === 0) return { answer: [] }
        return { parts, context: { single, views, threshold } satisfies Context }
      },
      write: (outputs, context) => {
        const { single, views, threshold } = context as Context
        const answers = outputs.map((one, index) => {
          const [, queries = 0, classes = 0] = (one.outputs.get(logits.name) as Tensor).dims
          requireClasses(classes - others, labels)
          const places = floatsOf(one, boxes.name)
          const found = findObjects(floatsOf(one, logits.name), queries, classes, threshold, rule)
          return found.map(({ query, label, score }) => ({
            score,
            label: labels[label] as string,
            box: toBox(places, query, views[index] as PictureView),
          }))
        })
        return single ? answers[0] : answers
      },
    }
  },
}
