/** Checks a request against AWS's model of it, and words what is wrong as AWS does. */

import { AwsError } from './aws-error.ts'
import type { Model, Shape } from './model.ts'

/** `productionVariants.1.member.variantName`: AWS counts from one and begins in lower case. */
const lower = (name: string): string => name.replace(/^./, (character) => character.toLowerCase())
const under = (path: string, name: string): string => (path === '' ? lower(name) : `${path}.${lower(name)}`)

/** Most of a value that an error repeats. */
const SHOWN = 500

/** As Java prints it, which is what AWS is written in. */
const printed = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([name, item]) => `${name}=${printed(item)}`)
  return `{${pairs.join(', ')}}`
}

const patterns = new Map<string, RegExp>()

/** What Java has and JavaScript does not. */
const translated = (pattern: string): string =>
  pattern
    .replaceAll('[\\p{Print}]', '[\\x20-\\x7e]')
    .replaceAll('\\p{Print}', '[\\x20-\\x7e]')
    .replace(/^\\A|\\z$/g, '')
    .replace(/([a-zA-Z0-9]-[a-zA-Z0-9])-_/g, '$1_\\-')

/** The whole of a string must match. */
export const patternOf = (pattern: string): RegExp => {
  const compiled = patterns.get(pattern) ?? new RegExp(`^(?:${translated(pattern)})$`, 'u')
  patterns.set(pattern, compiled)
  return compiled
}

const NUMBERS = ['integer', 'long', 'float', 'double']

const sizeOf = (value: unknown): number => {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return [...value].length
  return Array.isArray(value) ? value.length : Object.keys(value as object).length
}

type Constraint = { text: string; holds: (value: unknown) => boolean }

/** In the order in which AWS lists them. */
const constraintsOf = ({ type, min, max, pattern, enum: values }: Shape): Constraint[] => {
  const what = NUMBERS.includes(type) ? 'value' : 'length'
  const constraints: Constraint[] = []
  if (values !== undefined)
    constraints.push({
      text: `Member must satisfy enum value set: [${values.join(', ')}]`,
      holds: (value) => values.includes(value as string),
    })
  if (max !== undefined)
    constraints.push({
      text: `Member must have ${what} less than or equal to ${max}`,
      holds: (value) => sizeOf(value) <= max,
    })
  if (min !== undefined)
    constraints.push({
      text: `Member must have ${what} greater than or equal to ${min}`,
      holds: (value) => sizeOf(value) >= min,
    })
  if (pattern !== undefined)
    constraints.push({
      text: `Member must satisfy regular expression pattern: ${pattern}`,
      holds: (value) => patternOf(pattern).test(String(value)),
    })
  return type === 'timestamp' || type === 'blob' ? [] : constraints
}

const isNothing = (value: unknown): boolean => value === undefined || value === null

/** Said before anything is checked: the request could not even be read. */
const unreadable = (message: string) => new AwsError('SerializationException', message)

const TOKENS: Record<string, string> = { string: 'STRING_VALUE', number: 'NUMBER_VALUE' }

const wrongType = (value: unknown, type: string) => {
  if (Array.isArray(value)) return unreadable('Start of list found where not expected')
  if (typeof value === 'object') return unreadable('Start of structure or map found where not expected.')
  const token = TOKENS[typeof value] ?? `${String(value).toUpperCase()}_VALUE`
  const wanted = type.replace(/^./, (character) => character.toUpperCase())
  return unreadable(`${token} can not be converted to ${/^[AEIO]/.test(wanted) ? 'an' : 'a'} ${wanted}`)
}

/** Of the query protocol, in which everything is text. */
const fromText = (value: unknown, type: string): unknown => {
  if (value === '' && type === 'list') return []
  if (typeof value !== 'string') return value
  if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true'
  return NUMBERS.includes(type) && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value
}

const readTime = (value: unknown): Date => {
  if (typeof value !== 'number' && typeof value !== 'string') throw wrongType(value, 'timestamp')
  const time = typeof value === 'number' ? new Date(value * 1000) : new Date(value)
  if (Number.isNaN(time.getTime())) throw wrongType(value, 'timestamp')
  return time
}

const readScalar = (value: unknown, type: string): unknown => {
  if (type === 'timestamp') return readTime(value)
  if (NUMBERS.includes(type)) {
    const isWhole = type === 'integer' || type === 'long'
    if (typeof value === 'number' && (!isWhole || Number.isInteger(value))) return value
    if (!isWhole && /^(NaN|-?Infinity)$/.test(String(value))) return Number(value)
  } else if (typeof value === (type === 'boolean' ? 'boolean' : 'string')) return value
  throw wrongType(value, type)
}

/**
 * What of an answer is not as the model has it: constraints, types, and members that the model does not know.
 *
 * @param answer as it is written: dates are numbers
 */
