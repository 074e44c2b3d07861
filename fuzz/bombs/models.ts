/** The models that bombs are sent to. */

import { example } from '../../test/fixtures/index.ts'
import { CHANNEL_MEANS, IMAGE_YAML, identityOf, writeModel } from '../lib/model-folder.ts'
import { dictOf, npyOf } from '../lib/npy.ts'
import { blackPng } from '../lib/png.ts'
import { type BombModel, textBody } from './bomb.ts'

const identity = (type: string, row: string): BombModel => ({
  files: { graph: identityOf(type) },
  small: textBody(`[${row}]`),
})

export const BOMB_MODELS = {
  two: identity('float32[batch,2]', '[1,2]'),
  one: identity('float32[batch,1]', '[1]'),
  bytes: identity('uint8[batch,1]', '[1]'),
  wide: identity('float32[batch,n]', '[1,2,3]'),
  photo: {
    files: { graph: CHANNEL_MEANS, yaml: IMAGE_YAML },
    small: { bytes: blackPng(8), headers: { 'content-type': 'image/png' } },
  },
  /** It takes photos in whatever size they come, so that 25 megapixels are a tensor of 300 MB. */
  gallery: {
    files: {
      graph: { ...CHANNEL_MEANS, inputs: { x: 'float32[batch,3,height,width]' } },
      yaml: 'preprocess: { color: rgb }\n',
    },
    small: { bytes: blackPng(8), headers: { 'content-type': 'image/png' } },
  },
  /** As many zeros as it is told. */
  growing: {
    files: {
      graph: {
        inputs: { n: 'int64[1]' },
        outputs: { y: 'float32[m]' },
        nodes: [{ op: 'ConstantOfShape', inputs: ['n'], outputs: ['y'] }],
      },
    },
    small: textBody('{"inputs":[3]}'),
  },
  /** Classes of a text. */
  text: {
    folder: example('hf-text-classification'),
    small: textBody('{"inputs":"the sea is calm"}'),
  },
} satisfies Record<string, BombModel>

/** @param root where files are written, if the model has any */
export const folderOf = (root: string, name: keyof typeof BOMB_MODELS): string => {
  const model: BombModel = BOMB_MODELS[name]
  return 'folder' in model ? model.folder : writeModel(root, name, model.files)
}

/** An NPY file in which no data follow the header. */
export const emptyNpy = (shape: string) => ({
  bytes: npyOf(dictOf({ descr: '<f4', shape }), Buffer.alloc(0)),
  headers: { 'content-type': 'application/x-npy' },
})

export const filledNpy = (descr: string, shape: string, bytes: number) => ({
  bytes: npyOf(dictOf({ descr, shape }), Buffer.alloc(bytes)),
  headers: { 'content-type': 'application/x-npy' },
})
