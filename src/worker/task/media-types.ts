/** The media types: a row each. Of several that an Accept header likes equally well, the first is written. */

import { csvCodec } from '../codec/csv.ts'
import { jsonCodec } from '../codec/json.ts'
import { jsonLinesCodec } from '../codec/json-lines.ts'
import { libsvmCodec } from '../codec/libsvm.ts'
import { npyCodec } from '../codec/npy.ts'
import { npzCodec } from '../codec/npz.ts'
import { createRegistry } from '../codec/registry.ts'
import { imageCodec } from './image-input.ts'

export const MEDIA_TYPES = createRegistry([
  jsonCodec,
  jsonLinesCodec,
  csvCodec,
  libsvmCodec,
  npyCodec,
  npzCodec,
  imageCodec,
])
