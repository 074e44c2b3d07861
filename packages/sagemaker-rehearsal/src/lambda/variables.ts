/** The variables that Lambda sets in an environment (developer guide, "Defined runtime environment variables"). */

import type { FunctionVersion } from './types.ts'

export type InitializationType = 'on-demand' | 'provisioned-concurrency'

/** A function may set none of them. */
export const variablesOf = (
  { name, version, region, memoryMegabytes, environment }: FunctionVersion,
  address: string,
  type: InitializationType,
  environmentId: string,
): Record<string, string> => {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/')
  return {
    AWS_ACCESS_KEY_ID: 'rehearsal',
    AWS_SECRET_ACCESS_KEY: 'rehearsal',
    AWS_SESSION_TOKEN: 'rehearsal',
    ...environment,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: type,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `${day}/[${version}]${environmentId.replaceAll('-', '')}`,
    AWS_LAMBDA_RUNTIME_API: address,
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    TZ: ':UTC',
  }
}
