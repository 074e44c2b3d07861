/** multipart/form-data: each file is decoded by its own media type, and their rows are joined in order. */

import { Busboy } from '@fastify/busboy'
import { ServingError } from '../errors.ts'
import type { Model } from '../model/model.ts'
import { formatSpec } from '../model/signature.ts'
import { concat } from '../tensor/batch.ts'
import type { NamedTensors, Tensor } from '../tensor/tensor.ts'
import { excerpt } from '../tensor/values.ts'
import type { Codec, Decode, MediaType } from './codec.ts'
import { mapBounded } from './map-bounded.ts'
import { parseMediaType } from './media-type.ts'

const MOST_PARTS = 1000
const LIMITS = { headerPairs: 32, headerSize: 8192, fieldSize: 0 }

/** Files decoded at once: as many as libuv has threads. */
const DECODED_AT_ONCE = 4

/** RFC 2046, section 5.1.1. */
const BOUNDARY = /^[0-9A-Za-z'()+_,./:=? -]{1,70}$/

type File = { name: string; type: string; body: Uint8Array }

type FindDecoder = (mediaType: MediaType) => { decode: Decode }

const invalidBody = (message: string): ServingError => new ServingError('ERR_INVALID_BODY', message)

const startsWith = (body: Uint8Array, text: string, at = 0): boolean =>
  Buffer.from(body.subarray(at, at + text.length)).equals(Buffer.from(text, 'latin1'))

/** Counts also the parts that Busboy passes over without a word; up to one more than may be. */
const countParts = (body: Uint8Array, boundary: string): number => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const delimiter = `\r\n--${boundary}`
  // The first one needs no line break.
  let at = startsWith(body, delimiter.slice(2)) ? -2 : bytes.indexOf(delimiter, 0, 'latin1')
  let count = 0
  while (at !== -1 && count <= MOST_PARTS && !startsWith(body, '--', at + delimiter.length)) {
    count += 1
    at = bytes.indexOf(delimiter, at + delimiter.length, 'latin1')
  }
  return count
}

const readFiles = (body: Uint8Array, mediaType: MediaType): Promise<File[]> => {
  const boundary = mediaType.parameters.boundary ?? ''
  if (!BOUNDARY.test(boundary)) {
    throw invalidBody(
      'multipart/form-data needs the boundary parameter that separates the parts of the body.',
    )
  }
  const parts = countParts(body, boundary)
  if (parts > MOST_PARTS) throw invalidBody(`The body has more than ${MOST_PARTS} parts.`)
  return new Promise((resolve, reject) => {
    const files: File[] = []
    const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` }
    const parser = new Busboy({ headers, limits: LIMITS })
    const fail = (error: Error) =>
      reject(invalidBody(`The body is not multipart/form-data: ${error.message}.`))
    parser.on('file', (field, stream, fileName, _encoding, type) => {
      const file: File = { name: fileName || field || '', type, body: new Uint8Array(0) }
      const chunks: Uint8Array[] = []
      files.push(file)
      stream.on('data', (chunk: Uint8Array) => chunks.push(chunk))
      stream.on('end', () => {
        file.body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
      })
      stream.on('error', fail)
    })
    parser.on('field', (field) => {
      const name = JSON.stringify(excerpt(String(field)))
      reject(invalidBody(`The form field ${name} is not a file; only files are taken.`))
    })
    parser.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
    parser.on('finish', () => {
      if (files.length === parts) resolve(files)
      else reject(invalidBody('A part has no header `Content-Disposition: form-data` that can be read.'))
    })
    parser.end(body)
  })
}

const EXTENSIONS = new Map([
  ['json', 'application/json'],
  ['jsonl', 'application/jsonlines'],
  ['csv', 'text/csv'],
])

/** What a file is whose sender did not know: by its first bytes, else by its name. */
const detectType = ({ body, name, type }: File): string => {
  if (startsWith(body, '\xff\xd8\xff') || startsWith(body, '\x89PNG') || startsWith(body, 'GIF8')) {
    return 'application/x-image'
  }
  if (startsWith(body, 'RIFF') && startsWith(body, 'WEBP', 8)) return 'application/x-image'
  if (startsWith(body, '\x93NUMPY')) return 'application/x-npy'
  return EXTENSIONS.get(name.split('.').at(-1)?.toLowerCase() ?? '') ?? type
}

const decodeFile = async (file: File, place: string, model: Model, findDecoder: FindDecoder) => {
  const isUnknown = file.type === 'application/octet-stream' || file.type === 'text/plain'
  try {
    const mediaType = parseMediaType(isUnknown ? detectType(file) : file.type)
    if (mediaType.type.startsWith('multipart/')) throw invalidBody('parts inside parts are not taken.')
    return await findDecoder(mediaType).decode(file.body, mediaType, model)
  } catch (error) {
    throw error instanceof ServingError ? new ServingError(error.code, `${place}: ${error.message}`) : error
  }
}

const placeOf = (files: readonly File[], index: number): string =>
  `Part ${index + 1} (${JSON.stringify(excerpt(files[index]?.name ?? ''))})`

/** Joins what the files gave for one input; all must be rows of one shape. */
const join = (tensors: readonly Tensor[], name: string, files: readonly File[]): Tensor => {
  const [first] = tensors
  const shape = (tensor: Tensor | undefined): string => String(tensor?.dims.slice(1))
  const odd = tensors.findIndex((tensor) => tensor.dims.length === 0 || shape(tensor) !== shape(first))
  if (odd === -1 || first === undefined || tensors.length === 1) return concat(tensors)
  throw new ServingError(
    'ERR_INVALID_INPUT',
    `${placeOf(files, odd)}: ${formatSpec(tensors[odd] as Tensor)} for input ${JSON.stringify(excerpt(name))} ` +
      `cannot be joined by rows with ${formatSpec(first)} of part 1.`,
  )
}

/** @param findDecoder how the registry, which holds this codec too, finds a part's codec */
export const createMultipartCodec = (findDecoder: FindDecoder): Codec => ({
  mediaTypes: ['multipart/form-data'],
  decode: async (body, mediaType, model) => {
    const files = await readFiles(body, mediaType)
    if (files.length === 0) throw invalidBody('The form has no file.')
    const decoded = await mapBounded(files, DECODED_AT_ONCE, (file, index) =>
      decodeFile(file, placeOf(files, index), model, findDecoder),
    )
    const inputs: NamedTensors = new Map(
      [...(decoded[0]?.inputs.keys() ?? [])].map((name) => {
        const tensors = decoded.map((part) => part.inputs.get(name)).filter((tensor) => tensor !== undefined)
        return [name, join(tensors, name, files)]
      }),
    )
    return { inputs, form: 'rows' }
  },
})
