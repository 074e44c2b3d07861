/** Whatever the model's own code gave, as a reply. */

import { isDataType } from '../../tensor/data-type.ts'
import { elementCount, type Tensor } from '../../tensor/tensor.ts'
import { readElement } from '../../tensor/values.ts'
import { replyTooLarge } from '../codec/reply-text.ts'
import type { Written } from '../task/task.ts'

/**
 * Besides content-type, what SageMaker hands on and what proxies leave alone; the rest is the server's own affair, and so is what
 * nginx would obey (x-accel-redirect).
 */
const MAY_BE_SET = /^x-(?!accel-)[a-z0-9-]+$/

/** Names and values together: Node's clients and nginx refuse a reply whose head has more than 16 KiB. */
const MAX_HEADER_BYTES = 8192

const ASCII = /^[\t\x20-\x7e]*$/

/** @throws Error for what cannot be sent; ServingError ERR_RESPONSE_TOO_LARGE */
export const toWritten = async (value: unknown, maxBytes: number): Promise<Written> => {
  const written = value instanceof Response ? await fromResponse(value) : fromValue(value)
  const { body } = written
  const size = typeof body === 'string' ? Buffer.byteLength(body) : (body as Uint8Array).byteLength
  if (size > maxBytes) throw replyTooLarge(maxBytes, size)
  // The code may write its next reply into the same memory before this one is sent.
  return body === value && value instanceof Uint8Array ? { ...written, body: new Uint8Array(value) } : written
}

const fromValue = (value: unknown): Written => {
  if (typeof value === 'string') return { body: value, contentType: 'text/plain; charset=utf-8' }
  if (value instanceof Uint8Array) return { body: value, contentType: 'application/octet-stream' }
  const body = JSON.stringify(value, toJson)
  if (body === undefined) throw new Error(`it gave ${typeof value}, which is no reply: return a value`)
  return { body, contentType: 'application/json' }
}

const fromResponse = async (response: Response): Promise<Written> => {
  const body = new Uint8Array(await response.arrayBuffer())
  // The same as an error that was thrown.
  if (!response.ok)
    throw Object.assign(new Error(Buffer.from(body).toString()), { statusCode: response.status })
  const { 'content-type': contentType = 'application/octet-stream', ...others } = Object.fromEntries(
    response.headers,
  )
  const wrong = Object.keys(others).find((name) => !MAY_BE_SET.test(name))
  if (wrong !== undefined) throw new Error(`it set the header ${wrong}; content-type and x-… may be set`)
  const bytes = Object.entries({ contentType, ...others })
    .flat()
    .join('').length
  if (bytes > MAX_HEADER_BYTES)
    throw new Error(`it set headers of ${bytes} bytes; at most ${MAX_HEADER_BYTES} may be set`)
  if (![contentType, ...Object.values(others)].every((text) => ASCII.test(text)))
    throw new Error('it set a header that is not ASCII')
  return { body, contentType, ...(Object.keys(others).length > 0 && { headers: others }) }
}

/**
 * For JSON.stringify: numbers as everywhere here, arrays as lists, tensors as nested lists. What JSON would make an empty object
 * of, whatever is in it, is refused.
 */
function toJson(this: Record<string, unknown>, key: string, given: unknown): unknown {
  // A Buffer has become an object by now.
  const value = ArrayBuffer.isView(this[key]) ? this[key] : given
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return readElement('int64', [value] as never, 0)
  if (HAVE_NO_JSON.some((type) => value instanceof type))
    throw new Error(`it gave ${(value as object).constructor.name}, which JSON has no form for`)
  if (ArrayBuffer.isView(value)) return Array.from(value as Float32Array)
  return isTensor(value) ? nested(value) : value
}

const HAVE_NO_JSON = [Map, Set, ArrayBuffer, DataView, Promise]

const isTensor = (value: unknown): value is Tensor => {
  const { type, dims, data, ...others } = (value ?? {}) as Partial<Tensor>
  const isWhole = typeof type === 'string' && isDataType(type) && Array.isArray(dims) && data !== undefined
  return isWhole && Object.keys(others).length === 0
}

const nested = ({ type, dims, data }: Tensor): unknown => {
  if (elementCount(dims) !== data.length || !dims.every(Number.isInteger) || dims.some((size) => size < 0))
    throw new Error(
      `it gave a tensor whose dims ${JSON.stringify(dims)} do not multiply to the ${data.length} values of data`,
    )
  let next = 0
  const level = (axis: number): unknown =>
    axis === dims.length
      ? readElement(type, data, next++)
      : Array.from({ length: dims[axis] as number }, () => level(axis + 1))
  return level(0)
}
