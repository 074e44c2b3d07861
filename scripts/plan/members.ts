/** Puts the members that the file has under `aws` into a request. */

import { CommandError, EXIT } from '../cli/command.ts'
import type { Deployment } from '../config/deployment.ts'

type Plain = Record<string, unknown>

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Members that a request has by another key of the file: two places would say one thing. */
export const saidTwice = (request: object, members: object): { path: string[]; value: unknown }[] =>
  Object.entries(members).flatMap(([name, value]) => {
    const there = (request as Plain)[name]
    if (there === undefined) return []
    return isPlain(there) && isPlain(value)
      ? saidTwice(there, value).map(({ path, ...rest }) => ({ path: [name, ...path], ...rest }))
      : [{ path: [name], value: there }]
  })

/** Throws CommandError where a member is said twice. */
export const merged = <Request extends object>(
  part: 'model' | 'config' | 'variant',
  { aws }: Pick<Deployment, 'aws'>,
  request: Request,
): Request => {
  const members = aws?.[part] ?? {}
  const [twice] = saidTwice(request, members)
  if (twice === undefined) return merge(request as Plain, members) as Request
  throw new CommandError(
    `aws.${part}.${twice.path.join('.')} is ${JSON.stringify(twice.value)} by another key of the file; remove it`,
    { exitCode: EXIT.usage },
  )
}

const merge = (request: Plain, members: Plain): Plain => {
  const both = { ...request, ...members }
  for (const [name, value] of Object.entries(members)) {
    const there = request[name]
    if (isPlain(there) && isPlain(value)) both[name] = merge(there, value)
  }
  return both
}
