/**
 * What the proxy does with a request, whatever brought it: `POST /invocations` goes to the variant that belongs to the user,
 * `GET /ping` and `GET /stats` are answered here.
 */

import { randomUUID } from 'node:crypto'
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  type InvokeEndpointCommandOutput,
} from '@aws-sdk/client-sagemaker-runtime'
import type { Clients } from '../aws/clients.ts'
import type { Sticky } from '../config/sticky.ts'
import { type Choice, choose } from './choose.ts'
import type { ExposureStore } from './exposure-store.ts'
import { createExposures } from './exposures.ts'
import { errorAnswer, fromInvocation } from './invocation-error.ts'
import { createLiveWeights } from './live-weights.ts'
import { countryOf, type Headers, userCookie, userIdOf } from './user.ts'

export type SwitchOptions = {
  endpoint: string
  sticky: Sticky
  clients: { sagemaker: Pick<Clients['sagemaker'], 'send'>; runtime: Pick<Clients['runtime'], 'send'> }
  /** A line of the log. Users are in it as hashes only. */
  log: (entry: Record<string, unknown>) => void
  /** Where lines about invocations go beside the log. */
  store?: ExposureStore | undefined
  /** How long the endpoint has for an answer, all attempts together. */
  invokeMs?: number
}

export type SwitchRequest = { headers: Headers; body: Uint8Array }

export type Reply = { status: number; headers: Record<string, string>; body: Uint8Array | string }

export type Switch = {
  /** `route` is a method and a path, such as `GET /ping`. Undefined if there is no such route but `POST /invocations`. */
  answer: (route: string) => Reply
  /** @param signal aborts when the caller leaves: there is no reply then */
  invoke: (request: SwitchRequest, signal: AbortSignal) => Promise<Reply | undefined>
}

const NOT_FOUND = errorAnswer(404, 'NotFound', 'there are POST /invocations, GET /ping and GET /stats')

const INFERENCE_ID = 'x-amzn-sagemaker-inference-id'

/** As SageMaker has it, without spaces (Runtime API reference, InvokeEndpoint). */
const IS_INFERENCE_ID = /^[\x21-\x7e]{1,64}$/

const NO_INFERENCE_ID = errorAnswer(
  400,
  'InvalidInferenceId',
  `${INFERENCE_ID} has 1 to 64 visible characters of ASCII; without the header an id is made`,
)

export const INVOKE = 'POST /invocations'

/** SageMaker gives a model 60 s, and says so itself. */
const INVOKE_MS = 65_000

const late = (ms: number): Error =>
  Object.assign(new Error(`the endpoint has not answered within ${ms / 1000} s`), { name: 'TimeoutError' })

export const createSwitch = ({
  endpoint,
  sticky,
  clients,
  log,
  store,
  invokeMs = INVOKE_MS,
}: SwitchOptions): Switch => {
  const weights = createLiveWeights(clients.sagemaker, endpoint, ({ name, message }) =>
    log({ event: 'weights-unknown', error: name, message }),
  )
  const exposures = createExposures()
  const requests = { total: 0, withoutUser: 0, forced: 0, fellBack: 0, failed: 0 }

  /** Without the variant if it is gone. No error of its own says so: any that blames the request may be it. */
  const send = async (
    input: InvokeEndpointCommandInput,
    abortSignal: AbortSignal,
  ): Promise<{ output: InvokeEndpointCommandOutput; fellBack: boolean }> => {
    const once = (of: InvokeEndpointCommandInput) =>
      clients.runtime.send(new InvokeEndpointCommand(of), { abortSignal })
    try {
      return { output: await once(input), fellBack: false }
    } catch (error) {
      if ((error as Error).name !== 'ValidationError' || input.TargetVariant === undefined) throw error
      weights.doubt()
      return { output: await once({ ...input, TargetVariant: undefined }), fellBack: true }
    }
  }

  /** The user's id, and the cookie that says it from now on if the request had none. */
  const identify = (headers: Headers): { userId: string | undefined; cookie?: string } => {
    const { userFrom } = sticky
    const userId = userIdOf(headers, userFrom)
    if (userId !== undefined || typeof userFrom === 'string' || userFrom.maxAge === undefined)
      return { userId }
    const made = randomUUID()
    return { userId: made, cookie: userCookie(userFrom.cookie, made, userFrom.maxAge) }
  }

  const invoke: Switch['invoke'] = async ({ headers, body }, signal) => {
    const startedAt = performance.now()
    const inferenceId = headers[INFERENCE_ID] ?? randomUUID()
    if (!IS_INFERENCE_ID.test(inferenceId)) return NO_INFERENCE_ID
    const { userId, cookie } = identify(headers)
    const code = sticky.country && countryOf(headers, sticky.country.from)
    const current = userId === undefined ? {} : await weights.get()
    const { user, variant: assigned, forced }: Choice = choose(sticky, userId, code, current)
    const takesPart = user !== null && !forced
    requests.total++
    if (user === null) requests.withoutUser++
    if (forced) requests.forced++

    const record = (found: Record<string, unknown>) => {
      const entry = {
        event: 'invocation',
        experiment: sticky.salt,
        inferenceId,
        user,
        assigned: assigned ?? null,
        forced,
        ...found,
        durationMs: Math.round(performance.now() - startedAt),
        ...(takesPart && { weights: current }),
      }
      log(entry)
      store?.add({ time: new Date().toISOString(), ...entry })
    }
    const always = {
      [INFERENCE_ID]: inferenceId,
      ...(cookie !== undefined && { 'set-cookie': cookie }),
    }
    const limit = AbortSignal.timeout(invokeMs)
    try {
      const { output, fellBack } = await send(
        {
          EndpointName: endpoint,
          Body: body,
          ContentType: headers['content-type'],
          Accept: headers.accept,
          CustomAttributes: headers['x-amzn-sagemaker-custom-attributes'],
          InferenceId: inferenceId,
          TargetVariant: assigned,
        },
        AbortSignal.any([signal, limit]),
      )
      const variant = output.InvokedProductionVariant
      if (fellBack) requests.fellBack++
      const switched = takesPart && variant !== undefined && exposures.record(user, variant, current)
      record({ status: 200, variant: variant ?? null, fellBack, switched })
      return {
        status: 200,
        headers: {
          ...always,
          ...(output.ContentType !== undefined && { 'content-type': output.ContentType }),
          ...(variant !== undefined && { 'x-amzn-invoked-production-variant': variant }),
          ...(output.CustomAttributes !== undefined && {
            'x-amzn-sagemaker-custom-attributes': output.CustomAttributes,
          }),
        },
        body: output.Body ?? '',
      }
    } catch (thrown) {
      if (signal.aborted) {
        record({ status: null, error: 'CallerLeft' })
        return undefined
      }
      requests.failed++
      const error = limit.aborted ? late(invokeMs) : (thrown as Error)
      const failure = fromInvocation(error)
      record({ status: failure.status, error: error.name, message: error.message })
      return { ...failure, headers: { ...failure.headers, ...always } }
    }
  }

  const stats = (): Reply => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      endpoint,
      requests,
      ...exposures.report(),
      ...(store && { stored: store.stats() }),
    }),
  })

  return {
    invoke,
    answer(route) {
      if (route === 'GET /ping') return { status: 200, headers: {}, body: '' }
      return route === 'GET /stats' ? stats() : NOT_FOUND
    },
  }
}
