/** AWS Lambda as the server's surroundings (developer guide, "Defined runtime environment variables"). */

export type Lambda = {
  /** Address of its Runtime API, which invocations come from. */
  runtimeApi: string
  /** The share of the machine's CPU time that goes with the function's memory. */
  cpus: number
  /** The environment's own, and the same when the code is started again in it; part of a file's name. */
  id?: string
}

/** Developer guide, "Configure Lambda function memory": so much memory comes with one CPU. */
const MEGABYTES_A_CPU = 1769

/** Undefined outside of Lambda. */
export const readLambda = ({
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: megabytes,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
}: NodeJS.ProcessEnv): Lambda | undefined => {
  if (!runtimeApi) return undefined
  const cpus = Number(megabytes) / MEGABYTES_A_CPU
  return {
    runtimeApi,
    cpus: cpus > 0 ? cpus : Number.POSITIVE_INFINITY,
    // 2026/11/27/[$LATEST]0123456789abcdef0123456789abcdef
    ...(logStream && { id: logStream.replace(/\W+/g, '-').slice(-80) }),
  }
}

/**
 * Defaults there. An environment has one request at a time: a second worker would only take memory, and longer to start. How long
 * a request may take comes with it; this is the most that a function may have.
 */
export const LAMBDA_DEFAULTS: Readonly<Record<string, string | number>> = {
  workers: 1,
  requestTimeoutMs: 900_000,
}
