/** The one port: finds out which service and action a request is for, lets faults happen, and writes the answer. */

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AwsError } from './aws-error.ts'
import type { Calls } from './calls.ts'
import type { Clock } from './clock.ts'
import type { Control } from './control.ts'
import type { Faults } from './faults.ts'
import { type FunctionUrls, URL_PATH } from './functions/function-urls.ts'
import { jsonError, jsonReply, parseJson } from './protocols/json.ts'
import { parseQuery, queryError, queryReply } from './protocols/query.ts'
import type { Reply } from './protocols/reply.ts'
import { createRouter, restError, restInput, restReply } from './protocols/rest-json.ts'
import { type Caller, callAction, partitionOf, type Service } from './service.ts'
import type { Invoke } from './services/lambda/lambda.ts'
import { parseRuntime, type RuntimeCall, runtimeError } from './services/runtime.ts'
import { s3Error } from './services/s3/documents.ts'
import { parseS3 } from './services/s3/operations.ts'
import type { S3 } from './services/s3/s3.ts'

/** Bodies of all but S3 and the runtime. CloudWatch takes the largest. */
const MOST_REQUEST_BYTES = 2 * 2 ** 20

/** What the runtime reads before it says that a body is too large. */
const MOST_RUNTIME_BYTES = 32 * 2 ** 20

/** Lambda's is 6 MB of JSON, which says so itself. */
const MOST_INVOKE_BYTES = 8 * 2 ** 20

export type FrontSettings = {
  account: string
  region: string
  clock: Clock
  services: readonly Service[]
  s3: S3
  runtime: (call: RuntimeCall) => Promise<Reply>
  invoke: Invoke
  functionUrls: FunctionUrls
  faults: Faults
  calls: Calls
  control: Control
  /** Whether answers are held against AWS's model, too. */
  checksAnswer: boolean
  /** Sees every call before it is answered, and may hold it up. */
  onCall: (service: string, action: string) => void | Promise<void>
}

/** A request that is understood: what it is, how it is carried out, and how an error is written. */
type Understood = {
  service: string
  action: string
  input: unknown
  run: () => Reply | Promise<Reply>
  writeError: (error: AwsError) => Reply
}

type Headers = Record<string, string | undefined>

/** What is too much is read and forgotten: who is still sending does not hear an answer. */
const readBody = async (request: IncomingMessage, most: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length
    if (bytes <= most) chunks.push(chunk as Buffer)
    else chunks.length = 0
  }
  if (bytes <= most) return Buffer.concat(chunks)
  throw new AwsError('RequestEntityTooLarge', `HTTP content length exceeded ${most} bytes.`, { status: 413 })
}

/** `Credential=KEY/DATE/REGION/SERVICE/aws4_request`, from the header or the query of a presigned URL. */
const scopeOf = (headers: Headers, url: URL): { region: string; service: string } | undefined => {
  const credential =
    /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? url.searchParams.get('X-Amz-Credential')
  const [, , region, service] = credential?.split('/') ?? []
  return region === undefined || service === undefined ? undefined : { region, service }
}

const flatten = (request: IncomingMessage): Headers =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  )

