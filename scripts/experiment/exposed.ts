/** Who took part in an experiment, by the proxy's lines: each user by their first exposure, as assigned. */

import type { Weights } from '../traffic/assign-variant.ts'

export type User = {
  /** Of the first line: what the user was assigned to then, whatever answered. */
  variant: string
  firstAt: string
  weights: Weights
  /** Whether a later line has another assignment, as after a change of the weights. */
  crossed: boolean
  /** Whether a variant answered that was not the assigned one. */
  sawOther: boolean
  requests: string[]
}

export type Exposed = {
  users: Map<string, User>
  lines: number
  /** Lines of users that have no part: without an id, forced, or when no weights were known. */
  withoutPart: number
  /** Lines that are no JSON. */
  unreadable: number
  firstAt: string | undefined
  lastAt: string | undefined
}

type Line = {
  event?: unknown
  time?: unknown
  experiment?: unknown
  user?: unknown
  assigned?: unknown
  variant?: unknown
  forced?: unknown
  inferenceId?: unknown
  weights?: unknown
}

const isWeights = (value: unknown): value is Weights =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((each) => typeof each === 'number')

const parse = (text: string): Line | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Line) : {}
  } catch {
    return undefined
  }
}

/** By experiment, since a log may have several. */
export const readExposures = async (lines: AsyncIterable<string>): Promise<Map<string, Exposed>> => {
  const experiments = new Map<string, Exposed>()
  let unreadable = 0
  for await (const text of lines) {
    if (text.trim() === '') continue
    const line = parse(text)
    if (line === undefined) unreadable++
    else if (line.event === 'invocation' && typeof line.experiment === 'string')
      note(experimentOf(experiments, line.experiment), line)
  }
  for (const exposed of experiments.values()) exposed.unreadable = unreadable
  return experiments
}

const experimentOf = (experiments: Map<string, Exposed>, name: string): Exposed => {
  const known = experiments.get(name)
  if (known !== undefined) return known
  const made: Exposed = {
    users: new Map(),
    lines: 0,
    withoutPart: 0,
    unreadable: 0,
    firstAt: undefined,
    lastAt: undefined,
  }
  experiments.set(name, made)
  return made
}

const note = (exposed: Exposed, { time, user, assigned, variant, forced, inferenceId, weights }: Line) => {
  exposed.lines++
  if (
    typeof user !== 'string' ||
    typeof assigned !== 'string' ||
    forced === true ||
    typeof time !== 'string'
  ) {
    exposed.withoutPart++
    return
  }
  if (exposed.firstAt === undefined || time < exposed.firstAt) exposed.firstAt = time
  if (exposed.lastAt === undefined || time > exposed.lastAt) exposed.lastAt = time
  const sawOther = typeof variant === 'string' && variant !== assigned
  const known = exposed.users.get(user)
  const requests = known?.requests ?? []
  if (typeof inferenceId === 'string') requests.push(inferenceId)
  if (known === undefined) {
    const first = { variant: assigned, firstAt: time, weights: isWeights(weights) ? weights : {} }
    exposed.users.set(user, { ...first, crossed: false, sawOther, requests })
    return
  }
  known.crossed ||= assigned !== known.variant
  known.sawOther ||= sawOther
  // Copies of the proxy write files of their own, so that lines do not come in order.
  if (time < known.firstAt) {
    known.variant = assigned
    known.firstAt = time
    if (isWeights(weights)) known.weights = weights
  }
}
