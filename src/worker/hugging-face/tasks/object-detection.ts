/** Objects in a picture, with boxes in its own pixels: `pipeline("object-detection")`. */

import { z } from 'zod'
import { StartupError } from '../../../errors.ts'
import { findProcessor } from '../../../model/layouts/image-processor.ts'
import type { PictureView } from '../../../tensor/picture-view.ts'
import { toNumbers } from '../../task/numbers.ts'
import type { HubTask } from '../hub-task.ts'
import { findObjects, toBox } from '../objects.ts'
import { forLabels, requireOutput, tensorsOf } from '../outputs.ts'
import { readParameters } from '../parameters.ts'
import { createReadPictures, ONE_PIXEL } from '../pictures.ts'

const PARAMETERS = z.strictObject({ threshold: z.number().min(0).max(1).optional() })

type Context = { single: boolean; views: readonly PictureView[]; threshold: number | undefined }

/** The pipeline's `threshold`. */
const THRESHOLD = 0.5

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
    // Where the best class of a query counts, the last class is none.
    const classes = rule === 'best-class' ? labels.length + 1 : labels.length
    const logits = requireOutput(hub, 'logits', ['rows', 'queries', classes], forLabels(hub))
    const boxes = requireOutput(hub, 'pred_boxes', ['rows', 'queries', 4])
    return {
      read: async (request, allowance) => {
        const { threshold } = readParameters(PARAMETERS, request)
        const { parts, views, single } = await read(request.inputs, allowance)
        if (parts.length === 0) return { answer: [] }
        return { parts, context: { single, views, threshold } satisfies Context }
      },
      write: (outputs, context) => {
        const { single, views, threshold = THRESHOLD } = context as Context
        const allBoxes = tensorsOf(outputs, boxes).map(toNumbers)
        const answers = tensorsOf(outputs, logits).map((tensor, index) => {
          const queries = tensor.dims[1] as number
          return findObjects(toNumbers(tensor), queries, classes, threshold, rule).map(
            ({ query, label, score }) => ({
              score,
              label: labels[label] as string,
              box: toBox(allBoxes[index] as Float32Array, query, views[index] as PictureView),
            }),
          )
        })
        return single ? answers[0] : answers
      },
    }
  },
}
