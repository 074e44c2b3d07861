/** Functions, versions and aliases by what a request calls them, and Lambda's errors for what is not so. */

import { randomUUID } from 'node:crypto'
import { AwsError } from '../../aws-error.ts'
import { arn, type Caller } from '../../service.ts'
import type { FunctionCode, LambdaFunction, Store } from '../../store.ts'

export const LATEST = '$LATEST'

export const wrongValue = (message: string) => new AwsError('InvalidParameterValueException', message)

export const conflict = (message: string) =>
  new AwsError('ResourceConflictException', message, { status: 409 })

export const notFound = (message: string) =>
  new AwsError('ResourceNotFoundException', message, { status: 404 })

export const functionArn = (caller: Caller, name: string, qualifier?: string): string =>
  arn('lambda', caller, `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`)

/** `name`, `name:qualifier`, `123456789012:function:name:qualifier`, or an ARN. */
export const parseName = (text: string): { name: string; qualifier?: string } => {
  const rest = text.includes(':function:') ? text.slice(text.indexOf(':function:') + 10) : text
  const [name = '', qualifier] = rest.replace(/^function:/, '').split(':')
  return { name, ...(qualifier !== undefined && { qualifier }) }
}

export const createFinder = (store: Store) => {
  const find = (text: string, caller: Caller): LambdaFunction => {
    const { name } = parseName(text)
    const found = store.functions.get(name)
    if (found === undefined) throw notFound(`Function not found: ${functionArn(caller, name)}`)
    return found
  }

  /** The version that a qualifier means; of an alias, the one that gets the most of it. */
  const versionOf = (one: LambdaFunction, qualifier: string = LATEST): FunctionCode => {
    const number = one.aliases.get(qualifier)?.version ?? qualifier
    const found = number === LATEST ? one.latest : one.versions.find(({ version }) => version === number)
    if (found === undefined) throw notFound(`Function not found: ${one.arn}:${qualifier}`)
    return found
  }

  return {
    find,
    versionOf,
    /** With the qualifier that is part of the name, or beside it. */
    findQualified(text: string, beside: string | undefined, caller: Caller) {
      const one = find(text, caller)
      const { qualifier = beside } = parseName(text)
      if (beside !== undefined && qualifier !== beside)
        throw wrongValue(
          'The derived qualifier from the function name does not match the specified qualifier.',
        )
      return { one, qualifier, version: versionOf(one, qualifier) }
    },
  }
}

export const newRevision = (): string => randomUUID()

/** Lambda's optimistic lock. */
export const checkRevision = (given: string | undefined, is: string): void => {
  if (given === undefined || given === is) return
  throw new AwsError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    { status: 412 },
  )
}
