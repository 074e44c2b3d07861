/** What a service is: a table of actions. The protocols find the action, check its input and write what it gives back. */

import type { z } from 'zod'
import { AwsError } from './aws-error.ts'
import { validate } from './validation.ts'

/** Who calls, and where: the region is the one that the request is signed for. */
export type Caller = { account: string; region: string; partition: string; url: string }

export type Action = (input: unknown, caller: Caller) => unknown

export type Actions = Record<string, Action>

/** An action whose input is checked before it runs. Dates in what it gives back become what the protocol makes of dates. */
export const action =
  <Schema extends z.ZodType>(
    schema: Schema,
    run: (input: z.output<Schema>, caller: Caller) => unknown,
  ): Action =>
  (input, caller) =>
    run(validate(schema, input), caller)

export type Service = {
  /** As in IAM's actions: `sagemaker`, `application-autoscaling`, `cloudwatch`, … */
  name: string
  /** What `X-Amz-Target` begins with, where the service speaks JSON. */
  target?: string
  /** Name in the credential scope and namespace, where the service speaks the query protocol. */
  query?: { signingName: string; xmlNamespace: string }
  actions: Actions
}

export const findAction = (service: Service, name: string): Action => {
  if (Object.hasOwn(service.actions, name)) return service.actions[name] as Action
  throw new AwsError('UnknownOperationException', `The rehearsal does not emulate ${service.name}:${name}.`, {
    status: 400,
  })
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
