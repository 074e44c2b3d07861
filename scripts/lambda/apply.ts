/** Carries out one action of a plan. Each may be sent twice: what is there already is what was wanted. */

import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionUrlConfigCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  RemovePermissionCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { isConflict, messageOf } from '../aws/errors.ts'
import { deleteAlarms, unlessMissing, unlessThere, uploadProgress } from '../deploy/apply.ts'
import { eventually } from '../deploy/eventually.ts'
import { Overtaken } from '../deploy/overtaken.ts'
import { upload } from '../package/upload.ts'
import { HISTORY_TAG, VERIFIED_TAG } from '../plan/desired.ts'
import { type LambdaAction, NEXT } from './actions.ts'
import { isVersionOf } from './desire.ts'
import { readFunction, readVersions } from './live.ts'
import { ALIAS, type LambdaSession } from './session.ts'
import { untilReady } from './wait.ts'

/** What the actions before have come to. */
export type State = {
  name: string
  arn: string
  /** Of what the version is to be, and of its image. */
  hash: string
  digest: string
  /** The version wanted, once it is there. */
  version: string | undefined
  /** By the session's clock. */
  deadline: number
}

const AUTH = { iam: 'AWS_IAM', none: 'NONE' } as const

/** The number in place of what a plan could not know, which is a word by itself. */
const numbered = (text: string, { version }: State): string =>
  version === undefined
    ? text
    : text
        .split(' ')
        .map((word) => (word === NEXT ? version : word))
        .join(' ')

/** Tags that name versions; the others are the user's, who may say `next`. */
const OF_VERSIONS = [HISTORY_TAG, VERIFIED_TAG]

/** The SDK repeats a request whose answer was lost, and the second finds what the first has made. */
const unlessIn = async (call: Promise<unknown>, isThere: () => Promise<boolean>): Promise<void> => {
  try {
    await call
  } catch (error) {
    if (!isConflict(error) || !(await isThere())) throw error
  }
}

const publish = async (session: LambdaSession, state: State): Promise<string> => {
  const { name, hash, deadline } = state
  const latest = await untilReady(session, name, deadline)
  if (!isVersionOf(latest, state))
    throw new Overtaken(`${name} was changed by someone else: it is not ${hash}, or has another image`)
  const made = await session.lambda.send(
    new PublishVersionCommand({
      FunctionName: name,
      ...(latest.RevisionId !== undefined && { RevisionId: latest.RevisionId }),
      ...(latest.CodeSha256 !== undefined && { CodeSha256: latest.CodeSha256 }),
    }),
  )
  if (isVersionOf(made, state)) return made.Version as string
  const known = (await readVersions(session, name)).find((each) => isVersionOf(each, state))
  if (known?.Version === undefined) throw new Overtaken(`${name} was changed by someone else meanwhile`)
  return known.Version
}

/** All but the alias, which `shift` moves. What a plan could not know is in `state`, and what is found out goes there. */
export const apply = async (session: LambdaSession, action: LambdaAction, state: State): Promise<void> => {
  if (action.kind === 'keep' && action.what !== 'version') return
  const { lambda, clients } = session
  const { name } = state
  const FunctionName = name
  switch (action.what) {
    case 'bucket':
      return unlessThere(clients.s3.send(new CreateBucketCommand(action.request)))
    case 'archive':
      await upload(clients.s3, action.request, {
        signal: session.signal,
        onProgress: uploadProgress(session, action.request),
      })
      return
    case 'function': {
      const { request } = action
      await unlessIn(
        eventually(session, () => lambda.send(new CreateFunctionCommand(request))),
        async () => (await readFunction(session, name)) !== undefined,
      )
      const made = await untilReady(session, name, state.deadline)
      state.arn = made.FunctionArn as string
      return
    }
    case 'code':
      await lambda.send(new UpdateFunctionCodeCommand(action.request))
      await untilReady(session, name, state.deadline)
      return
    case 'configuration': {
      const { request } = action
      await eventually(session, () => lambda.send(new UpdateFunctionConfigurationCommand(request)))
      await untilReady(session, name, state.deadline)
      return
    }
    case 'tags': {
      const Tags = Object.fromEntries(
        Object.entries(action.request).map(([key, value]) => [
          key,
          OF_VERSIONS.includes(key) ? numbered(value, state) : value,
        ]),
      )
      await lambda.send(new TagResourceCommand({ Resource: state.arn, Tags }))
      return
    }
    case 'reserved concurrency':
      await (action.kind === 'delete'
        ? lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
        : lambda.send(
            new PutFunctionConcurrencyCommand({
              FunctionName,
              ReservedConcurrentExecutions: action.request,
            }),
          ))
      return
    case 'version':
      state.version ??= await publish(session, state)
      await untilReady(session, name, state.deadline, state.version)
      return
    case 'provisioned concurrency': {
      const Qualifier = numbered(action.name, state).split(' ').at(-1) as string
      if (action.kind === 'delete') {
        return unlessMissing(
          lambda.send(new DeleteProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier })),
        )
      }
      await lambda.send(
        new PutProvisionedConcurrencyConfigCommand({
          FunctionName,
          Qualifier,
          ProvisionedConcurrentExecutions: action.request,
        }),
      )
      return
    }
    case 'alias':
      return unlessIn(
        lambda.send(new CreateAliasCommand({ FunctionName, Name: ALIAS, FunctionVersion: state.version })),
        async () => true,
      )
    case 'url': {
      const where = { FunctionName, Qualifier: ALIAS }
      if (action.kind === 'delete')
        return unlessMissing(lambda.send(new DeleteFunctionUrlConfigCommand(where)))
      const request = { ...where, AuthType: AUTH[action.request?.auth ?? 'iam'] }
      if (action.kind === 'update') await lambda.send(new UpdateFunctionUrlConfigCommand(request))
      else await unlessIn(lambda.send(new CreateFunctionUrlConfigCommand(request)), async () => true)
      return
    }
    case 'permission':
      return action.kind === 'delete'
        ? unlessMissing(
            lambda.send(
              new RemovePermissionCommand({ FunctionName, Qualifier: ALIAS, StatementId: action.name }),
            ),
          )
        : unlessIn(lambda.send(new AddPermissionCommand(action.request)), async () => true)
    case 'alarm':
      return deleteAlarms(session, [action.name])
  }
}

/** @throws Overtaken where Lambda refuses for the state that the function is in: someone else is at work on it */
export const attempt = async (session: LambdaSession, action: LambdaAction, state: State): Promise<void> => {
  try {
    await apply(session, action, state)
  } catch (error) {
    if (!isConflict(error)) throw error
    throw new Overtaken(`${action.kind} ${action.what} ${action.name}: ${messageOf(error)}`, {
      isBusy: true,
      fix: 'run the command again: it waits until that is over',
    })
  }
}
