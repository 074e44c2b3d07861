/**
 * The Runtime API of one environment, as the code in it sees it (Lambda developer guide, "Using the Lambda runtime API for custom
 * runtimes"). Statuses and bodies are those of AWS's own runtime interface emulator.
 */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** Of an answer: 6 MiB and what surrounds them. */
export const MOST_ANSWER_BYTES = 6 * 2 ** 20 + 100

export type Event = {
  requestId: string
  payload: Buffer
  /** Of the invocation's end, in milliseconds since 1970. */
  deadlineMs: number
  functionArn: string
  traceId: string
  clientContext?: string
}

export type Answer = { payload: Buffer; failed: boolean }

export type RuntimeApi = {
  /** What AWS_LAMBDA_RUNTIME_API must be. */
  address: string
  /** Resolves when the code asks for its next event: it is done with the last one. */
  idle(): Promise<void>
  /** Resolves with the body if the code says that it could not start. */
  initError: Promise<Buffer>
  /** Hands an event over; resolves with what the code answers, if it does. */
  deliver(event: Event): Promise<Answer>
  close(): void
}

type Current = { event: Event; answer: (answer: Answer) => void; answered: boolean }

const failure = (errorType: string, errorMessage: string): Buffer =>
  Buffer.from(JSON.stringify({ errorMessage, errorType }))

const reply = (response: ServerResponse, status: number, body: object): void => {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
}

const accept = (response: ServerResponse): void => reply(response, 202, { status: 'OK' })

const refuse = (response: ServerResponse, status: number, errorType: string, errorMessage: string): void =>
  reply(response, status, { errorMessage, errorType })

/** The body and its length; of one that is too long only the length. */
const readBody = async (request: IncomingMessage): Promise<{ body: Buffer; bytes: number }> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= MOST_ANSWER_BYTES) chunks.push(chunk)
    else chunks.length = 0
  }
  return { body: Buffer.concat(chunks), bytes }
}

const sendEvent = (response: ServerResponse, event: Event): void => {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': event.payload.length,
    'lambda-runtime-aws-request-id': event.requestId,
    'lambda-runtime-deadline-ms': event.deadlineMs,
    'lambda-runtime-invoked-function-arn': event.functionArn,
    'lambda-runtime-trace-id': event.traceId,
    ...(event.clientContext !== undefined && { 'lambda-runtime-client-context': event.clientContext }),
  })
  response.end(event.payload)
}

/** Listens on loopback. */
export const createRuntimeApi = async (): Promise<RuntimeApi> => {
  let current: Current | undefined
  let asking: ServerResponse | undefined
  let onAsked: (() => void)[] = []
  let fail: (body: Buffer) => void = () => {}
  const initError = new Promise<Buffer>((resolve) => {
    fail = resolve
  })

  const onNext = (response: ServerResponse): void => {
    if (current !== undefined && !current.answered) {
      // It asks again in the middle of one: it has forgotten what it was asked.
      sendEvent(response, current.event)
      return
    }
    current = undefined
    asking = response
    response.once('close', () => {
      if (asking === response) asking = undefined
    })
    for (const resolve of onAsked) resolve()
    onAsked = []
  }

  const onAnswer = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    failed: boolean,
  ): Promise<void> => {
    const mine = current
    if (mine === undefined || mine.answered) {
      request.resume()
      const state = mine === undefined ? 'Ready' : 'RuntimeResponseSent'
      refuse(response, 403, 'InvalidStateTransition', `Transition from ${state} to InvocationResponse failed`)
      return
    }
    if (mine.event.requestId !== requestId) {
      request.resume()
      refuse(response, 400, 'InvalidRequestID', 'Invalid request ID')
      return
    }
    if (request.headers['lambda-runtime-function-response-mode'] !== undefined) {
      request.resume()
      refuse(
        response,
        400,
        'InvalidFunctionResponseMode',
        'response streaming is not emulated by the rehearsal',
      )
      return
    }
    const { body, bytes } = await readBody(request)
    mine.answered = true
    if (bytes <= MOST_ANSWER_BYTES) {
      mine.answer({ payload: body, failed })
      accept(response)
      return
    }
    mine.answer({
      payload: failure(
        'Function.ResponseSizeTooLarge',
        `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MOST_ANSWER_BYTES} bytes).`,
      ),
      failed: true,
    })
    refuse(
      response,
      413,
      'RequestEntityTooLarge',
      `Exceeded maximum allowed payload size (${MOST_ANSWER_BYTES} bytes).`,
    )
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, requestId = '', kind] =
      /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(request.url ?? '') ?? []
    const route = `${request.method} ${request.url}`
    if (route === 'GET /2018-06-01/runtime/invocation/next') onNext(response)
    else if (request.method === 'POST' && kind !== undefined)
      await onAnswer(request, response, requestId, kind === 'error')
    else if (route === 'POST /2018-06-01/runtime/init/error') {
      const { body } = await readBody(request)
      accept(response)
      fail(body)
    } else {
      request.resume()
      refuse(response, 404, 'NotFound', `the Runtime API has no ${route}`)
    }
  }

  const server = createServer((request, response) => {
    // Who is cut off in the middle hears nothing.
    handle(request, response).catch(() => response.destroy())
  })
  // A frozen environment keeps its connections for as long as it is frozen.
  server.keepAliveTimeout = 0
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()

  return {
    address: `127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`,
    initError,
    idle: () => (asking === undefined ? new Promise((resolve) => onAsked.push(resolve)) : Promise.resolve()),
    deliver: (event) =>
      new Promise((resolve) => {
        current = { event, answer: resolve, answered: false }
        const to = asking
        asking = undefined
        if (to !== undefined) sendEvent(to, event)
      }),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
