/** AWS Lambda's way in: one invocation after the other is asked for, put to the server, and answered. */

import { answerOf, directOf, errorReply, type HttpReply } from './answer.ts'
import { ask } from './ask.ts'
import { type Asked, refusalOf, requestOf } from './event.ts'
import type { Invocation, RuntimeApi } from './runtime-api.ts'

type Log = { error(details: object, text: string): void }

/** Kept of an invocation's time for the answer that it has run out. */
const RESERVE_MS = 200

/** 'late' if the invocation's time is as good as over. */
const replyTo = async (
  socketPath: string,
  { request }: Asked,
  { id, traceId }: Invocation,
  deadlineMs: number,
): Promise<HttpReply | 'late'> => {
  const refusal = refusalOf(request)
  if (refusal !== undefined) return errorReply('ERR_BAD_REQUEST', refusal, id)
  const headers = {
    // The id under which errors are answered and logged, as on SageMaker.
    'x-amzn-sagemaker-inference-id': id,
    ...(traceId !== undefined && { 'x-amzn-trace-id': traceId }),
    ...request.headers,
  }
  return ask(socketPath, { ...request, headers }, deadlineMs - Date.now())
}

const lateReply = (id: string): HttpReply =>
  errorReply(
    'ERR_DEADLINE_EXCEEDED',
    "the function's time is over; give it more, or the request less to do",
    id,
  )

const send = (api: RuntimeApi, id: string, kind: Asked['kind'], reply: HttpReply): Promise<void> => {
  if (kind === 'http') return api.respond(id, answerOf(reply, id))
  const direct = directOf(reply, id)
  return 'value' in direct ? api.respond(id, direct.value) : api.fail(id, direct.error)
}

/**
 * Serves until an invocation took too long: its worker may hang, and an environment that ends is made anew, as after a time-out of
 * Lambda's own. Begins with the first call, by which Lambda knows that the start is over: not before the server can answer.
 *
 * @param socketPath where the server listens
 * @throws Error if Lambda cannot be asked for an invocation
 */
export const serveInvocations = async (api: RuntimeApi, socketPath: string, log: Log): Promise<void> => {
  for (;;) {
    const invocation = await api.next()
    const { id, event } = invocation
    try {
      const asked = requestOf(event)
      const reply = await replyTo(socketPath, asked, invocation, invocation.deadlineMs - RESERVE_MS)
      await send(api, id, asked.kind, reply === 'late' ? lateReply(id) : reply)
      if (reply !== 'late') continue
      log.error({ requestId: id }, 'an invocation took longer than the function may; the environment ends')
      return
    } catch (error) {
      const { message } = error as Error
      log.error({ requestId: id, err: error }, 'an invocation could not be answered')
      // Where Lambda does not take even this, it has given the invocation up.
      await api.fail(id, { errorType: 'ERR_INTERNAL', errorMessage: message }).catch(() => {})
    }
  }
}
