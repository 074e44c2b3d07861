/** Code of a function in this process: it asks the Runtime API for events, as a program in an environment does. */

import type { FunctionVersion, LambdaLauncher } from '../src/lambda/types.ts'

export type FakeEvent = {
  rawPath?: string
  headers?: Record<string, string>
  body?: string
  isBase64Encoded?: boolean
}

export type FakeFunction = {
  /** What it answers; what it throws is an error of the function. By default the version's number, and the body. */
  answer?: (version: FunctionVersion, event: FakeEvent) => unknown | Promise<unknown>
  /** Of a version that does not come up: what is said of it. */
  start?: (version: FunctionVersion) => string | undefined
}

export const bodyOf = ({ body = '', isBase64Encoded }: FakeEvent): string =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8').toString()

const echo: NonNullable<FakeFunction['answer']> = ({ version }, event) => ({
  statusCode: 200,
  headers: { 'content-type': 'text/plain' },
  body: `${version}:${bodyOf(event)}`,
})

export const fakeLambda = ({
  answer = echo,
  start = () => undefined,
}: FakeFunction = {}): {
  launcher: LambdaLauncher
  /** All that were ever started, and how many of them run. */
  started: FunctionVersion[]
  running: () => number
} => {
  const started: FunctionVersion[] = []
  let running = 0
  const launcher: LambdaLauncher = async ({ function: version, environment }, log) => {
    const api = `http://${environment.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`
    const ending = new AbortController()
    const post = (path: string, body: unknown) =>
      fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(body), signal: ending.signal })
    const serve = async (): Promise<string> => {
      const problem = start(version)
      if (problem !== undefined) {
        await post('init/error', { errorType: 'Runtime.StartupError', errorMessage: problem })
        return 'exit status 1'
      }
      log(`version ${version.version} is up`)
      for (;;) {
        const response = await fetch(`${api}/invocation/next`, { signal: ending.signal })
        const id = response.headers.get('lambda-runtime-aws-request-id') ?? ''
        try {
          const event = (await response.json()) as FakeEvent
          await post(`invocation/${id}/response`, await answer(version, event))
        } catch (error) {
          if (ending.signal.aborted) throw error
          const { name, message } = error as Error
          await post(`invocation/${id}/error`, { errorType: name, errorMessage: message })
        }
      }
    }
    started.push(version)
    running += 1
    const exited = serve()
      .catch(() => 'exit status 137')
      .finally(() => {
        running -= 1
      })
    return {
      exited,
      freeze: async () => {},
      thaw: async () => {},
      async kill() {
        ending.abort()
        await exited
      },
    }
  }
  return { launcher, started, running: () => running }
}
