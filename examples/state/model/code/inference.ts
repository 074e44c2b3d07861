/**
 * A signal in parts: each request is the next four samples, and the network's state goes from one to the next. The first
 * reply names a session in its custom attributes, which the next request brings along: `session=…`.
 */

import { randomUUID } from 'node:crypto'
import type { Load, Predict, Tensor } from 'onnx-serving'

export const example = [0.1, 0.2, 0.3, 0.4]

/** The one that has rested longest is forgotten for a new one. */
const MOST_SESSIONS = 1000

const sessions = new Map<string, Tensor>()

const START: Tensor = { type: 'float32', dims: [1, 1, 8], data: new Float32Array(8) }

export const load: Load = ({ workers }) => {
  if (workers > 1) throw new Error('a session is known to one worker alone: start with --workers 1')
}

export const predict: Predict = async (request, { model }) => {
  const known = /session=([\w-]+)/.exec(request.customAttributes)?.[1]
  const state = known === undefined ? START : sessions.get(known)
  // Never from the start in silence: the answers would look right.
  if (state === undefined)
    throw Object.assign(new Error('this session is not known: begin again without one'), { statusCode: 410 })
  const { levels, next_state } = await model.run({ samples: [request.json()], state })
  const session = known ?? randomUUID()
  sessions.delete(session)
  sessions.set(session, next_state as Tensor)
  if (sessions.size > MOST_SESSIONS) sessions.delete(sessions.keys().next().value as string)
  return Response.json(
    { levels: Array.from(levels?.data as Float32Array) },
    { headers: { 'x-amzn-sagemaker-custom-attributes': `session=${session}` } },
  )
}
