/** An HTTP front of an endpoint that keeps each user on one variant: `POST /invocations`, `GET /ping`, `GET /stats`. */

import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  type InvokeEndpointCommandOutput,
} from '@aws-sdk/client-sagemaker-runtime'
import type { Clients } from '../aws/clients.ts'
import type { Deployment } from '../config/deployment.ts'
import { assignVariant, hash, type Weights } from './assign-variant.ts'
import { createExposures } from './exposures.ts'
import { type Answer, errorAnswer, fromInvocation } from './invocation-error.ts'
import { createLiveWeights } from './live-weights.ts'

/** SageMaker Runtime API reference, InvokeEndpoint: Body. */
const MAX_BODY_BYTES = 6_291_456

const TOO_LARGE = errorAnswer(413, 'PayloadTooLarge', `a body has ${MAX_BODY_BYTES} bytes at most`)
const NOT_FOUND = errorAnswer(404, 'NotFound', 'there are POST /invocations, GET /ping and GET /stats')

export type ProxyOptions = {
  endpoint: string
  sticky: NonNullable<Deployment['sticky']>
  clients: { sagemaker: Pick<Clients['sagemaker'], 'send'>; runtime: Pick<Clients['runtime'], 'send'> }
  /** A line of the log. Users are in it as hashes only. */
  log: (entry: Record<string, unknown>) => void
}

type Assignment = { user: string; variant: string | undefined; forced: boolean; weights: Weights }

/** The body; undefined if it is too large. What is too much is read and forgotten, so that the answer arrives. */
const readBody = (request: IncomingMessage): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const tooLarge = () => {
      chunks.length = 0
      resolve(undefined)
    }
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) tooLarge()
    request.on('error', reject)
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) tooLarge()
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
  })

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}

/** A server that does not listen yet. Once closed, it finishes what it has begun. */
export const createProxy = ({ endpoint, sticky, clients, log }: ProxyOptions): Server => {
  const weights = createLiveWeights(clients.sagemaker, endpoint, ({ name, message }) =>
    log({ event: 'weights-unknown', error: name, message }),
  )
  const exposures = createExposures()
  const requests = { total: 0, withoutUser: 0, forced: 0, fellBack: 0, failed: 0 }

  const assign = async (request: IncomingMessage): Promise<Assignment | undefined> => {
    // Node reads headers as Latin-1; callers that compute the variant themselves hash UTF-8.
    const userId = Buffer.from(header(request, sticky.userFrom) ?? '', 'latin1').toString('utf8')
    if (userId === '') return undefined
    const current = await weights.get()
    const forced = Object.hasOwn(sticky.force, userId) ? sticky.force[userId] : undefined
    return {
      user: hash(sticky.salt, userId).slice(0, 16),
      variant: forced ?? assignVariant(userId, current, sticky.salt),
      forced: forced !== undefined,
      weights: current,
    }
  }

  /** Without the variant if it is gone. No error of its own says so: any that blames the request may be it. */
  const invoke = async (
    input: InvokeEndpointCommandInput,
    abortSignal: AbortSignal,
  ): Promise<{ output: InvokeEndpointCommandOutput; fellBack: boolean }> => {
    const send = (of: InvokeEndpointCommandInput) =>
      clients.runtime.send(new InvokeEndpointCommand(of), { abortSignal })
    try {
      return { output: await send(input), fellBack: false }
    } catch (error) {
      if ((error as Error).name !== 'ValidationError' || input.TargetVariant === undefined) throw error
      weights.doubt()
      return { output: await send({ ...input, TargetVariant: undefined }), fellBack: true }
    }
  }

  const answer = (response: ServerResponse, { status, contentType, body }: Answer): void => {
    response.statusCode = status
    response.setHeader('content-type', contentType)
    if (status === 429 || status === 503) response.setHeader('retry-after', '1')
    end(response, body)
  }

  const end = (response: ServerResponse, body?: string | Uint8Array): void => {
    if (!server.listening) response.setHeader('connection', 'close')
    response.end(body)
  }

  const invocations = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now()
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    requests.total++
    const body = await readBody(request)
    if (body === undefined) return answer(response, TOO_LARGE)
    const assignment = await assign(request)
    if (assignment === undefined) requests.withoutUser++
    if (assignment?.forced) requests.forced++

    const inferenceId = header(request, 'x-amzn-sagemaker-inference-id') ?? randomUUID()
    response.setHeader('x-amzn-sagemaker-inference-id', inferenceId)
    const record = (outcome: Record<string, unknown>) =>
      log({
        event: 'invocation',
        inferenceId,
        user: assignment?.user ?? null,
        assigned: assignment?.variant ?? null,
        forced: assignment?.forced ?? false,
        ...outcome,
        durationMs: Math.round(performance.now() - startedAt),
      })
    try {
      const { output, fellBack } = await invoke(
        {
          EndpointName: endpoint,
          Body: body,
          ContentType: header(request, 'content-type'),
          Accept: header(request, 'accept'),
          CustomAttributes: header(request, 'x-amzn-sagemaker-custom-attributes'),
          InferenceId: inferenceId,
          TargetVariant: assignment?.variant,
        },
        gone.signal,
      )
      const variant = output.InvokedProductionVariant
      if (fellBack) requests.fellBack++
      const counts = assignment !== undefined && !assignment.forced && variant !== undefined
      const switched = counts && exposures.record(assignment.user, variant, assignment.weights)
      record({ status: 200, variant: variant ?? null, fellBack, switched })
      const headers = {
        'content-type': output.ContentType,
        'x-amzn-invoked-production-variant': variant,
        'x-amzn-sagemaker-custom-attributes': output.CustomAttributes,
      }
      for (const [name, value] of Object.entries(headers))
        if (value !== undefined) response.setHeader(name, value)
      end(response, output.Body)
    } catch (error) {
      const { name, message } = error as Error
      if (gone.signal.aborted) return record({ status: null, error: 'CallerLeft' })
      requests.failed++
      const failure = fromInvocation(error as Error)
      record({ status: failure.status, error: name, message })
      answer(response, failure)
    }
  }

  const stats = (): Answer => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify({ endpoint, requests, ...exposures.report() }),
  })

  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url?.split('?')[0]}`
    if (route === 'GET /ping') end(response)
    else if (route === 'GET /stats') answer(response, stats())
    else if (route === 'POST /invocations')
      // A caller that leaves before it has sent all.
      invocations(request, response).catch(() => request.destroy())
    else answer(response, NOT_FOUND)
  })
  return server
}
