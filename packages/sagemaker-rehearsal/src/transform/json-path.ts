/** The part of JSONPath that batch transform has (SageMaker developer guide, "Supported JSONPath operators"). Pure. */

/** The end is included, as the developer guide has it: `$[1:4]` is the second to the fifth column. */
type Slice = { start: number; end: number }

export type Step =
  | { kind: 'names'; names: string[] }
  | { kind: 'items'; items: (number | Slice)[] }
  | { kind: 'all' }

const NAME = /^\.?\['((?:[^'\\]|\\.)*)'((?:\s*,\s*'(?:[^'\\]|\\.)*')*)\]/
const DOTTED = /^\.([^.[\]*\s'()?@]+)/
const ALL = /^(?:\.\*|\.?\[\*\])/
const ITEM = String.raw`(?:-?\d+|-?\d*:(?:-?\d+)?)`
const ITEMS = new RegExp(String.raw`^\.?\[(${ITEM}(?:\s*,\s*${ITEM})*)\]`)

const itemOf = (text: string): number | Slice => {
  const [start = '', end] = text.trim().split(':')
  if (end === undefined) return Number(start)
  return { start: Number(start), end: end === '' ? -1 : Number(end) }
}

const stepOf = (rest: string): [Step, number] | undefined => {
  const named = NAME.exec(rest)
  if (named !== null) {
    const others = [...(named[2] ?? '').matchAll(/'((?:[^'\\]|\\.)*)'/g)].map(([, name = '']) => name)
    return [{ kind: 'names', names: [named[1] ?? '', ...others] }, named[0].length]
  }
  const all = ALL.exec(rest)
  if (all !== null) return [{ kind: 'all' }, all[0].length]
  const items = ITEMS.exec(rest)
  if (items !== null)
    return [{ kind: 'items', items: (items[1] ?? '').split(',').map(itemOf) }, items[0].length]
  const dotted = DOTTED.exec(rest)
  return dotted === null ? undefined : [{ kind: 'names', names: [dotted[1] ?? ''] }, dotted[0].length]
}

/** @throws Error for what is no path, or has an operator that SageMaker does not support */
export const parseJsonPath = (path: string): Step[] => {
  if (!path.startsWith('$')) throw new Error(`the JSONPath ${path} does not begin with $`)
  const steps: Step[] = []
  let rest = path.slice(1)
  while (rest !== '') {
    const found = stepOf(rest)
    if (found === undefined) throw new Error(`the JSONPath ${path} is not supported from ${rest} on`)
    steps.push(found[0])
    rest = rest.slice(found[1])
  }
  return steps
}

const fail = (what: string): never => {
  throw new Error(`there is no ${what}`)
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : fail(`attribute ${name}`)

const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : fail('list to take an index of')

const at = (list: readonly unknown[], index: number): unknown => {
  const position = index < 0 ? list.length + index : index
  return position >= 0 && position < list.length ? list[position] : fail(`index ${index}`)
}

const take = (value: unknown, step: Step): unknown => {
  if (step.kind === 'names') {
    const [only, ...others] = step.names
    if (others.length === 0) return memberOf(value, only ?? '')
    return Object.fromEntries(step.names.map((name) => [name, memberOf(value, name)]))
  }
  if (step.kind === 'items') {
    const list = listOf(value)
    const [only, ...others] = step.items
    if (typeof only === 'number' && others.length === 0) return at(list, only)
    return step.items.flatMap((item) =>
      typeof item === 'number'
        ? [at(list, item)]
        : list.slice(item.start, item.end === -1 ? undefined : item.end + 1),
    )
  }
  return typeof value === 'object' && value !== null ? Object.values(value) : fail('member of it')
}

/** What the path leads to; steps after `*` are of each of what is there. */
export const evaluateJsonPath = (value: unknown, steps: readonly Step[]): unknown => {
  const [step, ...rest] = steps
  if (step === undefined) return value
  const taken = take(value, step)
  return step.kind === 'all' && rest.length > 0
    ? (taken as unknown[]).map((item) => evaluateJsonPath(item, rest))
    : evaluateJsonPath(taken, rest)
}
