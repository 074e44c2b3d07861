/** The sections of serving.yaml about what detectors and text recognisers give. */

import * as z from 'zod'

const share = z.number().min(0).max(1)

/** `maxDetections` bounds the time that suppression takes. */
export const boxesSchema = z.strictObject({
  format: z.enum(['yolo', 'end-to-end', 'torchvision']),
  confidence: share.default(0.25),
  iou: share.optional(),
  maxDetections: z.int().min(1).max(1000).default(300),
})

export const ctcSchema = z.strictObject({
  blank: z.int().min(0).default(0),
  space: z.boolean().default(false),
})

export type BoxesConfig = z.output<typeof boxesSchema>

export type CtcConfig = z.output<typeof ctcSchema>
