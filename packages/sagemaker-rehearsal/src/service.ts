/** What a service is: a table of actions. The protocols find the action, check its input and write what it gives back. */

import { AwsError } from './aws-error.ts'
import type { Model } from './model.ts'
import { toJson } from './protocols/json.ts'
import { unlikeModel, validate } from './validation.ts'

/** Who calls, and where: the region is the one that the request is signed for. */
export type Caller = { account: string; region: string; partition: string; url: string }

/** The actions of a service by its generated types; those that are not emulated are missing. */
export type Actions<Of extends Record<string, { input: unknown; output: unknown }>> = {
  [Name in keyof Of]?: (
    input: Of[Name]['input'],
    caller: Caller,
  ) => Of[Name]['output'] | Promise<Of[Name]['output']>
}

export type Service = {
  /** As in IAM's actions: `sagemaker`, `application-autoscaling`, `cloudwatch`, … */
  name: string
  /** What `X-Amz-Target` begins with, where the service speaks JSON. */
  target?: string
  /** Name in the credential scope and namespace, where the service speaks the query protocol. */
  query?: { signingName: string; xmlNamespace: string }
  /** Name in the credential scope, where the service speaks REST with JSON. */
  rest?: { signingName: string }
  model: Model
  /** What it calls a request that breaks a constraint of its model; ValidationException if nothing is said. */
  invalidCode?: string
  // Each action has the types that its name has in the model, which is what checks its input.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  actions: Record<string, ((input: any, caller: Caller) => unknown) | undefined>
}

/**
 * Carries an action out. Dates in what it gives back become what the protocol makes of dates.
 *
 * @throws AwsError when the input is not as AWS's model has it, or the action is not emulated; with `checksAnswer` Error when
 *   the answer is not as the model has it
 */
export const callAction = async (
  { name: serviceName, model, invalidCode: code, actions }: Service,
  name: string,
  input: unknown,
  caller: Caller,
  { isText, checksAnswer }: { isText: boolean; checksAnswer: boolean },
): Promise<unknown> => {
  const run = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (run === undefined)
    throw new AwsError('UnknownOperationException', `The rehearsal does not emulate ${serviceName}:${name}.`)
  const shapes = model.actions[name]
  const answer = await run(
    validate(model, shapes?.input, input, { isText, ...(code !== undefined && { code }) }),
    caller,
  )
  const wrong = checksAnswer ? unlikeModel(model, shapes?.output, JSON.parse(toJson(answer))) : undefined
  if (wrong !== undefined) throw new Error(`the answer is not as AWS's model has it: ${wrong}`)
  return answer
}

/** The part of an ARN before the account's own things. */
export const arn = (service: string, { partition, region, account }: Caller, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`

export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'

/** A page of a list: `token` is where it goes on, as an offset that means nothing to the caller. */
export const page = <Item>(
  items: readonly Item[],
  size: number,
  token: string | undefined,
): { items: Item[]; next?: string } => {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString())
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError('ValidationException', 'The NextToken is not valid.')
  const end = from + size
  return {
    items: items.slice(from, end),
    ...(end < items.length && { next: Buffer.from(String(end)).toString('base64url') }),
  }
}
