/**
 * CloudWatch metric math, as far as alarms need it: numbers, ids, + - * / ^, comparisons, AND OR (also && ||), IF, FILL and
 * the functions of one series. A series has values at some timestamps; an operation has one where both sides have one.
 */

import { AwsError } from '../aws-error.ts'

export type Series = Map<number, number>

export type Value = number | Series | readonly (number | Series)[]

type Scope = {
  /** Series by id. */
  get(id: string): Series | undefined
  /** Series of all metrics that the query has, for METRICS(). */
  metrics(): Series[]
  /** Timestamps that FILL fills. */
  timestamps: readonly number[]
}

const fail = (message: string) =>
  new AwsError('ValidationError', `Error in expression: ${message}`, { status: 400 })

/** Longer or deeper ones would be attacks; CloudWatch takes 2048 characters. */
const LONGEST = 2048
const DEEPEST = 64

const TOKEN =
  /\s*(?:(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(==|!=|<=|>=|&&|\|\||[-+*/^<>(),[\]]))/y

type Token = { kind: 'number' | 'name' | 'sign'; text: string }

const tokenise = (expression: string): Token[] => {
  if (expression.length > LONGEST) throw fail('it is too long')
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  while (expression.slice(TOKEN.lastIndex).trim() !== '') {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(expression)
    if (match === null) throw fail(`unexpected character at ${at + 1}`)
    const [, number, name, sign] = match
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}

const scalar = (value: Value): number | Series => {
  if (typeof value === 'number' || value instanceof Map) return value
  throw fail('a list of metrics stands where one is needed')
}

const truth = (condition: boolean): number => (condition ? 1 : 0)

const OPERATORS: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => truth(a === b),
  '!=': (a, b) => truth(a !== b),
  '<': (a, b) => truth(a < b),
  '<=': (a, b) => truth(a <= b),
  '>': (a, b) => truth(a > b),
  '>=': (a, b) => truth(a >= b),
  AND: (a, b) => truth(a !== 0 && b !== 0),
  OR: (a, b) => truth(a !== 0 || b !== 0),
}

/** A function of numbers, timestamp by timestamp; a plain number stands at all of them. Infinity and NaN are no values. */
const zip = (
  values: readonly (number | Series)[],
  compute: (...numbers: number[]) => number,
): number | Series => {
  const series = values.filter((value) => value instanceof Map)
  const [first] = series
  if (first === undefined) return compute(...(values as number[]))
  const result: Series = new Map()
  for (const timestamp of first.keys()) {
    const numbers = values.map((value) => (typeof value === 'number' ? value : value.get(timestamp)))
    if (numbers.some((number) => number === undefined)) continue
    const value = compute(...(numbers as number[]))
    if (Number.isFinite(value)) result.set(timestamp, value)
  }
  return result
}

const REDUCERS: Record<string, (numbers: readonly number[]) => number> = {
  SUM: (numbers) => numbers.reduce((sum, number) => sum + number, 0),
  AVG: (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length,
  MIN: (numbers) => Math.min(...numbers),
  MAX: (numbers) => Math.max(...numbers),
}

/** Of a list: one series of what its members have at each timestamp. Of one series: a number. */
const reduce = (name: string, value: Value): number | Series => {
  const compute = REDUCERS[name] as (numbers: readonly number[]) => number
  if (typeof value === 'number') return value
  if (value instanceof Map) return value.size === 0 ? new Map() : compute([...value.values()])
  const byTimestamp = new Map<number, number[]>()
  for (const member of value) {
    if (typeof member === 'number') throw fail(`${name} takes metrics`)
    for (const [timestamp, number] of member)
      byTimestamp.set(timestamp, [...(byTimestamp.get(timestamp) ?? []), number])
  }
  return new Map([...byTimestamp].map(([timestamp, numbers]) => [timestamp, compute(numbers)]))
}

const fill = (value: number | Series, by: number | 'REPEAT', timestamps: readonly number[]): Series => {
  if (typeof value === 'number') throw fail('FILL takes a metric')
  const filled: Series = new Map()
  let last: number | undefined
  for (const timestamp of timestamps) {
    last = value.get(timestamp) ?? (by === 'REPEAT' ? last : by)
    if (last !== undefined) filled.set(timestamp, last)
  }
  return filled
}

const UNARY: Record<string, (number: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
}

/** Operators by how tightly they bind, loosest first. */
const LEVELS = [['OR'], ['AND'], ['==', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/'], ['^']]

const ALIASES: Record<string, string> = { '&&': 'AND', '||': 'OR' }

/** The value of an expression. @throws ValidationError where it cannot be read */
export const evaluateExpression = (expression: string, scope: Scope): number | Series => {
  const tokens = tokenise(expression)
  let at = 0
  let depth = 0

  const peek = (): string | undefined => {
    const text = tokens[at]?.text
    return text === undefined ? undefined : (ALIASES[text] ?? text)
  }
  const expect = (text: string): void => {
    if (peek() !== text) throw fail(`${text} is missing`)
    at += 1
  }

  const list = (end: string): Value[] => {
    const values: Value[] = []
    while (peek() !== end) {
      values.push(parse(0))
      if (peek() !== ',') break
      at += 1
    }
    expect(end)
    return values
  }

  const callFunction = (name: string): Value => {
    if (name === 'FILL') {
      const value = scalar(parse(0))
      expect(',')
      if (peek() === 'REPEAT') {
        at += 1
        expect(')')
        return fill(value, 'REPEAT', scope.timestamps)
      }
      const by = scalar(parse(0))
      expect(')')
      if (typeof by !== 'number') throw fail('FILL fills with a number or REPEAT')
      return fill(value, by, scope.timestamps)
    }
    const values = list(')')
    if (name === 'METRICS') return scope.metrics()
    if (name === 'IF') {
      if (values.length !== 3) throw fail('IF takes a condition and two values')
      return zip(values.map(scalar), (condition, yes, no) => (condition !== 0 ? yes : no) ?? 0)
    }
    const [value] = values
    if (value === undefined || values.length !== 1) throw fail(`${name} takes one value`)
    if (Object.hasOwn(REDUCERS, name)) return reduce(name, value)
    if (Object.hasOwn(UNARY, name)) return zip([scalar(value)], UNARY[name] as (number: number) => number)
    throw fail(`the rehearsal does not emulate the function ${name}`)
  }

  const operand = (): Value => {
    const token = tokens[at]
    if (token === undefined) throw fail('it ends too early')
    at += 1
    if (token.kind === 'number') return Number(token.text)
    if (token.text === '-') return zip([scalar(parse(LEVELS.length - 1))], (number) => -number)
    if (token.text === '(') {
      const value = parse(0)
      expect(')')
      return value
    }
    if (token.text === '[') return list(']').map(scalar)
    if (token.kind === 'name' && peek() === '(') {
      at += 1
      return callFunction(token.text.toUpperCase())
    }
    const series = token.kind === 'name' ? scope.get(token.text) : undefined
    if (series === undefined) throw fail(`${token.text} is not known`)
    return series
  }

  const parse = (level: number): Value => {
    depth += 1
    if (depth > DEEPEST * LEVELS.length) throw fail('it is nested too deeply')
    const operators = LEVELS[level]
    let left = operators === undefined ? operand() : parse(level + 1)
    for (let next = peek(); next !== undefined && operators?.includes(next); next = peek()) {
      at += 1
      const right = parse(level + 1)
      left = zip([scalar(left), scalar(right)], OPERATORS[next] as (a: number, b: number) => number)
    }
    depth -= 1
    return left
  }

  const value = scalar(parse(0))
  if (at < tokens.length) throw fail(`${tokens[at]?.text} is unexpected`)
  return value
}
