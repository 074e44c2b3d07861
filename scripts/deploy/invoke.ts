/** One request to an endpoint, answered as the container answered it. */

import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  ModelError,
} from '@aws-sdk/client-sagemaker-runtime'
import { isDenied, isMissing, messageOf } from '../aws/errors.ts'
import { CommandError } from '../cli/command.ts'
import { pause, type Session } from './session.ts'

export type Invocation = {
  endpoint: string
  body: Uint8Array
  contentType: string
  accept?: string
  variant?: string
}

export type Answer = {
  /** The container's own. */
  status: number
  contentType?: string
  variant?: string
  body: Uint8Array
  /** As the caller sees it, network and all. */
  ms: number
}

/** The runtime answers 429 and 503 for a moment after an endpoint has come into service. */
const ATTEMPTS = 5
const NOT_READY = new Set(['ModelNotReadyException', 'ServiceUnavailable', 'InternalDependencyException'])

/** @throws what AWS answers for itself; an answer of the container is none of these, whatever its status */
export const invoke = async (session: Session, request: Invocation): Promise<Answer> => {
  const { clients, signal } = session
  for (let attempt = 1; ; attempt++) {
    const began = performance.now()
    try {
      const answer = await clients.runtime.send(
        new InvokeEndpointCommand({
          EndpointName: request.endpoint,
          Body: request.body,
          ContentType: request.contentType,
          ...(request.accept !== undefined && { Accept: request.accept }),
          ...(request.variant !== undefined && { TargetVariant: request.variant }),
        }),
        { abortSignal: signal },
      )
      return {
        status: 200,
        ...(answer.ContentType !== undefined && { contentType: answer.ContentType }),
        ...(answer.InvokedProductionVariant !== undefined && { variant: answer.InvokedProductionVariant }),
        body: answer.Body ?? new Uint8Array(),
        ms: performance.now() - began,
      }
    } catch (error) {
      if (error instanceof ModelError && error.OriginalStatusCode !== undefined) {
        return {
          status: error.OriginalStatusCode,
          ...(request.variant !== undefined && { variant: request.variant }),
          body: new TextEncoder().encode(error.OriginalMessage ?? ''),
          ms: performance.now() - began,
        }
      }
      if (!NOT_READY.has((error as Error).name) || attempt === ATTEMPTS) throw error
      await pause(session, attempt * 200)
    }
  }
}

/** What InvokeEndpointAsync takes in the request itself (SageMaker runtime API reference); more goes by S3. */
const INLINE_BYTES = 128_000

/** InvocationTimeoutSeconds is 15 min unless it is set, and an endpoint scaled to zero must start first. */
const GIVE_UP_MS = 30 * 60_000

const split = (uri: string): { Bucket: string; Key: string } => {
  const [, Bucket = '', Key = ''] = uri.match(/^s3:\/\/([^/]+)\/?(.*)$/) ?? []
  return { Bucket, Key }
}

/**
 * Whoever may not list a bucket hears 403 for what is not there yet, and cannot tell it from what may not be read.
 * Throws CommandError then, so that nobody waits for an answer in vain.
 */
const requireListing = async ({ clients }: Session, uri: string): Promise<void> => {
  const { Bucket, Key } = split(uri)
  try {
    await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }))
  } catch (error) {
    if (isDenied(error)) {
      throw new CommandError(
        `the bucket ${Bucket}, where the answers go, may not be listed: ${messageOf(error)}`,
        {
          fix: `allow s3:ListBucket on ${Bucket}: without it, S3 answers 403 for an answer that is not there yet`,
        },
      )
    }
    if (isMissing(error)) {
      throw new CommandError(`there is no bucket ${Bucket}, where the answers go`, {
        fix: 'make it in the Region of the endpoint, or correct async.output and deploy',
      })
    }
    throw error
  }
}

const read = async (session: Session, uri: string) => {
  try {
    return await session.clients.s3.send(new GetObjectCommand(split(uri)))
  } catch (error) {
    if (isMissing(error)) return undefined
    if (!isDenied(error)) throw error
    await requireListing(session, uri)
    throw new CommandError(`the answer at ${uri} may not be read: ${messageOf(error)}`, {
      fix: `allow s3:GetObject on ${uri.replace(/[^/]*$/, '*')}, and kms:Decrypt if it is encrypted with a key of yours`,
    })
  }
}

/**
 * Hands the request to an asynchronous endpoint and waits for what it writes to S3.
 * @param output the endpoint's S3OutputPath: what is too long to send goes beside it
 */
export const invokeAsync = async (session: Session, request: Invocation, output: string): Promise<Answer> => {
  const { clients, clock, output: screen } = session
  const began = clock.now()
  await requireListing(session, output)
  const inline = request.body.length <= INLINE_BYTES
  const input = `${output.replace(/\/$/, '')}/inputs/${crypto.randomUUID()}`
  if (!inline) {
    await clients.s3.send(
      new PutObjectCommand({ ...split(input), Body: request.body, ContentType: request.contentType }),
    )
  }
  const handed = await clients.runtime.send(
    new InvokeEndpointAsyncCommand({
      EndpointName: request.endpoint,
      ContentType: request.contentType,
      ...(request.accept !== undefined && { Accept: request.accept }),
      ...(inline ? { Body: request.body } : { InputLocation: input }),
    }),
  )
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 1.5, 5_000)) {
    for (const [uri, status] of [
      [handed.OutputLocation, 200],
      [handed.FailureLocation, 500],
    ] as const) {
      const object = uri === undefined ? undefined : await read(session, uri)
      if (object?.Body === undefined) continue
      return {
        status,
        ...(object.ContentType !== undefined && { contentType: object.ContentType }),
        body: await object.Body.transformToByteArray(),
        ms: clock.now() - began,
      }
    }
    if (clock.now() - began > GIVE_UP_MS) {
      throw new CommandError(`nothing was written to ${handed.OutputLocation} in 30 min`, {
        fix: `see endpoint logs; the request goes on, and its answer will be at ${handed.OutputLocation}`,
      })
    }
    screen.progress(`waiting for ${handed.OutputLocation}`)
    await pause(session, pauseMs)
  }
}
