/** Functions and their versions: made, changed, published, deleted. */

import { AwsError } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import { resolveImage } from '../../endpoints/image.ts'
import type { Actions as Lambda, UpdateFunctionConfigurationRequest } from '../../models/lambda.ts'
import { type Actions, type Caller, page } from '../../service.ts'
import type { FunctionCode, LambdaFunction, Store } from '../../store.ts'
import { describe, isPending, sha256Of } from './configuration.ts'
import {
  checkRevision,
  conflict,
  createFinder,
  functionArn,
  LATEST,
  newRevision,
  parseName,
  wrongValue,
} from './find.ts'

/** What it takes to make or to change a function, and to publish a version. */
const CREATING_MS = 4_000
const UPDATING_MS = 2_000

/** Lambda quotas: 3 s and 128 MB unless something is said; 15 minutes, 10,240 MB, 4 KB of environment variables. */
const DEFAULT_TIMEOUT = 3
const DEFAULT_MEMORY = 128
const MOST_TIMEOUT = 900
const MOST_MEGABYTES = 10_240
const MOST_ENVIRONMENT_BYTES = 4096

/** Lambda developer guide, "Defined runtime environment variables": reserved ones. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/

const ECR = /^\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+\/[^@]+?(?:@sha256:[0-9a-f]{64})?$/

export type FunctionSettings = {
  store: Store
  clock: Clock
  /** `sha256:…` of every image. */
  digest: string
  announce: (line: string) => void
  /** Ends what runs of it. */
  end: (one: LambdaFunction, version?: string) => void
}

type Settings = Partial<UpdateFunctionConfigurationRequest>

const checkSettings = ({ Environment, Timeout, MemorySize, EphemeralStorage }: Settings): void => {
  const variables = Environment?.Variables ?? {}
  const reserved = Object.keys(variables).filter((name) => RESERVED.test(name))
  if (reserved.length > 0)
    throw wrongValue(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    )
  if (Buffer.byteLength(JSON.stringify(variables)) > MOST_ENVIRONMENT_BYTES)
    throw wrongValue(
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    )
  // The model's bounds are those of Lambda's managed instances.
  if ((Timeout ?? 0) > MOST_TIMEOUT)
    throw wrongValue(`Timeout must be at most ${MOST_TIMEOUT} seconds for this function.`)
  if (Math.max(MemorySize ?? 0, EphemeralStorage?.Size ?? 0) > MOST_MEGABYTES)
    throw wrongValue(
      `MemorySize and EphemeralStorage.Size must be at most ${MOST_MEGABYTES} for this function.`,
    )
}

const applied = (code: FunctionCode, settings: Settings): FunctionCode => {
  const { Environment, ImageConfig, VpcConfig } = settings
  const { command: _, vpc: __, ...rest } = code
  const command = ImageConfig === undefined ? code.command : ImageConfig.Command
  const isInVpc = VpcConfig === undefined ? code.vpc !== undefined : (VpcConfig.SubnetIds ?? []).length > 0
  const { SubnetIds, SecurityGroupIds } = VpcConfig ?? code.vpc ?? {}
  return {
    ...rest,
    ...(command !== undefined && { command }),
    ...(isInVpc && {
      vpc: { ...(SubnetIds && { SubnetIds }), ...(SecurityGroupIds && { SecurityGroupIds }) },
    }),
    role: settings.Role ?? code.role,
    description: settings.Description ?? code.description,
    timeoutSeconds: settings.Timeout ?? code.timeoutSeconds,
    memoryMb: settings.MemorySize ?? code.memoryMb,
    storageMb: settings.EphemeralStorage?.Size ?? code.storageMb,
    environment: Environment === undefined ? code.environment : (Environment.Variables ?? {}),
  }
}

/** What a new version would have to differ in. */
const content = ({
  version: _,
  description: __,
  revisionId: ___,
  createdAt,
  modifiedAt,
  readyAt,
  ...rest
}: FunctionCode) => JSON.stringify(rest)

