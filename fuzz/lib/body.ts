/** Valid bodies of every media type for a model, and the answer that belongs to each where the model gives back its input. */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { FORM_TYPE, fileOf, formOf } from './form.ts'
import { dictOf, npyOf, tupleOf } from './npy.ts'
import type { Random } from './random.ts'
import type { Input, Subject } from './subjects.ts'
import { csvCell, elementsOf, jsonToken, nest, npyData, randomValue, type Tensor } from './value.ts'

const IMAGES = fileURLToPath(new URL('../../test/fixtures/images/', import.meta.url))

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
}

const IMAGE_FILES = readdirSync(IMAGES)
  .filter((name) => Object.hasOwn(IMAGE_TYPES, name.split('.').at(-1) ?? ''))
  .sort()
  .map((name) => ({
    type: IMAGE_TYPES[name.split('.').at(-1) ?? ''] ?? '',
    bytes: readFileSync(IMAGES + name),
  }))

/** How the answer is shaped: rows, or the whole with its first dimension. */
export type Form = 'rows' | 'columns'

export type ValidBody = {
  kind: 'json' | 'lines' | 'csv' | 'npy' | 'image' | 'form'
  contentType: string
  bytes: Buffer
  form: Form
  /** What is in it, by input; empty for images. */
  tensors: ReadonlyMap<string, Tensor>
}

const LINES_TYPES = [
  'application/jsonlines',
  'application/x-ndjson',
  'application/x-jsonlines',
  'application/jsonl',
]

/** Tensors that the model takes, all of the same number of rows. */
const tensorsFor = ({ inputs, rows }: Subject, random: Random): Map<string, Tensor> => {
  const sizes = new Map<string, number>()
  const count =
    typeof rows === 'number' ? rows : random.chance(0.05) ? random.between(30, 70) : random.between(1, 5)
  const sizeOf = (dim: number | string, axis: number): number => {
    if (axis === 0 && rows !== false) return count
    if (typeof dim === 'number') return dim
    const size = sizes.get(dim) ?? random.between(1, 4)
    sizes.set(dim, size)
    return size
  }
  return new Map(
    inputs.map(({ name, type, dims }: Input) => {
      const shape = dims.map(sizeOf)
      const values = Array.from({ length: elementsOf(shape) }, () => randomValue(type, random))
      return [name, { type, dims: shape, values }]
    }),
  )
}

const asJson = (tensor: Tensor): string => nest(tensor, jsonToken, (items) => `[${items.join(',')}]`)

const rowOf = ({ type, dims, values }: Tensor, row: number): Tensor => {
  const width = elementsOf(dims.slice(1))
  return { type, dims: dims.slice(1), values: values.slice(row * width, (row + 1) * width) }
}

const members = (tensors: ReadonlyMap<string, Tensor>, write: (tensor: Tensor) => string): string =>
  `{${[...tensors].map(([name, tensor]) => `${JSON.stringify(name)}:${write(tensor)}`).join(',')}}`

const rowCount = (tensors: ReadonlyMap<string, Tensor>): number => [...tensors.values()][0]?.dims[0] ?? 0

/** A JSON text for each row: its value, or an object by input name. */
const jsonRows = (tensors: ReadonlyMap<string, Tensor>, random: Random): string[] => {
  const [only, ...others] = tensors.values()
  const bare = only !== undefined && others.length === 0 && random.chance(0.7)
  return Array.from({ length: rowCount(tensors) }, (_, row) =>
    bare ? asJson(rowOf(only, row)) : members(tensors, (tensor) => asJson(rowOf(tensor, row))),
  )
}

type Made = Omit<ValidBody, 'tensors'>

const json = (subject: Subject, tensors: ReadonlyMap<string, Tensor>, random: Random): Made => {
  const made = (text: string, form: Form): Made => ({
    kind: 'json',
    contentType: 'application/json',
    bytes: Buffer.from(text),
    form,
  })
  if (subject.rows === false || random.chance(0.3)) {
    const [only, ...others] = tensors.values()
    const bare = only !== undefined && others.length === 0 && random.chance(0.5)
    return made(`{"inputs":${bare ? asJson(only) : members(tensors, asJson)}}`, 'columns')
  }
  const rows = `[${jsonRows(tensors, random).join(',')}]`
  return made(random.chance(0.5) ? rows : `{"instances":${rows}}`, 'rows')
}

const lines = (tensors: ReadonlyMap<string, Tensor>, random: Random): Made => ({
  kind: 'lines',
  contentType: random.pick(LINES_TYPES),
  bytes: Buffer.from(
    jsonRows(tensors, random).join(random.pick(['\n', '\r\n', '\n\n'])) + random.pick(['', '\n']),
  ),
  form: 'rows',
})

const csv = (tensors: ReadonlyMap<string, Tensor>, random: Random): Made => {
  const quoted = random.chance(0.3)
  const text = Array.from({ length: rowCount(tensors) }, (_, row) =>
    [...tensors.values()]
      .flatMap((tensor) => rowOf(tensor, row).values.map((value) => csvCell(value, quoted)))
      .join(','),
  ).join(random.pick(['\n', '\r\n']))
  return {
    kind: 'csv',
    contentType: 'text/csv',
    bytes: Buffer.from(text + random.pick(['', '\n', '\r\n'])),
    form: 'rows',
  }
}

