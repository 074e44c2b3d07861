/** The options of a rehearsal on a command line, for the program of this package and for others that have a command for it. */

import { type Command, InvalidArgumentError } from 'commander'
import type { FaultInput } from './faults.ts'
import type { RehearsalOptions } from './rehearsal.ts'

/** LocalStack's, which tools know. */
const DEFAULT_PORT = 4566

const numberOf =
  (what: string, least: number, most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value <= most))
      throw new InvalidArgumentError(`${what} must be a number from ${least} to ${most}.`)
    return value
  }

/** `TYPE=N`. */
const quotaOf = (text: string, before: FaultInput[]): FaultInput[] => {
  const [, instanceType = '', limit] = /^(ml\.[\w.-]+)=(\d{1,6})$/.exec(text) ?? []
  if (limit === undefined) throw new InvalidArgumentError('a quota is written as ml.g5.xlarge=0.')
  return [...before, { kind: 'quota', instanceType, limit: Number(limit) }]
}

export type CommandLine = {
  port: number
  speed: number
  state?: string
  throttle?: number
  inconsistent?: number
  quota: FaultInput[]
}

export const addRehearsalOptions = (command: Command): Command =>
  command
    .option('--port <n>', 'where it listens, on loopback', numberOf('the port', 0, 65_535), DEFAULT_PORT)
    .option(
      '--speed <n>',
      'how many times as fast as time its clock runs',
      numberOf('the speed', 0.01, 3600),
      1,
    )
    .option(
      '--state <folder>',
      'keeps everything there and takes it up again; else in a temporary folder that is removed',
    )
    .option('--throttle <percent>', 'refuses so many of all calls', numberOf('the percentage', 0, 100))
    .option(
      '--inconsistent <seconds>',
      'what was made is not found for so long, by its clock',
      numberOf('the time', 0, 3600),
    )
    .option('--quota <type=n>', 'so many instances of a type at most; may be repeated', quotaOf, [])

export const optionsOf = ({
  port,
  speed,
  state,
  throttle,
  inconsistent,
  quota,
}: CommandLine): Omit<RehearsalOptions, 'launcher'> => ({
  port,
  speed,
  ...(state !== undefined && { folder: state }),
  faults: [
    ...quota,
    ...(throttle === undefined ? [] : [{ kind: 'throttle', percent: throttle } as const]),
    ...(inconsistent === undefined
      ? []
      : [{ kind: 'consistency', ms: Math.round(inconsistent * 1000) } as const]),
  ],
})

const EMULATED =
  'SageMaker (models, configurations, endpoints, deployments, transform jobs), its runtime, Lambda (functions of images, their aliases ' +
  'and URLs), Application Auto Scaling, CloudWatch, CloudWatch Logs, S3, ECR without a registry; STS, IAM and Service Quotas as far as a check before a deployment asks.'

const NOT_EMULATED =
  'Permissions, signatures, VPCs, encryption, notifications, data capture; anything that has to do with money.'

/** @param instances what each instance is, as a sentence */
export const banner = (url: string, region: string, instances: string): string =>
  [
    `The rehearsal listens on ${url}. In another terminal:`,
    '',
    `  export AWS_ENDPOINT_URL=${url}`,
    '  export AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal',
    `  export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    '',
    `Emulated: ${EMULATED} ${instances}`,
    `Not emulated: ${NOT_EMULATED}`,
  ].join('\n')