export const createFunctionActions = (settings: FunctionSettings): Actions<Lambda> => {
  const { store, clock, digest, announce, end } = settings
  const { find, findQualified } = createFinder(store)

  const imageOf = (uri: string | undefined, caller: Caller): FunctionCode['image'] => {
    if (uri === undefined)
      throw wrongValue('The rehearsal emulates functions of container images only: give Code.ImageUri.')
    const [, region] = ECR.exec(uri) ?? []
    if (region !== caller.region)
      throw wrongValue(`Source image ${uri} is not valid. Provide a valid source image.`)
    return { specified: uri, resolved: resolveImage(uri, digest) }
  }

  const mustBeStill = ({ latest, arn }: LambdaFunction): void => {
    if (clock.now() >= latest.readyAt) return
    throw conflict(
      isPending(latest, clock.now())
        ? 'The operation cannot be performed at this time. The function is currently in the following state: Pending'
        : `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
    )
  }

  const change = (one: LambdaFunction, next: FunctionCode): void => {
    const now = clock.now()
    one.latest = {
      ...next,
      // One that was changed is not pending any more.
      modifiedAt: Math.max(now, next.createdAt + 1),
      readyAt: now + UPDATING_MS,
      revisionId: newRevision(),
    }
    end(one, LATEST)
  }

  const publish = (one: LambdaFunction, description: string | undefined): FunctionCode => {
    const last = one.versions.at(-1)
    // Lambda developer guide, "Manage Lambda function versions": nothing has changed since the last one.
    if (last !== undefined && content(last) === content(one.latest)) return last
    const now = clock.now()
    one.lastVersion += 1
    const version: FunctionCode = {
      ...one.latest,
      version: String(one.lastVersion),
      description: description ?? one.latest.description,
      createdAt: now,
      modifiedAt: now,
      readyAt: Math.max(now, one.latest.readyAt) + UPDATING_MS,
      revisionId: newRevision(),
    }
    one.versions.push(version)
    announce(`function ${one.name}: version ${version.version}`)
    return version
  }

  const shown = (one: LambdaFunction, code: FunctionCode, qualifier?: string) =>
    describe(one, code, clock.now(), qualifier)

  return {
    CreateFunction(input, caller) {
      const { name } = parseName(input.FunctionName)
      if (name.length > 64)
        throw wrongValue(
          `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
        )
      if (store.functions.has(name)) throw conflict(`Function already exist: ${name}`)
      if (input.PackageType !== 'Image')
        throw wrongValue(
          'The rehearsal emulates functions of container images only: PackageType must be Image.',
        )
      if (input.Handler !== undefined || input.Runtime !== undefined || input.Layers !== undefined)
        throw wrongValue(
          "Please don't provide Handler or Runtime or Layer when the intent is to create function with PackageType as Image.",
        )
      checkSettings(input)
      const now = clock.now()
      const one: LambdaFunction = {
        name,
        arn: functionArn(caller, name),
        region: caller.region,
        latest: applied(
          {
            version: LATEST,
            description: '',
            role: input.Role,
            image: imageOf(input.Code.ImageUri, caller),
            environment: {},
            memoryMb: DEFAULT_MEMORY,
            timeoutSeconds: DEFAULT_TIMEOUT,
            storageMb: 512,
            architecture: input.Architectures?.[0] ?? 'x86_64',
            createdAt: now,
            modifiedAt: now,
            readyAt: now + CREATING_MS,
            revisionId: newRevision(),
          },
          input,
        ),
        versions: [],
        lastVersion: 0,
        aliases: new Map(),
        provisioned: new Map(),
        urls: new Map(),
        policies: new Map(),
      }
      store.functions.set(name, one)
      store.tags.set(one.arn, new Map(Object.entries(input.Tags ?? {})))
      announce(`function ${name}: created`)
      return shown(one, input.Publish === true ? publish(one, undefined) : one.latest)
    },

    GetFunction({ FunctionName, Qualifier }, caller) {
      const { one, qualifier, version } = findQualified(FunctionName, Qualifier, caller)
      const tags = Object.fromEntries(store.tags.get(one.arn) ?? [])
      return {
        Configuration: shown(one, version, qualifier),
        Code: {
          RepositoryType: 'ECR',
          ImageUri: version.image.specified,
          ResolvedImageUri: version.image.resolved,
        },
        ...(Object.keys(tags).length > 0 && { Tags: tags }),
        ...(one.reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: one.reserved } }),
      }
    },

    GetFunctionConfiguration({ FunctionName, Qualifier }, caller) {
      const { one, qualifier, version } = findQualified(FunctionName, Qualifier, caller)
      return shown(one, version, qualifier)
    },

    ListFunctions({ MaxItems = 50, Marker, FunctionVersion }) {
      const all = [...store.functions.values()].flatMap((one) => [
        shown(one, one.latest),
        ...(FunctionVersion === 'ALL' ? one.versions.map((version) => shown(one, version)) : []),
      ])
      const { items, next } = page(all, Math.min(MaxItems, 50), Marker)
      return { Functions: items, NextMarker: next }
    },

    UpdateFunctionCode({ FunctionName, RevisionId, ImageUri, Publish, DryRun, Architectures }, caller) {
      const one = find(FunctionName, caller)
      mustBeStill(one)
      checkRevision(RevisionId, one.latest.revisionId)
      const image = imageOf(ImageUri, caller)
      const next = { ...one.latest, image, architecture: Architectures?.[0] ?? one.latest.architecture }
      if (DryRun === true) return shown(one, next)
      change(one, next)
      return shown(one, Publish === true ? publish(one, undefined) : one.latest)
    },

    UpdateFunctionConfiguration(input, caller) {
      const one = find(input.FunctionName, caller)
      mustBeStill(one)
      checkRevision(input.RevisionId, one.latest.revisionId)
      checkSettings(input)
      change(one, applied(one.latest, input))
      return shown(one, one.latest)
    },

    PublishVersion({ FunctionName, CodeSha256, Description, RevisionId }, caller) {
      const one = find(FunctionName, caller)
      mustBeStill(one)
      checkRevision(RevisionId, one.latest.revisionId)
      const sha256 = sha256Of(one.latest)
      if (CodeSha256 !== undefined && CodeSha256 !== sha256)
        throw wrongValue(
          `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`,
        )
      return shown(one, publish(one, Description))
    },

    ListVersionsByFunction({ FunctionName, MaxItems = 50, Marker }, caller) {
      const one = find(FunctionName, caller)
      const { items, next } = page([one.latest, ...one.versions], Math.min(MaxItems, 50), Marker)
      return {
        Versions: items.map((code) => shown(one, code, code.version)),
        NextMarker: next,
      }
    },

    DeleteFunction({ FunctionName, Qualifier }, caller) {
      const one = find(FunctionName, caller)
      const qualifier = parseName(FunctionName).qualifier ?? Qualifier
      if (qualifier === undefined) {
        end(one)
        store.functions.delete(one.name)
        store.tags.delete(one.arn)
        announce(`function ${one.name}: deleted`)
        return {}
      }
      if (qualifier === LATEST)
        throw wrongValue('$LATEST version cannot be deleted without deleting the function.')
      const users = [...one.aliases.values()].filter(
        ({ version, other }) => version === qualifier || other?.version === qualifier,
      )
      if (users.length > 0)
        throw conflict(
          `Unable to delete version because the following aliases reference it: [${users.map(({ name }) => name).join(', ')}]`,
        )
      // One that is not there is as good as deleted.
      end(one, qualifier)
      one.versions = one.versions.filter(({ version }) => version !== qualifier)
      one.provisioned.delete(qualifier)
      return {}
    },

    TagResource({ Resource, Tags }, caller) {
      const tags = store.tags.get(find(Resource, caller).arn) ?? new Map<string, string>()
      for (const [key, value] of Object.entries(Tags)) tags.set(key, value)
      if (tags.size > 50)
        throw new AwsError('InvalidParameterValueException', 'A function has at most 50 tags.')
      return {}
    },

    UntagResource({ Resource, TagKeys }, caller) {
      const tags = store.tags.get(find(Resource, caller).arn)
      for (const key of TagKeys) tags?.delete(key)
      return {}
    },

    ListTags: ({ Resource }, caller) => ({
      Tags: Object.fromEntries(store.tags.get(find(Resource, caller).arn) ?? []),
    }),
  }
}
