/** The same work for all, each in the form that its server takes. */

import type { Payload } from '../lib/load.ts'
import { imageTensorPayload, jpegPayload, row, tabularPayload } from '../lib/payloads.ts'
import type { Row } from './servers.ts'

export type Kind = 'rows' | 'jpeg' | 'npy'

/** Without an Accept header, so that all answer JSON. */
const plain = async (kind: Kind): Promise<Payload> => {
  const { body, contentType } =
    kind === 'rows' ? tabularPayload : kind === 'npy' ? imageTensorPayload : await jpegPayload()
  return { body, contentType }
}

const openInference = (kind: Kind, { body }: Payload): Payload => {
  const input =
    kind === 'rows'
      ? { name: 'features', shape: [1, 30], datatype: 'FP32', data: row() }
      : {
          ...{ name: 'file', shape: [1], datatype: 'BYTES', parameters: { content_type: 'base64' } },
          data: [Buffer.from(body).toString('base64')],
        }
  return { body: JSON.stringify({ inputs: [input] }), contentType: 'application/json' }
}

const known = new Map<string, Promise<Payload>>()

export const payload = (kind: Kind, { protocol }: Row): Promise<Payload> => {
  const name = `${kind} ${protocol}`
  const found =
    known.get(name) ?? plain(kind).then((body) => (protocol === undefined ? body : openInference(kind, body)))
  known.set(name, found)
  return found
}

export const pathOf = ({ protocol }: Row): string =>
  protocol === undefined ? '/invocations' : '/v2/models/model/infer'

type Answer = number[][] | { predictions: number[][] } | { outputs: { data: number[] }[] }

/** The numbers of an answer in any of the forms in which these servers give it. */
export const numbersOf = (answer: Answer): number[] => {
  if (Array.isArray(answer)) return answer.flat()
  return 'outputs' in answer ? (answer.outputs[0]?.data ?? []) : answer.predictions.flat()
}
