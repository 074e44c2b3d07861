/** One of ONNX's backend tests: its requests go through a worker's whole way, and the replies are held against it. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { allocate, type DataType, type TensorData } from '../../src/tensor/data-type.ts'
import { readElement, writeElement } from '../../src/tensor/values.ts'
import { openFolder } from '../../test/fixtures/open-folder.ts'

type Element = number | string | boolean
type Value = { type: string; dims: number[]; values: Element[] } | { type: 'sequence' }
type Cases = {
  rtol: number
  atol: number
  sets: { inputs: Record<string, Value>; outputs: Record<string, Value> }[]
}

/**
 * `refused`: not served at all; `rejected`: served, but this request got an error; `runtime`: answered otherwise than ONNX
 * says, and ONNX Runtime without the server does the same.
 */
export type Result = { verdict: 'right' | 'wrong' | 'refused' | 'rejected' | 'runtime'; reason: string }

const isTensor = (value: Value): value is Exclude<Value, { type: 'sequence' }> => value.type !== 'sequence'

const nest = (dims: readonly number[], values: readonly Element[]): unknown => {
  const [first, ...rest] = dims
  if (first === undefined) return values[0]
  const size = values.length / (first || 1)
  return Array.from({ length: first }, (_, i) => nest(rest, values.slice(i * size, (i + 1) * size)))
}

const toNumber = (value: unknown): number =>
  typeof value === 'boolean' ? Number(value) : Number(value as string)

/** numpy.allclose with equal_nan; text and integers beyond 2^53 are equal or not. */
const isClose = (actual: unknown, expected: Element, { rtol, atol }: Cases): boolean => {
  if (actual === expected || String(actual) === String(expected)) return true
  const [a, b] = [toNumber(actual), toNumber(expected)]
  return Math.abs(a - b) <= atol + rtol * Math.abs(b)
}

const differs = (name: string, actual: unknown, expected: Value, cases: Cases): string | undefined => {
  if (!isTensor(expected)) return undefined
  const found = [actual].flat(Number.POSITIVE_INFINITY)
  const { values, dims } = expected
  if (found.length !== values.length)
    return `output ${name} has ${found.length} values instead of ${values.length}`
  const shape = JSON.stringify(nest(dims, values), (_, value) => (Array.isArray(value) ? value : 0))
  if (values.length > 0 && JSON.stringify(actual, (_, value) => (Array.isArray(value) ? value : 0)) !== shape)
    return `output ${name} has another shape than [${dims}]`
  const at = values.findIndex((value, i) => !isClose(found[i], value, cases))
  return at < 0 ? undefined : `output ${name}, element ${at}: ${found[at]} instead of ${values[at]}`
}

/** What ONNX Runtime gives alone, as the server would answer it; an error's message if it fails. */
const runAlone = async (
  model: string,
  inputs: Record<string, Value>,
): Promise<Record<string, unknown> | string> => {
  try {
    const session = await InferenceSession.create(model, { logSeverityLevel: 4 })
    const feeds = Object.entries(inputs).flatMap(([name, value]) => {
      if (!isTensor(value)) return []
      const type = (VALUE_TYPES[value.type] ?? value.type) as DataType
      const data = allocate(type, value.values.length)
      for (const [i, element] of value.values.entries()) writeElement(type, data, i, element)
      return [[name, { type, dims: value.dims, data, location: 'cpu' }] as const]
    })
    const results = await session.run(Object.fromEntries(feeds) as never)
    return Object.fromEntries(
      Object.entries(results).map(([name, { type, dims, data }]) => {
        const bits =
          type === 'float16' && !(data instanceof Uint16Array)
            ? new Uint16Array((data as Uint8Array).buffer)
            : data
        const values = Array.from({ length: data.length }, (_, i) =>
          readElement(type as DataType, bits as TensorData, i),
        )
        return [name, nest(dims, values)]
      }),
    )
  } catch (error) {
    return (error as Error).message
  }
}

/** Names of onnx.proto where they are not ONNX Runtime's. */
const VALUE_TYPES: Record<string, string> = { float: 'float32', double: 'float64' }

/** @param folder with model.onnx and cases.json @param run whether the model may be tried with random inputs */
export const runCase = async (folder: string, run: boolean): Promise<Result> => {
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Cases
  const model = join(folder, 'model.onnx')
  let opened: Awaited<ReturnType<typeof openFolder>>
  try {
    opened = await openFolder(model, { run })
  } catch (error) {
    return { verdict: 'refused', reason: (error as Error).message }
  }
  for (const { inputs, outputs } of cases.sets) {
    const tensors = Object.entries(inputs).map(([name, value]) => [
      name,
      isTensor(value) ? nest(value.dims, value.values) : null,
    ])
    const reply = await opened.ask(Buffer.from(JSON.stringify({ inputs: Object.fromEntries(tensors) })))
    const alone = () => runAlone(model, inputs)
    if (!reply?.ok) {
      const verdict = typeof (await alone()) === 'string' ? 'runtime' : 'rejected'
      return { verdict, reason: reply?.message ?? 'no reply' }
    }
    const given = JSON.parse(String(reply.body)).outputs as Record<string, unknown>
    const expected = Object.entries(outputs).filter(([, value]) => isTensor(value))
    const isOne = opened.loaded.info.outputs.length === 1
    for (const [name, value] of expected) {
      const reason = differs(name, isOne ? given : given[name], value, cases)
      if (reason === undefined) continue
      const other = await alone()
      const same = typeof other !== 'string' && differs(name, other[name], value, cases) === reason
      return { verdict: same ? 'runtime' : 'wrong', reason }
    }
  }
  return { verdict: 'right', reason: '' }
}
