/** A last look at requests, before any is sent: what only shows once account, Region, images and archives are known. */

import { CommandError, EXIT } from '../cli/command.ts'
import { ECR_IMAGE } from '../config/schema.ts'
import type { Desired, Resolved } from './desired.ts'

/** API reference: CreateModel, CreateEndpointConfig, CreateEndpoint. */
const MODEL_NAME = /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/

/** Throws CommandError with everything that SageMaker would refuse. */
export const validate = (desired: Desired, where: Pick<Resolved, 'account' | 'region'>): void => {
  const problems = [...modelProblems(desired, where), ...endpointProblems(desired)]
  if (problems.length === 0) return
  const lines = [...new Set(problems)].map((problem) => `\n  ${problem}`).join('')
  throw new CommandError(`Not valid for SageMaker:${lines}`, { exitCode: EXIT.usage })
}

const modelProblems = ({ models }: Desired, where: Pick<Resolved, 'account' | 'region'>): string[] =>
  models.flatMap(({ ModelName = '', ExecutionRoleArn = '', PrimaryContainer = {} }) => {
    const { Image, ModelDataUrl = '', ModelDataSource } = PrimaryContainer
    const [, , imageRegion] = ECR_IMAGE.exec(Image ?? '') ?? []
    const owner = ExecutionRoleArn.split(':')[4]
    return [
      ...named('model', ModelName, MODEL_NAME),
      ...long('image', Image ?? '', 255),
      ...long('model', ModelDataUrl, 1024),
      ...long('model', ModelDataSource?.S3DataSource?.S3Uri ?? '', 1024),
      ...(Image === undefined || imageRegion === where.region
        ? []
        : [`image: ${Image} is in ${imageRegion}, and the endpoint in ${where.region}; push it there`]),
      ...(Image === undefined || Image.includes('@sha256:')
        ? []
        : [`image: ${Image} is not named by its digest`]),
      ...(owner === where.account
        ? []
        : [`role: ${ExecutionRoleArn} is not of account ${where.account}; name a role of that account`]),
    ]
  })

const endpointProblems = ({ config, create, alarms }: Desired): string[] => [
  ...named('configuration', config.EndpointConfigName, NAME),
  ...named('endpoint', create.EndpointName, NAME),
  ...alarms.flatMap(({ AlarmName = '' }) => long('alarm', AlarmName, 255)),
]

const named = (what: string, name: string | undefined, pattern: RegExp): string[] =>
  name !== undefined && name.length <= 63 && pattern.test(name)
    ? []
    : [`${what}: "${name}" is not a valid name: at most 63 letters, digits and single hyphens`]

const long = (what: string, text: string, most: number): string[] =>
  text.length <= most ? [] : [`${what}: "${text}" has ${text.length} characters; at most ${most} are taken`]
