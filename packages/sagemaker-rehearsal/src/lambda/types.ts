/** Lambda's execution environments: what runs in them, and what they are asked and answer. */

/** A version of a function: what an environment is started from. */
export type FunctionVersion = {
  name: string
  /** `$LATEST`, or a number. */
  version: string
  /** With the alias or version that was asked for; without one that of `$LATEST`. */
  arn: string
  region: string
  /** The image's address; a launcher of commands has no use for it. */
  image: string
  /** ImageConfig.Command, in place of the image's CMD. */
  command?: readonly string[]
  environment: Record<string, string>
  /** 128 to 10,240. */
  memoryMegabytes: number
  /** 1 to 900. */
  timeoutSeconds: number
  /** Of /tmp, 512 to 10,240; 512 if nothing is said. */
  storageMegabytes?: number
}

/** One start of the code: a process or a container that is told where its Runtime API is. */
export type LambdaLauncher = (
  start: {
    function: FunctionVersion
    /** The function's own and Lambda's, AWS_LAMBDA_RUNTIME_API among them. */
    environment: Record<string, string>
    /** The environment's own, for temporary files, kept while its code is started again. A container has a /tmp instead. */
    folder: string
  },
  log: (line: string) => void,
) => Promise<LambdaProcess>

export type LambdaProcess = {
  /** Resolves with what is to be said about its end, such as `exit status 1`. */
  exited: Promise<string>
  /** Halts all of it, as Lambda does between two invocations. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** At once, as Lambda ends an environment without extensions. Resolves when it has ended. */
  kill(): Promise<void>
}

export type Invocation = {
  /** The event, JSON. */
  payload: Buffer
  /** Base64, as in the header of Invoke. */
  clientContext?: string
}

export type InvocationResult = {
  requestId: string
  /** The answer; of a failed one `{"errorMessage", "errorType", …}`. */
  payload: Buffer
  /** As in X-Amz-Function-Error. */
  functionError?: 'Unhandled'
  /** `START …` to `REPORT …`, as in X-Amz-Log-Result, which has the last 4 KB of it. */
  log: string
  /** From the event to the answer, without the start. */
  durationMs: number
  /** Of the environment's start, where this invocation was its first and had to wait for it. */
  initDurationMs?: number
  /** What is paid for: whole milliseconds, with the start. */
  billedDurationMs: number
}

export type Environments = {
  /**
   * In an environment that is idle, else in a new one.
   *
   * @throws AwsError TooManyRequestsException (429) if all that there may be are busy, RequestTooLargeException (413) above 6 MB
   */
  invoke(invocation: Invocation): Promise<InvocationResult>
  /** Starts environments until so many are there, and keeps them. Rejects with an Error that says why one could not start. */
  provision(count: number): Promise<void>
  /** Those that are there. */
  readonly count: number
  /** Ends all of them. */
  stop(): Promise<void>
}

export type EnvironmentOptions = {
  launcher: LambdaLauncher
  /** Reserved concurrency; no limit if nothing is said. 0 refuses all. */
  mostAtOnce?: number
  /** False leaves processes running between invocations. */
  freezes?: boolean
  /** Of the init phase: 10 s. */
  initTimeoutMs?: number
  /** An idle environment is ended after so long; 5 minutes. */
  idleMs?: number
  /** Every line of a function's output, and Lambda's own: START, END, REPORT. */
  log?: (line: string, environmentId: string) => void
}

/** A request as it comes to a function URL or an HTTP API. */
export type HttpRequest = {
  method: string
  /** With its query. */
  path: string
  headers: Record<string, string>
  body: Buffer
  sourceIp?: string
}

export type HttpResponse = { status: number; headers: Record<string, string | string[]>; body: Buffer }

/** Which URL a request came to. */
export type UrlContext = {
  account: string
  /** Of the URL: what its domain begins with. */
  urlId: string
  domain: string
}

/**
 * `handle` of http.ts: a request to a function URL, through the function: never rejects. A function that failed is 502, one
 * that is throttled 429, a request that is too large 413.
 */
export type Handle = (
  request: HttpRequest,
  invoke: (invocation: Invocation) => Promise<InvocationResult>,
  context: UrlContext,
) => Promise<HttpResponse>