export const unlikeModel = (model: Model, name: string | undefined, answer: unknown): string | undefined => {
  try {
    const known = validate(model, name, answer)
    const unknown = extra(answer, known)
    return unknown === undefined ? undefined : `the model does not know ${unknown}`
  } catch (error) {
    return (error as Error).message
  }
}

/** The path of the first member that is in the one and not in the other. */
const extra = (given: unknown, known: unknown, path = ''): string | undefined => {
  if (typeof given !== 'object' || given === null || known instanceof Date) return undefined
  for (const [name, item] of Object.entries(given)) {
    if (item === undefined || item === null) continue
    const other = (known as Record<string, unknown>)[name]
    const found = other === undefined ? `${path}.${name}` : extra(item, other, `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * The input as the model has it: dates are Dates, null is nothing, and what the model does not know is left out, as AWS does.
 *
 * @param code what the service calls a request that breaks a constraint
 * @param isText for the query protocol: numbers and booleans come as text
 * @throws AwsError SerializationException for a value of another type, `code` with all other faults
 */
export const validate = (
  { shapes }: Model,
  name: string | undefined,
  input: unknown,
  { code = 'ValidationException', isText = false }: { code?: string; isText?: boolean } = {},
): unknown => {
  const faults: string[] = []

  const fault = (shape: Shape, value: unknown, path: string, text: string): void => {
    const shown = isNothing(value) ? ' null' : ` '${printed(value).slice(0, SHOWN)}'`
    faults.push(
      `Value${shape.sensitive === true ? '' : shown} at '${path}' failed to satisfy constraint: ${text}`,
    )
  }

  const isStructured = ({ type }: Shape): boolean => ['structure', 'list', 'map'].includes(type)

  /** What every one of some scalars must be is said of all of them at once. */
  const checkEach = (of: Shape, values: readonly unknown[], whole: unknown, path: string, who: string) => {
    const constraints = constraintsOf(of)
    if (!values.every((value) => constraints.every(({ holds }) => holds(value))))
      fault(
        of,
        whole,
        path,
        `${who} must satisfy constraint: [${constraints.map(({ text }) => text).join(', ')}]`,
      )
  }

  const readStructure = (shape: Shape, value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, 'structure')
    const given = value as Record<string, unknown>
    const result: Record<string, unknown> = {}
    for (const [member, of] of Object.entries(shape.members ?? {})) {
      const item = Object.hasOwn(given, member) ? given[member] : undefined
      if (!isNothing(item)) result[member] = read(of, item, under(path, member))
      else if (shape.required?.includes(member) === true)
        fault(shapes[of] as Shape, null, under(path, member), 'Member must not be null')
    }
    return result
  }

  const readList = (shape: Shape, value: unknown, path: string): unknown => {
    if (!Array.isArray(value)) throw wrongType(value, 'list')
    const of = shapes[shape.member ?? ''] as Shape
    const items = value.map((item, at) => {
      const where = `${path}.${at + 1}.member`
      if (!isNothing(item)) return isStructured(of) ? read(shape.member ?? '', item, where) : scalar(of, item)
      fault(of, null, where, 'Member must not be null')
      return undefined
    })
    if (!isStructured(of))
      checkEach(
        of,
        items.filter((item) => !isNothing(item)),
        items,
        path,
        'Member',
      )
    return items
  }

  const readMap = (shape: Shape, value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || Array.isArray(value)) throw wrongType(value, 'map')
    const of = shapes[shape.value ?? ''] as Shape
    const entries = Object.entries(value as object).filter(([, item]) => !isNothing(item))
    const items = entries.map(([key, item]): [string, unknown] => [
      key,
      isStructured(of) ? read(shape.value ?? '', item, `${path}.${key}.member`) : scalar(of, item),
    ])
    const result = Object.fromEntries(items)
    checkEach(
      shapes[shape.key ?? ''] as Shape,
      items.map(([key]) => key),
      result,
      path,
      'Map keys',
    )
    if (!isStructured(of))
      checkEach(
        of,
        items.map(([, item]) => item),
        result,
        path,
        'Map value',
      )
    return result
  }

  const scalar = ({ type }: Shape, value: unknown): unknown =>
    readScalar(isText ? fromText(value, type) : value, type)

  const read = (shapeName: string, given: unknown, path: string): unknown => {
    const shape = shapes[shapeName] as Shape
    const value = isText ? fromText(given, shape.type) : given
    const result =
      shape.type === 'structure'
        ? readStructure(shape, value, path)
        : shape.type === 'list'
          ? readList(shape, value, path)
          : shape.type === 'map'
            ? readMap(shape, value, path)
            : readScalar(value, shape.type)
    for (const { holds, text } of constraintsOf(shape)) if (!holds(result)) fault(shape, result, path, text)
    return result
  }

  const result = name === undefined ? {} : read(name, input ?? {}, '')
  if (faults.length === 0) return result
  const head = `${faults.length} validation error${faults.length > 1 ? 's' : ''} detected: `
  throw new AwsError(code, head + faults.join('; '))
}
