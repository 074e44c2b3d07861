/**
 * What somebody who is to approve a release is told, in one line that fits into the message of CodePipeline's approval:
 *
 *     summary.ts staging smoke.json status.json    of what `smoke --json` and `status --json` say of staging
 *     summary.ts plan plan.json                    of what `plan --json` says of production
 *
 * MODEL_VERSION and TAG name the model and the image.
 */

import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** Each of the two lines. An approval's message has at most 1000 characters (CodePipeline, ActionConfigurationValue). */
const MOST_CHARACTERS = 490

type Smoke = { endpoint: string; requests: number; errors: number; p50Ms?: number; p99Ms?: number }

type Serving = { image?: string; model: string }[]

/** Variants of an endpoint, or versions of a function. */
type Status = { variants: Serving } | { versions: Serving }

type Plan = {
  endpoint: string
  changes: boolean
  problems: string[]
  actions: { kind: string; what: string; name: string }[]
}

const shortened = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`

const milliseconds = (value: number | undefined): string =>
  value === undefined ? 'unknown' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

const each = (values: (string | undefined)[]): string => [...new Set(values)].filter(Boolean).join(', ')

/** @param release what the pipeline was started with */
export const stagingSummary = (
  smoke: Smoke,
  status: Status,
  release: { modelVersion?: string | undefined; tag?: string | undefined },
): string => {
  const serving = 'variants' in status ? status.variants : status.versions
  return shortened(
    [
      `${smoke.endpoint}: ${smoke.requests} requests, ${smoke.errors} errors, p50 ${milliseconds(smoke.p50Ms)}, p99 ${milliseconds(smoke.p99Ms)}.`,
      ...(release.modelVersion === undefined ? [] : [`Model version ${release.modelVersion}.`]),
      `Model ${each(serving.map(({ model }) => model))}.`,
      ...(release.tag === undefined ? [] : [`Commit ${release.tag}.`]),
      `Image ${each(serving.map(({ image }) => image)) || 'unknown'}.`,
    ].join(' '),
  )
}

export const planSummary = ({ endpoint, changes, problems, actions }: Plan): string => {
  const done = actions.filter(({ kind }) => kind !== 'keep').map(({ kind, what }) => `${kind} ${what}`)
  const counted = [...new Set(done)].map((text) => {
    const count = done.filter((other) => other === text).length
    return count === 1 ? text : `${text} (${count})`
  })
  return shortened(
    [
      `${endpoint}: ${changes ? counted.join(', ') : 'nothing to do'}.`,
      ...problems.map((problem) => `Would fail: ${problem}.`),
    ].join(' '),
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , kind, ...files] = process.argv
  const [first, second] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')))
  const { MODEL_VERSION: modelVersion, TAG: tag } = process.env
  process.stdout.write(
    `${kind === 'plan' ? planSummary(first) : stagingSummary(first, second, { modelVersion, tag })}\n`,
  )
}
