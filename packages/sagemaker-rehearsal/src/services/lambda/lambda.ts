/** Lambda: its control plane, and Invoke, whose body is the function's own. */

import type { Clock } from '../../clock.ts'
import type { Functions } from '../../functions/functions.ts'
import { type InvocationRequest, type Actions as Lambda, MODEL } from '../../models/lambda.ts'
import type { Reply } from '../../protocols/reply.ts'
import type { Caller, Service, Actions as Table } from '../../service.ts'
import type { Store } from '../../store.ts'
import { validate } from '../../validation.ts'
import { createAliasActions } from './aliases.ts'
import { createConcurrencyActions } from './concurrency.ts'
import { createFinder } from './find.ts'
import { createFunctionActions } from './functions.ts'
import { createUrlActions } from './urls.ts'

export type LambdaSettings = {
  store: Store
  clock: Clock
  functions: Functions
  digest: string
  announce: (line: string) => void
}

export const createLambda = ({ store, clock, functions, digest, announce }: LambdaSettings): Service => ({
  name: 'lambda',
  rest: { signingName: 'lambda' },
  model: MODEL,
  actions: {
    ...createFunctionActions({ store, clock, digest, announce, end: functions.end }),
    ...createAliasActions(store, announce, functions.provision),
    ...createConcurrencyActions(store, clock, functions.provision),
    ...createUrlActions(store, clock),
  } satisfies Table<Lambda>,
})

/** Of the log, as LogType Tail shows it. */
const TAIL_BYTES = 4096

export type Invoke = (input: Record<string, unknown>, payload: Buffer, caller: Caller) => Promise<Reply>

/** Invoke: synchronous, asynchronous without retries, or dry. */
export const createInvoke = (
  store: Store,
  functions: Functions,
  announce: (line: string) => void,
): Invoke => {
  const { findQualified } = createFinder(store)
  return async (input, payload, caller) => {
    const {
      FunctionName,
      Qualifier,
      InvocationType = 'RequestResponse',
      LogType = 'None',
      ClientContext,
    } = validate(MODEL, 'InvocationRequest', input) as InvocationRequest
    const { one, qualifier, version } = findQualified(FunctionName, Qualifier, caller)
    if (InvocationType === 'DryRun') return { status: 204, headers: {}, body: '' }
    const invoked = functions.invoke(one, qualifier, {
      payload,
      ...(ClientContext !== undefined && { clientContext: ClientContext }),
    })
    if (InvocationType === 'Event') {
      invoked.catch((error: Error) => announce(`function ${one.name}: an event was lost: ${error.message}`))
      return { status: 202, headers: { 'x-amz-executed-version': version.version }, body: '' }
    }
    const result = await invoked
    const tail = Buffer.from(result.log).subarray(-TAIL_BYTES).toString('base64')
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amz-executed-version': result.version,
        ...(result.functionError !== undefined && { 'x-amz-function-error': result.functionError }),
        ...(LogType === 'Tail' && { 'x-amz-log-result': tail }),
      },
      body: result.payload,
    }
  }
}
