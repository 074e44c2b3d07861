/** InvokeEndpoint as it goes over the wire, signed with the user's credentials. */

import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  type InvokeEndpointCommandOutput,
} from '@aws-sdk/client-sagemaker-runtime'
import type { Clients } from '../aws/clients.ts'
import type { Wire } from './client.ts'

/** As much of the SDK's request as is sent. */
type Signed = {
  protocol: string
  hostname: string
  port?: number
  path: string
  headers: Record<string, string>
  body: Uint8Array
}

/** The SDK makes and signs the request, and does not send it. */
export const signed = async (
  runtime: Clients['runtime'],
  input: InvokeEndpointCommandInput,
): Promise<Wire> => {
  const command = new InvokeEndpointCommand(input)
  let request: Signed | undefined
  command.middlewareStack.add(
    () => async (args) => {
      request = args.request as Signed
      return { response: {}, output: { $metadata: {} } as InvokeEndpointCommandOutput }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'keepSignedRequest' },
  )
  await runtime.send(command)
  if (request === undefined) throw new Error('the SDK has signed no request')
  const { protocol, hostname, port, path, headers, body } = request
  return {
    origin: `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`,
    path,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'host')),
    body,
  }
}

/** A signature is valid for five minutes (IAM user guide, "Signing AWS API requests"), also of many requests. */
const RENEW_MS = 60_000

/** The signed request of each body in turn, made anew every minute: a signature costs more than the rest of a request. */
export const signedInTurn = (
  runtime: Clients['runtime'],
  inputs: readonly InvokeEndpointCommandInput[],
): ((index: number) => Promise<Wire>) => {
  const kept = inputs.map((): { at: number; wire: Promise<Wire> } | undefined => undefined)
  return (index) => {
    const turn = index % inputs.length
    const known = kept[turn]
    if (known !== undefined && performance.now() - known.at < RENEW_MS) return known.wire
    const wire = signed(runtime, inputs[turn] as InvokeEndpointCommandInput)
    kept[turn] = { at: performance.now(), wire }
    wire.catch(() => {
      kept[turn] = undefined
    })
    return wire
  }
}
