/** One of ONNX's backend tests: its requests go through a worker's whole way, and the replies are held against it. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openFolder } from '../../test/fixtures/open-folder.ts'

type Element = number | string | boolean
type Value = { type: string; dims: number[]; values: Element[] } | { type: 'sequence' }
type Cases = {
  rtol: number
  atol: number
  sets: { inputs: Record<string, Value>; outputs: Record<string, Value> }[]
}

/** `refused`: not served at all; `rejected`: served, but this request got an error. */
export type Result = { verdict: 'right' | 'wrong' | 'refused' | 'rejected'; reason: string }

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

/** Throws nothing: what goes wrong is the result. @param folder with model.onnx and cases.json */
export const runCase = async (folder: string): Promise<Result> => {
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as Cases
  const model = join(folder, 'model.onnx')
  let opened: Awaited<ReturnType<typeof openFolder>>
  try {
    opened = await openFolder(model)
  } catch (error) {
    return { verdict: 'refused', reason: (error as Error).message }
  }
  for (const { inputs, outputs } of cases.sets) {
    const tensors = Object.entries(inputs).map(([name, value]) => [
      name,
      isTensor(value) ? nest(value.dims, value.values) : null,
    ])
    const reply = await opened.ask(Buffer.from(JSON.stringify({ inputs: Object.fromEntries(tensors) })))
    if (!reply?.ok) return { verdict: 'rejected', reason: reply?.message ?? 'no reply' }
    const given = JSON.parse(String(reply.body)).outputs as Record<string, unknown>
    const expected = Object.entries(outputs).filter(([, value]) => isTensor(value))
    const isOne = opened.loaded.info.outputs.length === 1
    for (const [name, value] of expected) {
      const reason = differs(name, isOne ? given : given[name], value, cases)
      if (reason !== undefined) return { verdict: 'wrong', reason }
    }
  }
  return { verdict: 'right', reason: '' }
}
