/** A stage whose functions are code in this process, which answers by the model that it was given. */

import type { Test } from 'tap'
import type { FunctionVersion } from '../../../packages/sagemaker-rehearsal/src/lambda/types.ts'
import type { RehearsalOptions } from '../../../packages/sagemaker-rehearsal/src/rehearsal.ts'
import {
  bodyOf,
  type FakeFunction,
  fakeLambda,
} from '../../../packages/sagemaker-rehearsal/test/fake-lambda.ts'
import { type Stage, stage } from '../with-rehearsal.ts'

/** Good unless the file's environment says otherwise. */
export const kindOf = ({ environment }: FunctionVersion): string => environment.KIND ?? 'good'

const answer: NonNullable<FakeFunction['answer']> = (version, event) => {
  const kind = kindOf(version)
  if (kind === 'failing') throw new Error('the model cannot be run')
  return {
    statusCode: kind === 'broken' ? 500 : 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      kind,
      version: version.version,
      model: version.environment.MODEL_S3_URI,
      body: bodyOf(event),
    }),
  }
}

export type FunctionStage = Stage & { running: () => number; config: (kind: string, more?: object) => string }

export const functionStage = async (
  t: Test,
  fake: FakeFunction = {},
  options: Pick<RehearsalOptions, 'folder'> = {},
): Promise<FunctionStage> => {
  const { launcher, running } = fakeLambda({ answer, ...fake })
  const here = await stage(t, { lambda: launcher, ...options })
  return {
    ...here,
    running,
    /** An endpoint.yaml of a function that answers so. */
    config: (kind, more = {}) => here.file('one', { target: 'lambda', env: { KIND: kind }, ...more }),
  }
}

/** Half of the requests, for as long as two minutes in alarm take to be seen. */
export const CANARY = {
  strategy: 'canary',
  step: '50%',
  bake: '5m',
  rollbackOn: [{ metric: '5xx-rate', above: '1%' }],
}

export const OPEN = { url: { auth: 'none' }, reservedConcurrency: 100 }
