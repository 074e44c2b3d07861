/** AWS Lambda's way in: one invocation after the other is asked for, put to the server, and answered. */

import { answerOf, directOf, errorReply, type HttpReply } from './answer.ts'
import { ask } from './ask.ts'
import { type Asked, requestOf } from './event.ts'
import type { Invocation, RuntimeApi } from './runtime-api.ts'

type Log = { error(details: object, text: string): void }

/** Kept of an invocation's time for the answer that it has run out. */
const RESERVE_MS = 200

const replyTo = async (
  socketPath: string,
  { request }: Asked,
  { id, deadlineMs, traceId }: Invocation,
): Promise<HttpReply> => {
  const headers = {
    // The id under which errors are answered and logged, as on SageMaker.
    'x-amzn-sagemaker-inference-id': id,
    ...(traceId !== undefined && { 'x-amzn-trace-id': traceId }),
    ...request.headers,
  }
  const reply = await ask(socketPath, { ...request, headers }, deadlineMs - Date.now() - RESERVE_MS)
  if (reply !== 'late') return reply
  const message = "the function's time is over; give it more, or the request less to do"
  return errorReply('ERR_DEADLINE_EXCEEDED', message, id)
}

const answer = async (api: RuntimeApi, socketPath: string, invocation: Invocation): Promise<void> => {
  const { id, event } = invocation
  const asked = requestOf(event)
  const reply = await replyTo(socketPath, asked, invocation)
  if (asked.kind === 'http') return api.respond(id, answerOf(reply, id))
  const direct = directOf(reply, id)
  return 'value' in direct ? api.respond(id, direct.value) : api.fail(id, direct.error)
}

/**
 * Serves for as long as the process lives. Begins with the first call, by which Lambda knows that the start is over: not before
 * the server can answer.
 *
 * @param socketPath where the server listens
 * @throws Error if Lambda cannot be asked for an invocation, or not be told of an error
 */
export const serveInvocations = async (api: RuntimeApi, socketPath: string, log: Log): Promise<never> => {
  for (;;) {
    const invocation = await api.next()
    const { id } = invocation
    try {
      await answer(api, socketPath, invocation)
    } catch (error) {
      const { message } = error as Error
      log.error({ requestId: id, err: error }, 'an invocation could not be answered')
      await api.fail(id, { errorType: 'ERR_INTERNAL', errorMessage: message })
    }
  }
}