export const createFront = (settings: FrontSettings): Server => {
  const { account, services, s3, runtime, faults, calls, control, clock, checksAnswer } = settings

  const callerOf = (region: string, url: URL): Caller => ({
    account,
    region,
    partition: partitionOf(region),
    url: url.origin,
  })

  const understandJson = async (
    target: string,
    contentType: string,
    request: IncomingMessage,
    caller: Caller,
  ): Promise<Understood> => {
    const [prefix = '', name = ''] = target.split('.')
    const service = services.find((one) => one.target === prefix)
    const writeError = (error: AwsError) => jsonError(error, contentType)
    const body = await readBody(request, MOST_REQUEST_BYTES)
    return {
      service: service?.name ?? prefix,
      action: name,
      input: body.length === 0 ? {} : parseOrText(body),
      writeError,
      async run() {
        if (service === undefined)
          throw new AwsError('UnknownOperationException', `The rehearsal does not emulate ${target}.`)
        return jsonReply(
          await callAction(service, name, parseJson(body), caller, { isText: false, checksAnswer }),
          contentType,
        )
      },
    }
  }

  const understandQuery = async (
    signingName: string,
    url: URL,
    request: IncomingMessage,
    caller: Caller,
  ): Promise<Understood> => {
    const service = services.find(({ query }) => query?.signingName === signingName)
    const xmlNamespace = service?.query?.xmlNamespace ?? 'http://webservices.amazon.com/AWSFault/2005-15-09'
    const body = await readBody(request, MOST_REQUEST_BYTES)
    const { action, input } = parseQuery(body.length === 0 ? url.search : body.toString('utf8'))
    return {
      service: service?.name ?? signingName,
      action,
      input,
      writeError: (error) => queryError(error, xmlNamespace),
      async run() {
        if (service === undefined || action === '')
          throw new AwsError('InvalidAction', `The rehearsal does not emulate ${signingName} ${action}.`)
        return queryReply(
          action,
          await callAction(service, action, input, caller, { isText: true, checksAnswer }),
          xmlNamespace,
        )
      },
    }
  }

  const understandRuntime = (
    { operation, endpoint }: { operation: string; endpoint: string },
    headers: Headers,
    request: IncomingMessage,
  ): Understood => ({
    service: 'sagemaker',
    action: operation,
    input: { EndpointName: endpoint, TargetVariant: headers['x-amzn-sagemaker-target-variant'] },
    writeError: runtimeError,
    run: async () =>
      runtime({ operation, endpoint, headers, body: await readBody(request, MOST_RUNTIME_BYTES) }),
  })

  const rest = services.flatMap((service) =>
    service.rest === undefined ? [] : [{ service, find: createRouter(service.model) }],
  )

  const understandRest = async (
    signingName: string,
    url: URL,
    headers: Headers,
    request: IncomingMessage,
    caller: Caller,
  ): Promise<Understood | undefined> => {
    const known = rest.find(({ service }) => service.rest?.signingName === signingName)
    if (known === undefined) return undefined
    const { service } = known
    const call = known.find(request.method ?? 'GET', url)
    const isInvoke = call?.action === 'Invoke'
    const body = await readBody(request, isInvoke ? MOST_INVOKE_BYTES : MOST_REQUEST_BYTES)
    const { model, name } = service
    const input = call && restInput(model, call, url, headers, isInvoke ? undefined : body)
    return {
      service: name,
      action: call?.action ?? `${request.method}`,
      input,
      writeError: restError,
      async run() {
        if (call === undefined || input === undefined)
          throw new AwsError(
            'UnknownOperationException',
            `The rehearsal does not emulate ${request.method} ${url.pathname}.`,
            { status: 404 },
          )
        if (isInvoke) return settings.invoke(input, body, caller)
        const answer = await callAction(service, call.action, input, caller, { isText: false, checksAnswer })
        return restReply(model, call.action, answer)
      },
    }
  }

  const answerUrl = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const headers = Object.fromEntries(
      Object.entries(flatten(request)).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    )
    await write(
      response,
      request,
      await settings.functionUrls({
        method: request.method ?? 'GET',
        path: request.url ?? '/',
        headers,
        body: await readBody(request, MOST_INVOKE_BYTES),
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      }),
    )
  }

  const understandS3 = (headers: Headers, request: IncomingMessage, caller: Caller): Understood => {
    const parsed = parseS3(request.method ?? 'GET', request.url ?? '/')
    return {
      service: 's3',
      action: parsed.operation || `${request.method}`,
      input: { Bucket: parsed.bucket, Key: parsed.key },
      writeError: s3Error,
      run: () => s3.handle({ ...parsed, headers, body: request, caller }),
    }
  }

  const understand = async (request: IncomingMessage, headers: Headers, url: URL): Promise<Understood> => {
    const scope = scopeOf(headers, url)
    const caller = callerOf(scope?.region ?? settings.region, url)
    const target = headers['x-amz-target']
    const runtimeCall = parseRuntime(request.method ?? 'GET', url.pathname)
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
    const restCall = await understandRest(scope?.service ?? '', url, headers, request, caller)
    const understood =
      restCall !== undefined
        ? restCall
        : target !== undefined
          ? await understandJson(
              target,
              headers['content-type'] ?? 'application/x-amz-json-1.1',
              request,
              caller,
            )
          : runtimeCall !== undefined && scope?.service !== 's3'
            ? understandRuntime(runtimeCall, headers, request)
            : isForm && scope?.service !== 's3'
              ? await understandQuery(scope?.service ?? '', url, request, caller)
              : understandS3(headers, request, caller)
    if (scope !== undefined) return understood
    // S3 calls it by another name.
    const code = understood.service === 's3' ? 'AccessDenied' : 'MissingAuthenticationTokenException'
    return {
      ...understood,
      run: () => {
        throw new AwsError(code, 'Missing Authentication Token', { status: 403 })
      },
    }
  }

  const attempt = async ({ run, writeError, service, action }: Understood): Promise<Reply & Outcome> => {
    try {
      return await run()
    } catch (error) {
      if (error instanceof AwsError) return { ...writeError(error), errorCode: error.code }
      const failure = new AwsError(
        'InternalFailure',
        `The rehearsal failed at ${service}:${action}: ${(error as Error).stack}`,
        { status: 500 },
      )
      return { ...writeError(failure), errorCode: failure.code }
    }
  }

  /** The answer, or undefined where there shall be none. */
  const carryOut = async (understood: Understood): Promise<(Reply & Outcome) | 'drop' | 'hang'> => {
    const { service, action, writeError } = understood
    await settings.onCall(service, action)
    const effect = faults.decide(`${service}:${action}`)
    if (effect === undefined) return attempt(understood)
    if (effect.when === 'after') {
      const { body } = await attempt(understood)
      if (body instanceof Readable) body.destroy()
    }
    if (!(effect.what instanceof AwsError)) return effect.what
    return { ...writeError(effect.what), errorCode: effect.what.code }
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`)
    if (url.pathname.startsWith('/_rehearsal')) {
      await write(
        response,
        request,
        await control(request.method ?? 'GET', url, () => readBody(request, MOST_REQUEST_BYTES)),
      )
      return
    }
    if (request.headers.expect === '100-continue') response.writeContinue()
    if (url.pathname.startsWith(URL_PATH)) {
      await answerUrl(request, response)
      return
    }
    const understood = await understand(request, flatten(request), url)
    const { service, action, input } = understood
    // STS is whom one asks whether this machine's clock is right.
    if (service !== 'sts') response.setHeader('date', new Date(clock.now()).toUTCString())
    // SDKs that find their clock wrong call again, at every error. An answer with an age does not tell them the time.
    response.setHeader('age', '0')
    const outcome = await carryOut(understood)
    const answered = typeof outcome === 'string' ? undefined : outcome
    calls.add({
      at: clock.now(),
      service,
      action,
      input,
      status: answered?.status ?? 0,
      ...(answered?.errorCode !== undefined && { errorCode: answered.errorCode }),
    })
    if (outcome === 'drop') response.destroy()
    else if (outcome !== 'hang') await write(response, request, outcome)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy()
        return
      }
      const known =
        error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), { status: 500 })
      // Nothing but a path of S3 can be beyond understanding.
      void write(response, request, s3Error(known))
    })
  })
  // The body is asked for once it is known to be wanted.
  server.on('checkContinue', (request, response) => server.emit('request', request, response))
  return server
}

type Outcome = { errorCode?: string }

const write = async (response: ServerResponse, request: IncomingMessage, reply: Reply): Promise<void> => {
  const { status, headers, body } = reply
  const requestId = randomUUID()
  response.writeHead(status, {
    'x-amzn-requestid': requestId,
    'x-amz-request-id': requestId,
    ...headers,
    ...(!(body instanceof Readable) &&
      headers['content-length'] === undefined &&
      status !== 204 &&
      status !== 304 && { 'content-length': String(Buffer.byteLength(body)) }),
  })
  // What was refused before it was read: who is still sending does not hear an answer.
  request.resume()
  if (body instanceof Readable) {
    await pipeline(body, response)
    return
  }
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** A larger input is not kept with the call. */
const MOST_KEPT_BYTES = 64 * 1024

const parseOrText = (body: Buffer): unknown => {
  if (body.length > MOST_KEPT_BYTES) return `${body.length} bytes`
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return body.toString('utf8').slice(0, 1000)
  }
}
