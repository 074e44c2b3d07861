/** The steps by which each part of a function becomes what is wanted. Pure. */

import type {
  AddPermissionCommandInput,
  CreateFunctionCommandInput,
  FunctionConfiguration,
  UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda'
import type { Step } from '../plan/action.ts'
import { type Change, diff, pick } from '../plan/diff.ts'
import type { Stored } from '../plan/made-once.ts'
import { tagStep } from '../plan/tag-actions.ts'
import type { DesiredFunction } from './desire.ts'
import { type LiveFunction, sharesOf } from './live.ts'
import { permissionsFor } from './permissions.ts'
import { ALIAS } from './session.ts'

export type LambdaAction =
  | Stored
  | Step<'function', 'create', CreateFunctionCommandInput>
  | Step<'function', 'keep', undefined>
  | Step<'configuration', 'update', UpdateFunctionConfigurationCommandInput>
  | Step<'code', 'update', UpdateFunctionCodeCommandInput>
  | Step<'tags', 'update', Record<string, string>>
  | Step<'reserved concurrency', 'update', number>
  | Step<'reserved concurrency', 'delete', undefined>
  | Step<'version', 'create' | 'keep', undefined>
  | Step<'provisioned concurrency', 'update' | 'keep', number>
  | Step<'provisioned concurrency', 'delete', undefined>
  | Step<'alias', 'create' | 'update' | 'keep', undefined>
  | Step<'url', 'create' | 'update' | 'delete' | 'keep', { auth: 'iam' | 'none' } | undefined>
  | Step<'permission', 'create', AddPermissionCommandInput>
  | Step<'permission', 'delete', undefined>
  | Step<'alarm', 'delete', undefined>

/** In place of a number that Lambda will give. */
export const NEXT = 'next'

const FIELDS = ['Role', 'MemorySize', 'Timeout', 'EphemeralStorage', 'Environment', 'Description']

/** AWS shows no VPC where there is none. */
const vpcOf = (config: Pick<FunctionConfiguration, 'VpcConfig'> | undefined) => ({
  SubnetIds: config?.VpcConfig?.SubnetIds ?? [],
  SecurityGroupIds: config?.VpcConfig?.SecurityGroupIds ?? [],
})

const configurationChanges = (
  live: FunctionConfiguration | undefined,
  wanted: UpdateFunctionConfigurationCommandInput,
): Change[] => [
  ...diff(pick(live, FIELDS), pick(wanted, FIELDS)),
  ...diff({ VpcConfig: vpcOf(live) }, { VpcConfig: vpcOf(wanted as FunctionConfiguration) }),
]

export const keep = <What extends LambdaAction['what']>(what: What, name: string) => ({
  what,
  kind: 'keep' as const,
  name,
  request: undefined,
  changes: [],
})

export const functionActions = (
  desired: DesiredFunction,
  live: LiveFunction,
  isMade: boolean,
): LambdaAction[] => {
  const { name, create, configuration, code } = desired
  const there = live.function
  if (there === undefined) return [{ what: 'function', kind: 'create', name, request: create, changes: [] }]
  if (isMade) return [keep('function', name)]
  const changes = configurationChanges(there.Configuration, configuration)
  const codeChanges = diff(
    { ImageUri: there.Code?.ImageUri, Architectures: there.Configuration?.Architectures },
    pick(code, ['ImageUri', 'Architectures']),
  )
  return [
    ...(codeChanges.length > 0
      ? [{ what: 'code' as const, kind: 'update' as const, name, request: code, changes: codeChanges }]
      : []),
    ...(changes.length > 0
      ? [{ what: 'configuration' as const, kind: 'update' as const, name, request: configuration, changes }]
      : []),
  ]
}

export const tagAction = (live: LiveFunction, wanted: Record<string, string>, note: string): LambdaAction[] =>
  tagStep(live, wanted, note, (tags) => tags)

export const reservedActions = ({ name, reserved }: DesiredFunction, live: LiveFunction): LambdaAction[] => {
  const is = live.function?.Concurrency?.ReservedConcurrentExecutions
  if (is === reserved) return []
  const changes = diff({ reserved: is }, { reserved })
  return reserved === undefined
    ? [{ what: 'reserved concurrency', kind: 'delete', name, request: undefined, changes }]
    : [{ what: 'reserved concurrency', kind: 'update', name, request: reserved, changes }]
}

/** On the version and not on the alias: it is warm before callers come, and an alias that has some takes no weights. */
export const provisionedActions = (
  { provisioned }: DesiredFunction,
  live: LiveFunction,
  version: string,
): { warm: LambdaAction[]; cool: LambdaAction[] } => {
  const is = live.provisioned.find(({ qualifier }) => qualifier === version)
  const now = is?.RequestedProvisionedConcurrentExecutions
  const isReady = now === provisioned && is?.Status === 'READY'
  const others = live.provisioned.filter(
    ({ qualifier }) => qualifier !== version || provisioned === undefined,
  )
  return {
    warm:
      provisioned === undefined
        ? []
        : [
            {
              what: 'provisioned concurrency',
              kind: isReady ? 'keep' : 'update',
              name: `of version ${version}`,
              request: provisioned,
              changes: now === provisioned ? [] : diff({ count: now }, { count: provisioned }),
            },
          ],
    cool: others.map(({ qualifier }) => ({
      what: 'provisioned concurrency',
      kind: 'delete',
      name: `of version ${qualifier}`,
      request: undefined,
      changes: [],
    })),
  }
}

export const urlActions = ({ name, url }: DesiredFunction, live: LiveFunction): LambdaAction[] => {
  const auth = live.url && (live.url.AuthType === 'NONE' ? ('none' as const) : ('iam' as const))
  const wanted = permissionsFor(name, url)
  const ids = wanted.map(({ StatementId }) => StatementId as string)
  const kind =
    url === undefined ? 'delete' : auth === undefined ? 'create' : auth === url.auth ? 'keep' : 'update'
  const isOurs = (id: string) => permissionsFor(name, { auth: 'none' }).some((one) => one.StatementId === id)
  return [
    // Who may call it no more is shut out before the rest changes.
    ...live.statements
      .filter((id) => isOurs(id) && !ids.includes(id))
      .map(
        (id): LambdaAction => ({
          what: 'permission',
          kind: 'delete',
          name: id,
          request: undefined,
          changes: [],
        }),
      ),
    ...(url === undefined && auth === undefined
      ? []
      : [
          {
            what: 'url' as const,
            kind,
            name: `of ${ALIAS}`,
            request: url,
            changes: kind === 'update' ? diff({ auth }, { auth: url?.auth }) : [],
          } satisfies LambdaAction,
        ]),
    ...wanted
      .filter(({ StatementId = '' }) => !live.statements.includes(StatementId))
      .map(
        (request): LambdaAction => ({
          what: 'permission',
          kind: 'create',
          name: request.StatementId as string,
          request,
          changes: [],
        }),
      ),
  ]
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`

export const aliasAction = (
  { rollout }: DesiredFunction,
  { alias }: LiveFunction,
  version: string,
  atOnce: boolean,
): LambdaAction => {
  const action = { what: 'alias' as const, name: ALIAS, request: undefined }
  if (alias === undefined) return { ...action, kind: 'create', changes: [] }
  const shares = [...sharesOf(alias)].filter(([, share]) => share > 0)
  const now = shares.map(([each, share]) => (share === 1 ? each : `${each} (${percent(share)})`)).join(', ')
  if (now === version) return { ...action, kind: 'keep', changes: [] }
  const note =
    rollout.strategy === 'all-at-once' || atOnce
      ? 'all at once'
      : `${rollout.strategy}: ${rollout.stepPercent} % for ${rollout.bakeSeconds} s${rollout.strategy === 'linear' ? ' a step' : ', then the rest'}`
  return { ...action, kind: 'update', changes: [{ path: 'FunctionVersion', from: now, to: version }], note }
}
