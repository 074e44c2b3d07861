/** The `preprocess` section of serving.yaml: how an encoded image becomes a tensor. */

import * as z from 'zod'
import { channelCount } from './channels.ts'
import { libraryOf } from './resampling.ts'

/** Sides in pixels. The bound keeps a typing error from asking for gigabytes. */
const side = z.int().min(1).max(16_384)

const sides = z.strictObject({ width: side, height: side })

const perChannel = z.array(z.number()).min(1)

const multipleOf = z.int().min(1).max(1024)

const resizeSchema = z.union(
  [
    z.strictObject({ shortest: side }),
    sides,
    z.strictObject({
      letterbox: sides.extend({
        value: z.int().min(0).max(255).default(114),
        scaleUp: z.boolean().default(true),
        multipleOf: multipleOf.optional(),
      }),
    }),
    z.strictObject({ atLeast: side, multipleOf }),
    z.strictObject({ atMost: side, multipleOf }),
    z.strictObject({ line: sides }),
    z.strictObject({ shortest: side, longest: side, multipleOf: multipleOf.optional() }),
  ],
  {
    error:
      '{shortest: n}, {shortest: n, longest: n}, {width: n, height: n}, {letterbox: …}, {atLeast: n, multipleOf: n}, {atMost: n, multipleOf: n} or {line: …}',
  },
)

export const preprocessSchema = z
  .strictObject({
    input: z.string().min(1).optional(),
    orientation: z.literal('exif').optional(),
    color: z.enum(['rgb', 'bgr', 'gray']).default('rgb'),
    resize: resizeSchema.optional(),
    resample: z.enum(['pillow', 'torchvision', 'opencv']).optional(),
    interpolation: z.enum(['nearest', 'bilinear', 'bicubic', 'lanczos']).default('bilinear'),
    crop: sides.extend({ library: z.literal('transformers').optional() }).optional(),
    rescale: z
      .number()
      .positive()
      .default(1 / 255),
    mean: perChannel.optional(),
    std: z.array(z.number().positive()).min(1).optional(),
    layout: z.enum(['nchw', 'nhwc']).default('nchw'),
  })
  .superRefine((value, context) => {
    const mistake = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message })
    const { color, resize, interpolation, crop } = value
    const channels = channelCount(color)
    for (const key of ['mean', 'std'] as const) {
      const given = value[key]
      if (given === undefined || given.length === channels) continue
      mistake(key, `${channels} ${channels === 1 ? 'number' : 'numbers'}, one for each channel of "${color}"`)
    }
    if (resize === undefined) return
    const [kind = ''] = Object.keys(resize)
    if (crop !== undefined && ('longest' in resize || (kind !== 'shortest' && kind !== 'width')))
      mistake(
        'crop',
        `nothing beside resize.${'longest' in resize ? 'longest' : kind}, which gives the final size`,
      )
    const possible = possibleInterpolations(libraryOf(value))
    if (!possible.includes(interpolation))
      mistake('interpolation', `${possible.join(' | ')}, which is what resample: ${libraryOf(value)} can do`)
  })

export type ImagePreprocess = z.output<typeof preprocessSchema>

export type Resize = NonNullable<ImagePreprocess['resize']>

export type Library = NonNullable<ImagePreprocess['resample']>

export type Interpolation = ImagePreprocess['interpolation']

export const possibleInterpolations = (library: Library): readonly Interpolation[] => INTERPOLATIONS[library]

const INTERPOLATIONS: Record<Library, readonly Interpolation[]> = {
  pillow: ['nearest', 'bilinear', 'bicubic', 'lanczos'],
  torchvision: ['bilinear', 'bicubic', 'lanczos'],
  opencv: ['bilinear'],
}
