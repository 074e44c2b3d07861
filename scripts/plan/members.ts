/** Puts the members that the file has under `aws` into a request. */

import { CommandError, EXIT } from '../cli/command.ts'
import type { Deployment } from '../config/deployment.ts'

type Plain = Record<string, unknown>

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Throws CommandError where the file says a member twice: by a key of its own and under `aws`. */
export const merged = <Request extends object>(
  part: 'model' | 'config' | 'variant',
  { aws }: Pick<Deployment, 'aws'>,
  request: Request,
): Request => merge(request as Plain, aws?.[part] ?? {}, `aws.${part}`) as Request

const merge = (request: Plain, members: Plain, path: string): Plain => {
  const both = { ...request }
  for (const [name, value] of Object.entries(members)) {
    const there = request[name]
    const at = `${path}.${name}`
    if (there !== undefined && !(isPlain(there) && isPlain(value))) {
      throw new CommandError(`${at} is said by another key of the file already`, {
        exitCode: EXIT.usage,
        fix: `remove it: it is ${JSON.stringify(there)}`,
      })
    }
    both[name] = isPlain(there) && isPlain(value) ? merge(there, value, at) : value
  }
  return both
}
