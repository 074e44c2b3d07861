/** From a deployment to the very requests that make the function. Pure: what had to be looked up is given. */

import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import type {
  CreateFunctionCommandInput,
  FunctionConfiguration,
  UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda'
import type { LambdaDeployment, LambdaRollout } from '../config/deployment.ts'
import { type Archive, imageKey, OWNER_TAG, type Resolved } from '../plan/desired.ts'
import { hashOf } from '../plan/names.ts'
import { desireAlarms } from './alarms.ts'

export type DesiredFunction = {
  name: string
  archives: Archive[]
  /** Of all that a version says. Its description has it, so that making one twice is making it once. */
  hash: string
  /** Of the image, without `sha256:`. */
  digest: string
  create: CreateFunctionCommandInput
  configuration: UpdateFunctionConfigurationCommandInput
  code: UpdateFunctionCodeCommandInput
  tags: Record<string, string>
  reserved?: number
  provisioned?: number
  url?: { auth: 'iam' | 'none' }
  rollout: LambdaRollout
  /** For the new version only; there while the alias moves, and deleted after it. */
  alarms: (version: string) => PutMetricAlarmCommandInput[]
}

const DESCRIPTION = 'onnx-serving '

export const describedHash = (description: string | undefined): string | undefined =>
  description?.startsWith(DESCRIPTION) === true ? description.slice(DESCRIPTION.length) : undefined

/** Whether a version is the one wanted. Its description may be ours and its image another's, who deployed at the same time. */
export const isVersionOf = (
  { Description, CodeSha256 }: FunctionConfiguration,
  { hash, digest }: Pick<DesiredFunction, 'hash' | 'digest'>,
): boolean => describedHash(Description) === hash && CodeSha256 === digest

/** Beside the model. */
const SPARE_MB = 256
const LEAST_STORAGE_MB = 512
const MOST_STORAGE_MB = 10_240

/** For the folder, and for the optimised copy with its weights that the server writes beside it. */
const storageFor = (archive: Archive | undefined): number =>
  archive === undefined
    ? LEAST_STORAGE_MB
    : Math.min(
        MOST_STORAGE_MB,
        Math.max(LEAST_STORAGE_MB, Math.ceil((2 * archive.bytes) / 2 ** 20) + SPARE_MB),
      )

/** Where the function finds its model. The key has the hash of what is in it, and S3 a checksum that the server holds it against. */
const modelVariables = (
  { variants: [{ model }] }: LambdaDeployment,
  archive: Archive | undefined,
): Record<string, string> => {
  if (archive !== undefined) return { MODEL_S3_URI: `s3://${archive.bucket}/${archive.key}` }
  return typeof model === 'object' && 'uri' in model ? { MODEL_S3_URI: model.uri } : {}
}

export type Platform = 'linux/amd64' | 'linux/arm64'

/** Throws Error if `resolved` lacks what the deployment names. @param platform of the image */
export const desireFunction = (
  deployment: LambdaDeployment,
  resolved: Resolved,
  platform: Platform,
): DesiredFunction => {
  const { endpoint: name, role, env, network, memoryMb, timeoutSeconds, rollout } = deployment
  const [{ model, image }] = deployment.variants
  const ImageUri = resolved.images.get(imageKey(image))
  if (ImageUri === undefined) throw new Error(`the image ${imageKey(image)} was not looked up`)
  const archive = typeof model === 'object' && 'path' in model ? resolved.archives.get(model.path) : undefined
  const content = {
    Role: role,
    MemorySize: memoryMb,
    Timeout: timeoutSeconds,
    EphemeralStorage: { Size: deployment.ephemeralMb ?? storageFor(archive) },
    Environment: { Variables: { ...env, ...modelVariables(deployment, archive) } },
    VpcConfig: { SubnetIds: network.subnets, SecurityGroupIds: network.securityGroups },
  }
  const code = {
    ImageUri,
    Architectures: [platform === 'linux/arm64' ? ('arm64' as const) : ('x86_64' as const)],
  }
  const hash = hashOf({ ...content, ...code })
  const configuration = { FunctionName: name, ...content, Description: `${DESCRIPTION}${hash}` }
  const tags = { [OWNER_TAG]: name, ...deployment.tags }
  const { Architectures, ...Code } = code
  return {
    name,
    archives: archive === undefined ? [] : [archive],
    hash,
    digest: ImageUri.split('@sha256:')[1] ?? '',
    create: { ...configuration, PackageType: 'Image', Code, Architectures, Tags: tags },
    configuration,
    code: { FunctionName: name, ...code },
    tags,
    ...(deployment.reservedConcurrency !== undefined && { reserved: deployment.reservedConcurrency }),
    ...(deployment.provisionedConcurrency !== undefined && {
      provisioned: deployment.provisionedConcurrency,
    }),
    ...(deployment.url && { url: deployment.url }),
    rollout,
    alarms: (version) => desireAlarms(deployment, version),
  }
}
