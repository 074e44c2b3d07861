/** Function URLs, and the resource policies that say who may call them. */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { URL_PATH } from '../../functions/function-urls.ts'
import type { Actions as Lambda } from '../../models/lambda.ts'
import type { Actions, Caller } from '../../service.ts'
import type { FunctionUrl, LambdaFunction, PolicyStatement, Store } from '../../store.ts'
import { timestamp } from './configuration.ts'
import {
  checkRevision,
  conflict,
  createFinder,
  newRevision,
  notFound,
  parseName,
  wrongValue,
} from './find.ts'

const NOTHING = 'The resource you requested does not exist.'

export const createUrlActions = (store: Store, clock: Clock): Actions<Lambda> => {
  const { find, findQualified, versionOf } = createFinder(store)

  const describe = (one: LambdaFunction, qualifier: string, url: FunctionUrl, caller: Caller) => ({
    FunctionUrl: `${caller.url}${URL_PATH}${url.id}/`,
    FunctionArn: qualifier === '' ? one.arn : `${one.arn}:${qualifier}`,
    AuthType: url.auth,
    ...(url.cors && { Cors: url.cors }),
    CreationTime: timestamp(url.createdAt),
    InvokeMode: url.invokeMode,
  })

  const described = (one: LambdaFunction, qualifier: string, url: FunctionUrl, caller: Caller) => ({
    ...describe(one, qualifier, url, caller),
    LastModifiedTime: timestamp(url.modifiedAt),
  })

  const findUrl = (text: string, beside: string | undefined, caller: Caller) => {
    const one = find(text, caller)
    const qualifier = parseName(text).qualifier ?? beside ?? ''
    const url = one.urls.get(qualifier)
    if (url === undefined) throw notFound(NOTHING)
    return { one, qualifier, url }
  }

  return {
    CreateFunctionUrlConfig(
      { FunctionName, Qualifier = '', AuthType, Cors, InvokeMode = 'BUFFERED' },
      caller,
    ) {
      const one = find(FunctionName, caller)
      if (Qualifier !== '' && !one.aliases.has(Qualifier)) versionOf(one, Qualifier)
      if (one.urls.has(Qualifier))
        throw conflict(
          `Failed to create function url config for [functionArn = ${one.arn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
        )
      const now = clock.now()
      const url: FunctionUrl = {
        id: randomBytes(16).toString('hex'),
        auth: AuthType,
        invokeMode: InvokeMode,
        cors: Cors,
        createdAt: now,
        modifiedAt: now,
      }
      one.urls.set(Qualifier, url)
      return describe(one, Qualifier, url, caller)
    },

    GetFunctionUrlConfig({ FunctionName, Qualifier }, caller) {
      const { one, qualifier, url } = findUrl(FunctionName, Qualifier, caller)
      return described(one, qualifier, url, caller)
    },

    UpdateFunctionUrlConfig({ FunctionName, Qualifier, AuthType, Cors, InvokeMode }, caller) {
      const { one, qualifier, url } = findUrl(FunctionName, Qualifier, caller)
      url.auth = AuthType ?? url.auth
      url.cors = Cors ?? url.cors
      url.invokeMode = InvokeMode ?? url.invokeMode
      url.modifiedAt = clock.now()
      return described(one, qualifier, url, caller)
    },

    DeleteFunctionUrlConfig({ FunctionName, Qualifier }, caller) {
      const { one, qualifier } = findUrl(FunctionName, Qualifier, caller)
      one.urls.delete(qualifier)
      return {}
    },

    AddPermission(input, caller) {
      const one = find(input.FunctionName, caller)
      const qualifier = parseName(input.FunctionName).qualifier ?? input.Qualifier ?? ''
      if (qualifier === '$LATEST')
        throw wrongValue('We currently do not support adding policies for $LATEST.')
      if (qualifier !== '') findQualified(input.FunctionName, input.Qualifier, caller)
      const policy = one.policies.get(qualifier) ?? { statements: new Map(), revisionId: newRevision() }
      checkRevision(input.RevisionId, policy.revisionId)
      if (policy.statements.has(input.StatementId))
        throw conflict(
          `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        )
      const statement = statementOf(input, qualifier === '' ? one.arn : `${one.arn}:${qualifier}`, caller)
      policy.statements.set(input.StatementId, statement)
      policy.revisionId = newRevision()
      one.policies.set(qualifier, policy)
      return { Statement: JSON.stringify(statement) }
    },

    GetPolicy({ FunctionName, Qualifier }, caller) {
      const one = find(FunctionName, caller)
      const policy = one.policies.get(parseName(FunctionName).qualifier ?? Qualifier ?? '')
      if (policy === undefined) throw notFound(NOTHING)
      return {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Id: 'default',
          Statement: [...policy.statements.values()],
        }),
        RevisionId: policy.revisionId,
      }
    },

    RemovePermission({ FunctionName, Qualifier, StatementId, RevisionId }, caller) {
      const one = find(FunctionName, caller)
      const qualifier = parseName(FunctionName).qualifier ?? Qualifier ?? ''
      const policy = one.policies.get(qualifier)
      if (policy === undefined || !policy.statements.has(StatementId))
        throw notFound(`Statement ${StatementId} is not found in resource policy.`)
      checkRevision(RevisionId, policy.revisionId)
      policy.statements.delete(StatementId)
      policy.revisionId = newRevision()
      if (policy.statements.size === 0) one.policies.delete(qualifier)
      return {}
    },
  }
}

type Permission = {
  StatementId: string
  Action: string
  Principal: string
  FunctionUrlAuthType?: string | undefined
  InvokedViaFunctionUrl?: boolean | undefined
  SourceArn?: string | undefined
  SourceAccount?: string | undefined
  PrincipalOrgID?: string | undefined
}

const statementOf = (input: Permission, resource: string, { partition }: Caller): PolicyStatement => {
  const { Principal: principal } = input
  const equals = {
    ...(input.FunctionUrlAuthType !== undefined && {
      'lambda:FunctionUrlAuthType': input.FunctionUrlAuthType,
    }),
    ...(input.SourceAccount !== undefined && { 'AWS:SourceAccount': input.SourceAccount }),
    ...(input.PrincipalOrgID !== undefined && { 'aws:PrincipalOrgID': input.PrincipalOrgID }),
  }
  const condition = {
    ...(Object.keys(equals).length > 0 && { StringEquals: equals }),
    ...(input.InvokedViaFunctionUrl !== undefined && {
      Bool: { 'lambda:InvokedViaFunctionUrl': String(input.InvokedViaFunctionUrl) },
    }),
    ...(input.SourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': input.SourceArn } }),
  }
  return {
    Sid: input.StatementId,
    Effect: 'Allow',
    Principal: /^[a-z0-9.-]+\.amazonaws\.com$/.test(principal)
      ? { Service: principal }
      : principal === '*'
        ? '*'
        : { AWS: /^\d{12}$/.test(principal) ? `arn:${partition}:iam::${principal}:root` : principal },
    Action: input.Action,
    Resource: resource,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  }
}