/** The elements in column-major order, which NumPy calls Fortran's. */
const columnMajor = ({ type, dims, values }: Tensor): Tensor => {
  const strides = dims.map((_, axis) => elementsOf(dims.slice(axis + 1)))
  const ordered = values.map((_, position) => {
    let rest = position
    let offset = 0
    for (const [axis, dim] of dims.entries()) {
      offset += (rest % dim) * (strides[axis] ?? 0)
      rest = Math.floor(rest / dim)
    }
    return values[offset] as Tensor['values'][number]
  })
  return { type, dims, values: ordered }
}

const npy = (tensor: Tensor, random: Random): Made => {
  const fortran = random.chance(0.4)
  const { descr, data } = npyData(fortran ? columnMajor(tensor) : tensor, random.chance(0.3))
  const dict = dictOf({ descr, fortran, shape: tupleOf(tensor.dims) })
  return {
    kind: 'npy',
    contentType: 'application/x-npy',
    bytes: npyOf(dict, data, random.pick([1, 1, 2, 3])),
    form: 'rows',
  }
}

const image = (random: Random): Made => {
  const { type, bytes } = random.pick(IMAGE_FILES)
  const contentType = random.chance(0.2) ? 'application/x-image' : type
  return { kind: 'image', contentType, bytes, form: 'rows' }
}

/** CSV cannot tell the shape of rows of which more than one size is free, and has no cell for a row of rank 0. */
const fitsCsv = ({ inputs, rows }: Subject): boolean =>
  rows !== false &&
  inputs.every(({ dims }) => {
    const row = dims.slice(1)
    const fixed = row.every((dim) => typeof dim === 'number')
    return dims.length > 0 && (fixed || (inputs.length === 1 && row.length === 1))
  })

const single = (subject: Subject, random: Random): ValidBody => {
  const kinds: ValidBody['kind'][] = ['json', 'json']
  if (subject.rows !== false) kinds.push('lines')
  if (fitsCsv(subject)) kinds.push('csv')
  if (subject.inputs.length === 1 && subject.rows !== false) kinds.push('npy', 'npy')
  if (subject.takesImages) kinds.push('image', 'image', 'image', 'image')
  const kind = random.pick(kinds)
  if (kind === 'image') return { ...image(random), tensors: new Map() }
  const tensors = tensorsFor(subject, random)
  const [only] = tensors.values()
  const make = {
    json: () => json(subject, tensors, random),
    lines: () => lines(tensors, random),
    csv: () => csv(tensors, random),
    npy: () => npy(only as Tensor, random),
    form: () => json(subject, tensors, random),
  }
  return { ...make[kind](), tensors }
}

/** The rows of several tensors, one after the other; undefined if they are of several shapes. */
const joined = (parts: readonly Tensor[]): Tensor | undefined => {
  const [first] = parts
  if (first === undefined) return undefined
  const shape = String(first.dims.slice(1))
  if (parts.some(({ dims }) => String(dims.slice(1)) !== shape)) return undefined
  const rows = parts.reduce((sum, { dims }) => sum + (dims[0] ?? 0), 0)
  return {
    type: first.type,
    dims: [rows, ...first.dims.slice(1)],
    values: parts.flatMap(({ values }) => values),
  }
}

const ENDINGS: Readonly<Record<string, string>> = { json: '.json', lines: '.jsonl', csv: '.csv' }

const form = (subject: Subject, random: Random): ValidBody | undefined => {
  const parts = Array.from({ length: random.between(1, 3) }, () => single(subject, random))
  const files = parts.map(({ kind, contentType, bytes }, index) => {
    const ending = ENDINGS[kind]
    const unsaid = kind === 'image' || kind === 'npy' || ending !== undefined ? random.chance(0.3) : false
    return fileOf(
      `file-${index}${ending ?? ''}`,
      unsaid ? random.pick(['', 'application/octet-stream']) : contentType,
      bytes,
    )
  })
  const names = [...(parts[0]?.tensors.keys() ?? [])]
  const pictures = parts.filter(({ kind }) => kind === 'image').length
  if (pictures > 0 && pictures < parts.length) return undefined
  const tensors = names.map(
    (name) => [name, joined(parts.flatMap(({ tensors: of }) => of.get(name) ?? []))] as const,
  )
  if (tensors.some(([, tensor]) => tensor === undefined)) return undefined
  return {
    kind: 'form',
    contentType: FORM_TYPE,
    bytes: formOf(files),
    form: 'rows',
    tensors: new Map(tensors as [string, Tensor][]),
  }
}

/** A body that the model takes. */
export const validBody = (subject: Subject, random: Random): ValidBody => {
  const formed = subject.rows === true && random.chance(0.2) ? form(subject, random) : undefined
  return formed ?? single(subject, random)
}
