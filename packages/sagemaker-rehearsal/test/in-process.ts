/** The SDK's requests to a rehearsal in this process go without a socket. */

import { type HttpRequest, HttpResponse } from '@smithy/core/protocols'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Rehearsal } from '../src/rehearsal.ts'
import { ask, readable } from './plain-http.ts'

/** By port. */
const rehearsals = new Map<number, Rehearsal>()

const encode = encodeURIComponent

const urlOf = ({ path, query = {} }: HttpRequest): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((each) => (each === null ? encode(name) : `${encode(name)}=${encode(`${each}`)}`)),
  )
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`
}

const { handle } = NodeHttpHandler.prototype

NodeHttpHandler.prototype.handle = async function (request, options) {
  const rehearsal = rehearsals.get(request.port ?? 0)
  if (rehearsal === undefined) return handle.call(this, request, options)
  const { method, headers, body } = request
  const plain = { method, url: urlOf(request), headers, body }
  const answer = await ask(rehearsal.answer, plain, options?.abortSignal as AbortSignal)
  const { statusCode } = answer
  return {
    response: new HttpResponse({ statusCode, headers: answer.headers, body: readable(answer.chunks) }),
  }
}

/** From now on, until what is given back is called. */
export const withoutSocket = (rehearsal: Rehearsal): (() => void) => {
  rehearsals.set(rehearsal.port, rehearsal)
  return () => void rehearsals.delete(rehearsal.port)
}
